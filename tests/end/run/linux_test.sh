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
verdict "Linux is booted a second time with the distribution's mitigations" jq -e \
    '[.boots[].label] == ["", "mitigations:default"]' "$tmp/whole/run.json"
verdict "both sets of mitigations are measured" kept "$tmp/whole" linux:syscall/null linux:syscall/null/mitigations:default
verdict "the vDSO's clock costs less than half a null call" jq -e '[.benchmarks[] | {(.name): .median}] | add |
    ."linux:clock/vdso" * 2 < ."linux:syscall/null"' "$tmp/whole/summary.json"

# By a clock of cycles a single call would be a latency, beside the throughput of our batched ones.
verdict "system calls are batched, as ours are" bash -c \
    "! grep -E ' bench name=syscall/' '$tmp/whole/raw/linux.0.log' | grep -v ' overhead=12 ' && grep -q ' bench name=syscall/umask' '$tmp/whole/raw/linux.0.log'"
verdict "the least that Linux does costs less than its null call, and a call that there is not still less" \
    jq -e '[.benchmarks[] | {(.name): .median}] | add |
        ."linux:syscall/bad_number" < ."linux:syscall/umask" and ."linux:syscall/umask" < ."linux:syscall/null"' "$tmp/whole/summary.json"

expect "with the distribution's choice of mitigations Linux has them" 0 '' ./exospin run checks --no-build --quiet --systems linux \
    --filter 'mitigations_as_told/mitigations:default' --out "$tmp/told"
verdict "in one boot: the filter names no row of the other" jq -e '[.boots[].label] == ["mitigations:default"]' "$tmp/told/run.json"
verdict "in which it was looked at" jq -e '[.checks[] | .name + " " + .verdict] == ["linux:machine/mitigations_as_told/mitigations:default pass"]' \
    "$tmp/told/summary.json"

expect "a child that dies is a fault in user code" 12 'who=syscall/null signal=ILL' "${run[@]}" \
    --filter 'syscall/null$|args:[036]$|vdso$' --inject user-fault --out "$tmp/fault"
verdict "and costs only its own row; the others are the same, whichever are asked for" \
    same_medians "$tmp/whole" "$tmp/fault" linux:syscall/args:0 linux:syscall/args:3 linux:syscall/args:6 linux:clock/vdso
verdict "of the other boot no row is asked for, and it is not made" jq -e '.boots | length == 1' "$tmp/fault/run.json"

expect "a kernel that is not there is refused" 1 'LINUX_KERNEL=/nowhere: no such file' boot/linux.sh "$tmp/kernel" /nowhere
