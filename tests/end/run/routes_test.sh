#!/bin/bash
# SPDX-License-Identifier: MIT
# The ways to run and to look: GRUB under BIOS and UEFI, several boots and layouts, the console, a trace, a log from elsewhere.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

run=(./exospin run --no-build)
medians() { jq -r '.benchmarks[] | "\(.name) \(.median)"' "$1/summary.json"; }
same_medians() { [ "$(medians "$1")" = "$(medians "$2")" ]; }

# Of every kind of row; a thousand handlers take as long as all else.
quick=(syscall dispatch hardware --filter '^[a-z]+:([^d]|dispatch/(im|intrinsic/args:[06]))')
expect "a run by -kernel" 0 'report: ' "${run[@]}" "${quick[@]}" --systems exo,spin,floor --out "$tmp/kernel"
expect "the same by GRUB under BIOS" 0 'report: ' "${run[@]}" "${quick[@]}" --systems exo,spin,floor --via grub-bios --out "$tmp/bios"
verdict "every median is the same by both" same_medians "$tmp/kernel" "$tmp/bios"
# GRUB would put its tables into a gap (boot/kernel.ld).
no_gap() { # IMAGE
    local at bytes end=0
    while read -r _ _ _ at _ bytes _; do
        [ $end -eq 0 ] || [ $((at)) -eq $end ] || return 1
        end=$((at + bytes))
    done < <(readelf -lW "$1" | grep '^ *LOAD')
    [ $end -gt 0 ]
}
for system in exo spin floor; do
    verdict "the segments of $system leave no gap" no_gap build/guest/$system.elf
done
# (The floor by UEFI: boot_matrix_test.sh.)
expect "a run by GRUB under UEFI is complete" 0 'report: ' "${run[@]}" "${quick[@]}" --systems spin --via grub-uefi --out "$tmp/uefi"
verdict "its rows have clock none and no figure, but for sizes, which need no clock" jq -e \
    '[.benchmarks[] | select(.clock != "size" and .clock != "lines")] | length > 0 and all(.clock == "none" and .median == null)' "$tmp/uefi/summary.json"

expect "three boots, two at a time" 0 '' "${run[@]}" "${quick[@]}" --systems exo,floor --boots 3 -j2 --quiet --out "$tmp/boots"
verdict "all boots are in the run" jq -e '.boots | length == 6 and all(.[]; .status == 0)' "$tmp/boots/run.json"
expect "--quick takes fewer samples" 0 '' "${run[@]}" syscall --systems floor --quick --quiet --out "$tmp/quick"
verdict "and finds the same medians" [ "$(median "$tmp/quick" floor:syscall/null)" = "$(median "$tmp/kernel" floor:syscall/null)" ]
expect "--json prints the summary" 0 '"name": "floor:syscall/null"' "${run[@]}" syscall --systems floor --json --out "$tmp/json"
expect "the host measures when it is named" 0 '^syscall/null +[0-9.]+' "${run[@]}" syscall --systems host --quick --out "$tmp/host"
verdict "under its own clock" jq -e '.context.clock == "host"' "$tmp/host/summary.json"
expect "another layout of functions changes nothing" 0 '' ./exospin run "${quick[@]}" --systems exo,spin,floor --layouts 2 --quiet --out "$tmp/layouts"
verdict "both layouts were different images" jq -e \
    '[.boots[] | select(.system == "spin") | .image_sha256] | unique | length == 2' "$tmp/layouts/run.json"

expect "a trace names every instruction with its symbol" 0 '^[0-9a-f]{16}  syscall_null\+0 +swapgs' ./exospin trace floor:syscall/null --no-build
verdict "and ends with their number" grep -Eq '^[0-9]+ instructions in bracket 12' "$tmp/out"
lines=$(($(wc -l < "$tmp/out") - 1))
verdict "which is that of its lines" grep -q "^$lines instructions" "$tmp/out"
figure=$(median "$tmp/kernel" floor:syscall/null)
verdict "and says how many of them the row counts, and what the others are" \
    grep -q ": the row's $figure, and $((lines - figure)) that an empty bracket has, too, which a measurement takes off\$" "$tmp/out"

expect "a trace of a slow row, which has fewer samples, is of its last steady one" 0 '' ./exospin trace exo:engine/empty/step:compile --no-build
lines=$(($(wc -l < "$tmp/out") - 1))
verdict "with as many lines as the row counts" grep -q "^$lines instructions in bracket 2, .*: the row's $lines\$" "$tmp/out"

