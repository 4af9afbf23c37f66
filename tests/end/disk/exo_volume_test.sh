#!/bin/bash
# SPDX-License-Identifier: MIT
# Files on disks in ExOS: the checks of tests/kernel/exo/volumes.c, where the ends of requests have their moment and where the device says when; and
# each attack in an image without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

truncate -s 16M "$tmp/plain"
BOOT_SECONDS=100
BOOT_DEVICES=(-blockdev "driver=file,node-name=plain,filename=$tmp/plain"
    -device "virtio-blk-pci,disable-legacy=on,ioeventfd=off,drive=plain,num-queues=1,rerror=report,werror=report")

checks() { # CLAIM CLOCK
    local log=$tmp/log
    timeout "$BOOT_SECONDS" "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 64 -cpu max -icount shift=0,sleep=off -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel build/guest/test/exo.elf -initrd build/guest/test/exo.cpio \
        -append "run=volume/* clock=$2 samples=2 warm=0" -serial "file:$log" "${BOOT_DEVICES[@]}" > "$log.qemu" 2>&1
    local status=$?
    if [ $status -eq 33 ] && grep -aEq ' done .* failed=0 ' "$log" && ! grep -aq 'verdict=skip' "$log"; then
        echo "ok - $1"
    else
        echo "not ok - $1: status $status, wanted 33 and no check that fails"
        where
        { cat "$log.qemu"; grep -aE 'verdict=fail|panic' "$log" || tail -n 5 "$log"; } | cut -c 1-300 | sed 's/^/# /'
    fi
}
checks "files on disks are as other files, where ends have their moment" icount
checks "also where the device says when" none

without() { # DEFENCE CHECK
    boot "exo-without-$1" exo "volume/$2" > "$tmp/out" 2>&1
    verdict "$2: fails without $1" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
without VOLUME_ALONE processes_share_descriptors_and_blocks_and_take_turns
without VOLUME_NODE an_old_descriptor_reads_no_other_file_and_what_comes_back_is_zero
without VOLUME_SHOWN memory_shows_the_very_frames_of_a_files_blocks
without VOLUME_MEND a_writer_that_is_killed_anywhere_leaves_a_file_system_that_is_sound
