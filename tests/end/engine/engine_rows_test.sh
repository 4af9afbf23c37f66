#!/bin/bash
# SPDX-License-Identifier: MIT
# The rows of experiment engine: every program in every way where it can be, and the same in both kernels. (That two runs agree to the byte:
# tests/end/report/compare_test.sh.)
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

programs=(empty guard_one guard_ten tcp_filter checksum_64 checksum_1500 fnv binary_search insertion_sort wakeup block_map lpm string_compare object_walk)

# planned SYSTEM PROGRAM... -- REST...: the system has the row SYSTEM:engine/PROGRAM/REST of each.
planned() {
    local system=$1 program rest missing=0
    shift
    local list=()
    while [ "$1" != -- ]; do list+=("$1") && shift; done
    shift
    for program in "${list[@]}"; do
        for rest; do
            grep -qx "  $system:engine/$program/$rest" "$tmp/rows" || { echo "no $system:engine/$program/$rest" >> "$tmp/out" && missing=1; }
        done
    done
    return $missing
}

./exospin list > "$tmp/rows"
: > "$tmp/out"
for system in spin exo; do
    verdict "$system runs all programs in three ways, and verifies and compiles each" \
        planned $system "${programs[@]}" -- way:interp way:jit way:native step:verify step:compile size:bytecode size:jit size:native
    verdict "$system asks ten filters one after the other and merged" planned $system filters -- packet:{last,first,none,udp,short}/way:{jit,merged}
    verdict "$system merges guards" planned $system merge -- members:{10,100,1000}{,/step:build,/size:merged}
    verdict "$system enters with the net and without" planned $system enter -- net:{0,1}
done
fitting=()
for program in "${programs[@]}"; do
    case $program in block_map | object_walk) ;; *) fitting+=("$program") ;; esac
done
verdict "Linux runs and verifies those that it takes" planned linux "${fitting[@]}" -- way:interp way:jit step:verify size:jit
verdict "and has no row of the two that it refuses" bash -c "! grep -E 'linux:engine/(block_map|object_walk)/' '$tmp/rows'"
for system in spin exo linux; do
    verdict "$system verifies programs of any length" \
        planned $system length:{10,100,1000,10000,100000} -- shape:{straight,loopy}/step:verify
done

quick='engine/((empty|guard_ten|tcp_filter|wakeup|merge|enter)/|length:(10|100|1000)/|length:10000/.*way|function_run).*'$once
for system in spin exo; do
    verdict "$system: and gives up the worst of them" planned $system worst -- step:verify
done
# shellcheck disable=SC2154 # expect.sh makes $tmp
run=(./exospin run engine --no-build --quiet -j 2 --systems "spin,exo,linux" --filter "$quick")
expect "the quick ones run" 0 '' "${run[@]}" --out "$tmp/first"

# ratio ROW OTHER TEST: jq's TEST of $a and $b, the two rows' medians.
ratio() {
    jq -e --arg a "$1" --arg b "$2" "[.benchmarks[] | {(.name): .median}] | add | .[\$a] as \$a | .[\$b] as \$b | $3" "$tmp/first/summary.json"
}
for program in guard_ten tcp_filter wakeup; do
    for way in jit native; do
        verdict "$program/way:$way is the same in both kernels" ratio spin:engine/$program/way:$way exo:engine/$program/way:$way "\$a == \$b"
    done
    verdict "$program: Linux's interpreter takes longer than its machine code" \
        ratio linux:engine/$program/way:interp linux:engine/$program/way:jit "\$a > 2 * \$b"
done
verdict "crossing into a program costs at most 8 instructions" ratio spin:engine/empty/way:jit spin:engine/empty/way:call "\$a <= \$b + 8"
verdict "the interpreter takes at most 12 instructions for one of straight code" \
    ratio spin:engine/length:10000/shape:straight/way:interp spin:engine/length:10000/shape:straight/way:jit "\$a > 80000 and \$a <= 120000 and \$b <= 20000"
verdict "and in loops" \
    ratio spin:engine/length:10000/shape:loopy/way:interp spin:engine/length:10000/shape:loopy/way:jit "\$a > 8 * 36229 and \$a <= 12 * 36229 and \$b <= 2 * 36229"
verdict "a function handed in by an environment is proven before it runs" \
    ratio exo:engine/function_run/way:jit exo:engine/empty/step:verify "\$a > \$b"
worst=(./exospin run engine --no-build --quiet --systems spin --filter engine/worst)
expect "the worst program runs" 0 '' "${worst[@]}" --out "$tmp/worst"
verdict "any program of 100,000 instructions has its verdict within 1,000 million" \
    jq -e '[.benchmarks[].median] | length == 1 and .[0] > 100e6 and .[0] <= 1000e6' "$tmp/worst/summary.json"
verdict "sizes are bytes" jq -e '[.benchmarks[] | select(.name | contains("/size:"))] | length > 20 and all(.clock == "size" and .unit == "bytes")' "$tmp/first/summary.json"
verdict "bytecode is eight bytes an instruction" ratio spin:engine/empty/size:bytecode spin:engine/empty/size:jit "\$a == 16 and \$b < \$a"
for shape in straight loopy; do
    for system in spin linux; do
        verdict "$system: ten times as long takes about ten times as long to verify ($shape)" \
            ratio $system:engine/length:1000/shape:$shape/step:verify $system:engine/length:100/shape:$shape/step:verify "\$a < 11 * \$b and \$a > 8 * \$b"
    done
done