expect "a log from elsewhere becomes a run" 0 'report: ' ./exospin import "$tmp/kernel/raw/floor.0.log" --out "$tmp/import"
verdict "with the same figures" [ "$(median "$tmp/import" floor:syscall/null)" = "$(median "$tmp/kernel" floor:syscall/null)" ]
cat "$tmp"/kernel/raw/floor.0.log{,} > "$tmp/two.log"
expect "two sessions in one log become two boots" 0 'report: ' ./exospin import "$tmp/two.log" --out "$tmp/import-two"
verdict "with numbers of their own" jq -e '[.boots[].boot] == [0, 1]' "$tmp/import-two/run.json"
head -c 3000 "$tmp/kernel/raw/floor.0.log" > "$tmp/cut.log"
expect "a log that was cut becomes a partial run" 18 'cut: a record without an end' ./exospin import "$tmp/cut.log" --out "$tmp/import-cut"
verdict "which says so" partial "$tmp/import-cut"
expect "a file that is no log is refused" 64 'README.md is no log of ours: no line of it is a record' ./exospin import README.md --out "$tmp/import-none"
grep -v ' hello ' "$tmp/kernel/raw/floor.0.log" > "$tmp/nothing.log"
expect "a log without hello is refused" 15 'holds no hello record' ./exospin import "$tmp/nothing.log" --out "$tmp/import-none"
verdict "and nothing is left behind" test ! -e "$tmp/import-none"
: > "$tmp/nothing.log"
expect "a log without anything" 15 'holds no hello record' ./exospin import "$tmp/nothing.log" --out "$tmp/import-none"
expect "- is standard input" 0 'report: ' bash -c './exospin import - --out "$1/import-piped" < "$1/kernel/raw/floor.0.log"' _ "$tmp"
verdict "whose figures are the same" cmp "$tmp/import/summary.json" "$tmp/import-piped/summary.json"

# The console: what is piped in reaches the guest from the first byte on, whatever boots before it, and its end is the guest's: without
# halt, and without the end of a line.
for system in floor spin exo linux; do
    printf '%s\n' 'a line of more bytes than the serial line buffers, which nobody reads yet' list 'run syscall/null' help | head -c -1 |
        timeout 180 ./exospin boot "$system" --no-build > "$tmp/out" 2>&1
    verdict "boot $system: what is piped in is answered, and its end is the guest's" [ "${PIPESTATUS[2]}" -eq 0 ]
    verdict "boot $system: all of it" grep -q '^> a line of more bytes than the serial line buffers, which nobody reads yet' "$tmp/out"
    verdict "boot $system: list and run answer" grep -Eq '@X1 [0-9]+ bench name=syscall/null clock=icount ' "$tmp/out"
    verdict "boot $system: so does the last line, which has no end" grep -q '^halt  *stop the machine' "$tmp/out"
done
echo halt | timeout 60 ./exospin boot floor --no-build > "$tmp/out" 2>&1
verdict "boot: halt ends it in order" [ "${PIPESTATUS[1]}" -eq 0 ]
expect "boot: nothing to read is the end of it" 0 '^> halt' ./exospin boot floor --no-build
expect "boot: what runs by its words ends by itself" 0 ' done benches=1 ' ./exospin boot floor --no-build --words run=syscall/null
echo halt | timeout 180 ./exospin boot floor --no-build --via grub-bios > "$tmp/out" 2>&1
verdict "boot --via grub-bios: what is piped in passes the boot loader" [ "${PIPESTATUS[1]}" -eq 0 ]
timeout 60 bash -c './exospin boot exo --no-build < <(printf "list\n"; sleep 30) | head -n 3' > "$tmp/out" 2>&1
verdict "boot: a reader who has gone ends it" [ $? -eq 0 ]

# gdb: stopped before the first instruction, symbols where the kernel is.
timeout 60 ./exospin boot floor --no-build --gdb < /dev/null > "$tmp/boot" 2>&1 &
pid=$!
for _ in $(seq 50); do grep -qs 'target remote' "$tmp/boot" && break || sleep 0.1; done
sleep 0.5
target=$(grep -o 'target remote [0-9.:]*' "$tmp/boot")
expect "boot --gdb: gdb stops in the kernel's main function" 0 'kernel_main' gdb -nx -batch build/guest/floor.elf -ex "$target" \
    -ex 'hbreak kernel_main' -ex continue -ex 'info symbol $pc' -ex kill
# gdb or this ends it, whoever is first: the status says nothing, and must not become the test's.
kill $pid 2> /dev/null
wait $pid 2> /dev/null || true
