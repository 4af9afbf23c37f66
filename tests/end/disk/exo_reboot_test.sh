#!/bin/bash
# SPDX-License-Identifier: MIT
# A volume that the host makes, with a C-FFS and an alfs: a boot of exo writes files to both and ends, or is cut off; the host finds it sound; another
# boot reads what was written (tests/kernel/exo/xn/reboot.c compares each byte).
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

mkdir "$tmp/folder"
echo hello > "$tmp/folder/hello"
truncate -s 16M "$tmp/base"
for fs in cffs alfs; do expect "the host makes $fs" 0 '' build/host/xn mkfs "$tmp/base" "$tmp/folder" --fs=$fs; done

boot() { # CLAIM PATTERN CHECK OPTIONS...: on $tmp/disk
    local claim=$1 pattern=$2 check=$3
    shift 3
    expect "$claim" 0 "$pattern" $exospin boot exo --tests --no-build --disk "$tmp/disk" --words "run=reboot/$check clock=icount samples=2 warm=0" "$@"
}
passes=' check name=reboot/.* verdict=pass'

cp "$tmp/base" "$tmp/disk"
boot "a boot reads the host's files and writes its own" "$passes" what_the_host_made_is_read_and_files_are_written
expect "the host finds it clean" 0 ': clean; ' build/host/xn fsck "$tmp/disk"
boot "another boot reads all of them" "$passes" all_files_are_read_after_another_boot

# Cut off among the writes: recovered by the host, or by the next boot.
for at in 50000000 60000001 70000003; do
    for by in host guest; do
        cp "$tmp/base" "$tmp/disk"
        boot "a boot is cut off before instruction $at" 'cut off before instruction' what_the_host_made_is_read_and_files_are_written --cut $at
        if [ $by = host ]; then
            expect "the host recovers it" 1 ': recovered: ' build/host/xn fsck "$tmp/disk"
            expect "and then it is clean" 0 ': clean; ' build/host/xn fsck "$tmp/disk"
        fi
        boot "the files that were synced are read, recovered by the $by" "$passes" the_files_that_were_synced_before_a_cut_are_read
    done
done

expect "a run keeps its disks" 0 '' $exospin run files --systems exo --filter 'stat/fs:(cffs|alfs)' --quick --no-build --quiet --keep-disks --out "$tmp/run"
expect "which the host finds clean" 0 ': clean; ' build/host/xn fsck "$tmp"/run/disks/exo.*.0.img
expect "with a file system" 0 'root files: ' build/host/xn info "$tmp"/run/disks/exo.*.0.img
