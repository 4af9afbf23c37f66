#!/bin/bash
# SPDX-License-Identifier: MIT
# The Linux baseline through the harness: the same whichever other rows are asked for, with the mitigations that it was told, and a child's
# death costs only its own row. (That it is the same twice: tests/end/report/compare_test.sh.)
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"

# shellcheck disable=SC2154 # expect.sh makes $tmp
run=(./exospin run syscall --no-build --quiet -j 2 --systems linux)

# same_medians A B ROW...
same_medians() {
    local a=$1 b=$2 row
    shift 2
    for row; do
        [ "$(median "$a" "$row")" = "$(median "$b" "$row")" ] && kept "$a" "$row" || return 1
    done
}

# shellcheck disable=SC2154
expect "Linux runs its rows" 0 '' "${run[@]}" --out "$tmp/whole"
verdict "both sets of mitigations are measured" kept "$tmp/whole" linux:syscall/null linux:syscall/null/mitigations:default
verdict "the vDSO's clock costs less than half a null call" jq -e '[.benchmarks[] | {(.name): .median}] | add |
    ."linux:clock/vdso" * 2 < ."linux:syscall/null"' "$tmp/whole/summary.json"

# By a clock of cycles a single call would be a latency, beside the throughput of our batched ones.
verdict "system calls are batched, as ours are" bash -c \
    "! grep -E ' bench name=syscall/' '$tmp/whole/raw/linux.0.log' | grep -v ' overhead=12 ' && grep -q ' bench name=syscall/umask' '$tmp/whole/raw/linux.0.log'"
verdict "the least that Linux does costs less than its null call, and a call that there is not still less" \
    jq -e '[.benchmarks[] | {(.name): .median}] | add |
        ."linux:syscall/bad_number" < ."linux:syscall/umask" and ."linux:syscall/umask" < ."linux:syscall/null"' "$tmp/whole/summary.json"

expect "a part of the rows runs" 0 '' "${run[@]}" --filter 'args:[36](/|$)|vdso' --out "$tmp/part"
verdict "a row is the same whichever others are asked for" \
    same_medians "$tmp/whole" "$tmp/part" linux:syscall/args:3 linux:syscall/args:6 linux:clock/vdso linux:syscall/args:3/mitigations:default

expect "with the distribution's choice of mitigations Linux has them" 0 '' ./exospin run checks --no-build --quiet --systems linux \
    --filter 'mitigations_as_told/mitigations:default' --out "$tmp/told"
verdict "in one boot: the filter names no row of the other" jq -e '[.boots[].label] == ["mitigations:default"]' "$tmp/told/run.json"
verdict "in which it was looked at" jq -e '[.checks[] | .name + " " + .verdict] == ["linux:machine/mitigations_as_told/mitigations:default pass"]' \
    "$tmp/told/summary.json"

expect "a child that dies is a fault in user code" 12 'who=syscall/null signal=ILL' "${run[@]}" \
    --filter 'syscall/null$|args:0$|vdso$' --inject user-fault --out "$tmp/fault"
verdict "and costs only its own row" same_medians "$tmp/whole" "$tmp/fault" linux:syscall/args:0 linux:clock/vdso

expect "a kernel that is not there is refused" 1 'LINUX_KERNEL=/nowhere: no such file' boot/linux.sh "$tmp/kernel" /nowhere
