#!/bin/bash
# SPDX-License-Identifier: MIT
# What libraries of exo make of blocks in core: memory whose pages go to a disk, in a machine that has half as much memory as is used; and each
# attack in an image without the rule that it comes to nothing by.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/undefended.sh
. "$(dirname "$0")/../undefended.sh"

truncate -s 128M "$tmp/disk"
BOOT_DEVICES=(-blockdev "driver=file,node-name=disk,filename=$tmp/disk"
    -device "virtio-blk-pci,disable-legacy=on,ioeventfd=off,drive=disk,num-queues=1")

checks() { # CLAIM CLOCK CHECKS
    timeout 100 "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 40 -cpu max -icount shift=0,sleep=off -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel build/guest/test/exo.elf -initrd build/guest/test/exo.cpio \
        -append "run=$3 clock=$2" -serial "file:$tmp/log" "${BOOT_DEVICES[@]}" > "$tmp/out" 2>&1
    grep -aE 'verdict=(fail|skip)|panic' "$tmp/log" >> "$tmp/out"
    verdict "$1" bash -c "grep -aEq ' done .* failed=0 ' $tmp/log && ! grep -aq 'verdict=skip' $tmp/log"
}
checks "memory is twice what the machine has, and pages go to a disk, where ends have their moment" icount "pager/*"
checks "also where the device says when" none "pager/*"

# Of the library: the archive has another program.
without_exos() { # DEFENCE CHECK
    boot exo exo "$2" > "$tmp/out" 2>&1
    verdict "$2" grep -aEq "^@X1 [0-9]+ check .*verdict=pass" "$tmp/out"
    boot "exo-without-$1" exo "$2" > "$tmp/out" 2>&1
    verdict "$2: fails without $1" bash -c "grep -aEq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -aEq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
without_exos PAGER_FRAME pager/two_page_beside_each_other_and_the_blocks_of_the_dead_are_free
without_exos PAGER_OWNER pager/two_page_beside_each_other_and_the_blocks_of_the_dead_are_free
