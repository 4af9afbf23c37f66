#!/bin/bash
# SPDX-License-Identifier: MIT
# What the plugin counts inside a bracket, on instructions of which it is known; that a figure is the same with it and without; and that a run
# goes on without it.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
run=("$exospin" run hardware syscall --no-build --quiet --systems 'exo,spin,floor' --filter ':(call|trap|mmu|copy|atomic|io|syscall/null)' --samples 4)

expect "three systems are counted" 0 '' "${run[@]}" --counters --out "$tmp/first"
# shellcheck disable=SC2016
expect "and again, side by side with somebody's load" 0 '' timeout 180 bash -c 'while :; do :; done & "$@"; status=$?; kill %1; exit $status' \
    load "${run[@]}" --counters -j3 --out "$tmp/second"
verdict "summary.json and every sample are the same to the byte" diff -r -x run.json -x '*.html' "$tmp/first" "$tmp/second"
expect "and a run without counters" 0 '' "${run[@]}" --out "$tmp/without"
figures() { jq '[.benchmarks[] | del(.counters)]' "$tmp/$1/summary.json"; }
verdict "has the same figures" cmp <(figures first) <(figures without)
verdict "and no counters" jq -e 'all(.benchmarks[]; .counters == null)' "$tmp/without/summary.json"
verdict "for a reason" jq -e '.counters == false and .counters_why == "made without --counters"' "$tmp/without/run.json"
verdict "which one that counts does not need" jq -e '.counters and .counters_why == ""' "$tmp/first/run.json"

# counted ROW COUNTS: loads, stores, lines, pages, writes of cr3, crossings, indirect branches, string iterations, bytes of data; a regular expression.
counted() {
    verdict "$1: $2" jq -e --arg row "$1" --arg counts "^$2\$" 'any(.benchmarks[]; .name == $row and (.counters | [.loads, .stores, .lines, .pages,
        .cr3_writes, .crossings, .indirect_branches, .string_iterations, .data_bytes | tostring] | join(" ") | test($counts)))' "$tmp/first/summary.json"
}
counted floor:call/direct '1 1 1 1 0 0 0 0 0'   # the return address
counted floor:call/indirect '1 1 1 1 0 0 1 0 0' # by a register
counted floor:call/table '2 1 2 2 0 0 1 0 0'    # by a register that was loaded from the table
counted floor:mmu/cr3 '0 0 0 0 1 0 0 0 0'
counted floor:mmu/invlpg '0 0 0 0 0 0 0 0 0'
counted floor:copy/64B '8 8 [234] [234] 0 0 0 8 0' # a line here and one there, or parts of two
counted floor:copy/4KiB '512 512 128 2 0 0 0 512 8192'
counted floor:atomic/cmpxchg '1 1 1 1 0 0 0 0 0'
counted floor:io/port '0 0 0 0 0 0 0 0 0'
# Two ways between user code and kernel; memory accesses as a trace shows them. (In how many lines they lie, the link decides.)
counted floor:syscall/null '6 4 [45] 3 0 2 1 0 0'
counted exo:syscall/null '6 4 [45] 3 0 2 1 0 0'

# memory ROW: the accesses that a trace shows by its operands, but for the load and the store that begin a batch. What computes in memory loads
# and stores.
memory() {
    ./exospin trace "$1" --no-build 2> /dev/null | sed 1,2d | awk '
        { what = $3; operand = /\(|%gs:|\*-?0x/ }
        what ~ /^push/ || what ~ /^pop/ || what ~ /^call/ || what ~ /^ret/ { n++ }
        operand && what !~ /^(lea|nop)/ { n++ }
        what ~ /^mov/ && / -?0x[0-9a-f]+(,|$)/ { n++ } # at an absolute address
        operand && /\)$/ && what ~ /^(add|sub|inc|dec|and|or|xor)/ { n++ }
        END { print n }'
}
for row in floor:syscall/null exo:syscall/null spin:syscall/null; do
    verdict "$row: as many accesses as a trace has" \
        jq -e --arg row "$row" --argjson n "$(memory "$row")" 'any(.benchmarks[]; .name == $row and .counters.loads + .counters.stores == $n)' "$tmp/first/summary.json"
done

# ---- where nothing is counted ----
cat > "$tmp/qemu" << 'END'
#!/bin/bash
for argument; do [ "$argument" != -plugin ] || { echo "qemu: -plugin: invalid option" >&2 && exit 1; }; done
exec qemu-system-x86_64 "$@"
END
chmod +x "$tmp/qemu"
expect "a QEMU without plugins runs without counters, and that is said" 0 'no counters: this QEMU loads no plugin: .*invalid option' \
    env "QEMU=$tmp/qemu" "${run[@]}" --counters --out "$tmp/unplugged"
verdict "with the same figures" cmp <(figures first) <(figures unplugged)
verdict "and run.json has the reason" jq -e '.counters == false and (.counters_why | startswith("this QEMU loads no plugin: "))' "$tmp/unplugged/run.json"

# ---- other counters are a difference ----
cp -r "$tmp/first" "$tmp/more" && sed -i -E 's/^([0-9]+ 21) 6 (4 [45] 3 0 2 1 0 0)$/\1 7 \2/' "$tmp/more/raw/floor.0.counters"
expect "compare names a row of the same instructions and other counters" 1 '^changed +floor:syscall/null +[0-9]+ -> [0-9]+ instructions, \+0.00 %, loads 6 -> 7' \
    $exospin compare "$tmp/first" "$tmp/more"
expect "verify has failed then" 1 '^changed +floor:syscall/null .* loads 6 -> 7; all inputs are the same' $exospin verify "$tmp/more" --reference "$tmp/first"
expect "a run without counters differs in that input alone" 0 '^option +counters: yes -> no$' $exospin compare "$tmp/first" "$tmp/without"

# A file of counters that is not this log's: exit status 17, and its rows have none.
cp -r "$tmp/first" "$tmp/other" && sed -i 1d "$tmp/other/raw/floor.0.counters"
$exospin report "$tmp/other" --from-raw > "$tmp/out" 2>&1
verdict "counters of other brackets are a problem of the run" \
    jq -e '.problems[0] | .status == 17 and (.text | contains("raw/floor.0.counters: these are not the brackets of"))' "$tmp/other/summary.json"
verdict "and of none of its rows" jq -e 'all(.benchmarks[] | select(.name | startswith("floor:")); .counters == null)' "$tmp/other/summary.json"

# ---- the page ----
sed -n '/What instructions hide/,/<\/table>/p' "$tmp/first/report.html" | sed 's/<wbr\/>//g;s/<[^>]*>/ /g' | tr -s ' \n' ' ' > "$tmp/out"
verdict "the page has a row's counters behind its figure" grep -q 'floor:trap/int 2 9 0 3 2 0 2 0 0 ' "$tmp/out"
verdict "and none where nothing was counted" [ "$(grep -c 'What instructions hide' "$tmp/without/report.html")" -eq 0 ]
