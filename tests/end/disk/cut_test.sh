#!/bin/bash
# SPDX-License-Identifier: MIT
# A guest's disk whose writes are logged, and a guest that is cut off: both are the same each time; crashdisk takes the log.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
truncate -s 4M "$tmp/base"

# guest CLAIM STATUS PATTERN ROW OPTIONS...: floor, whose disk is $tmp/disk, new.
guest() {
    local claim=$1 status=$2 pattern=$3 row=$4
    shift 4
    cp "$tmp/base" "$tmp/disk"
    expect "$claim" "$status" "$pattern" $exospin boot floor --no-build --disk "$tmp/disk" --words "run=$row samples=800 warm=0" "$@"
}
guest "what a guest writes is logged" 0 'done' disk/flush --log-writes "$tmp/log"
verdict "of the format that crashdisk knows" build/host/crashdisk "$tmp/log" "$tmp/base" true
verdict "each write has its flush behind it" grep -q '^entries=1602 writes=801 flushes=801 ' <(build/host/crashdisk "$tmp/log" "$tmp/base" true)
mv "$tmp/log" "$tmp/first"
guest "a log of another run" 0 'done' disk/flush --log-writes "$tmp/log"
verdict "it is the same" cmp "$tmp/first" "$tmp/log"
last=$(stat -c %s "$tmp/log")

for at in 15000000 15600001 15600002; do
    guest "a guest is cut off at $at" 0 "cut off before instruction $at" disk/flush --log-writes "$tmp/log.$at" --cut $at
    guest "and once more" 0 "cut off before" disk/flush --log-writes "$tmp/again" --cut $at
    verdict "after the same writes" cmp "$tmp/log.$at" "$tmp/again"
done
verdict "later after more" test "$(stat -c %s "$tmp/log.15000000")" -lt "$(stat -c %s "$tmp/log.15600001")"
verdict "before its end" test "$(stat -c %s "$tmp/log.15600002")" -lt "$last"
verdict "of which the whole log begins" cmp -n 400000 -i 512 "$tmp/log" "$tmp/log.15000000"
guest "one that ends before is told" 0 'the guest ended before its instruction 4000000000' disk/flush --cut 4000000000

expect "a log without a disk" 64 '--log-writes: there is no disk' $exospin boot floor --no-build --log-writes "$tmp/log"
expect "a log that is the disk" 64 'this is the disk itself' $exospin boot floor --no-build --disk "$tmp/disk" --log-writes "$tmp/disk"
verdict "which is as it was" test "$(stat -c %s "$tmp/disk")" -eq $((4 << 20))
expect "a log where there is no folder" 42 'nowhere/log: No such file' $exospin boot floor --no-build --disk "$tmp/disk" --log-writes "$tmp/nowhere/log"
expect "a folder as a log" 64 'no regular file' $exospin boot floor --no-build --disk "$tmp/disk" --log-writes "$tmp"
expect "a cut where instructions have no number" 64 '--cut: not with' $exospin boot floor --no-build --gdb --cut 5
