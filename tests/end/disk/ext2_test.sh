#!/bin/bash
# SPDX-License-Identifier: MIT
# ext2 of SPIN on disks that mke2fs has made and debugfs has filled: the checks of tests/kernel/spin/files read them and write to them; then
# e2fsck finds nothing, and debugfs reads what SPIN wrote.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"
BOOT_SECONDS=100 BOOT_MEMORY=512 BOOT_CPU=max,-erms,-fsrm
PATH=$PATH:/usr/sbin:/sbin

seq -f %07g 0 39999 > "$tmp/given"

# on OPTIONS...: those of mke2fs.
on() {
    local disk=$tmp/disk status
    rm -f "$disk" "$tmp/big" "$tmp/two"
    truncate -s 16M "$disk"
    mke2fs -q -F -t ext2 "$@" "$disk" > /dev/null 2>&1
    debugfs -w -R "write $tmp/given given" "$disk" > /dev/null 2>&1
    debugfs -w -R "symlink debugfs_near given" "$disk" > /dev/null 2>&1
    debugfs -w -R "symlink debugfs_far $(printf './%.0s' {1..40})given" "$disk" > /dev/null 2>&1
    BOOT_DEVICES=()
    disk disk "$disk"
    checks "mke2fs $*: its checks pass" spin 'ext2/*'
    e2fsck -fn "$disk" > "$tmp/said" 2>&1
    status=$?
    cp "$tmp/said" "$tmp/out" # which a verdict shows
    verdict "mke2fs $*: e2fsck finds nothing" test $status -eq 0
    debugfs -R "dump /made/big $tmp/big" "$disk" > /dev/null 2>&1
    debugfs -R "dump /two $tmp/two" "$disk" > /dev/null 2>&1
    verdict "mke2fs $*: debugfs reads what SPIN wrote" cmp -s "$tmp/big" "$tmp/given"
    debugfs -R "stat /c/up" "$disk" > "$tmp/up" 2> /dev/null
    debugfs -R "dump /c/slow $tmp/slow" "$disk" > /dev/null 2>&1
    verdict "mke2fs $*: and SPIN's links, short and long" test "$(sed -n 's/^Fast link dest: //p' "$tmp/up")" = '"../a"' \
        -a "$(tr -d '\0' < "$tmp/slow" | tail -c 4)" = ./up
    verdict "mke2fs $*: by its second name, too" cmp -s "$tmp/two" <(head -n 1000 "$tmp/given")
}

on -b 1024 -I 128
on -b 1024 -I 256 -O ^filetype,^dir_index
on -b 2048 -I 256
on -b 4096 -I 128
on -b 4096 -I 256
