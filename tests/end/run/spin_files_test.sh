#!/bin/bash
# SPDX-License-Identifier: MIT
# spin's file systems on QEMU's disks: the checks of tests/kernel/spin/files, which are skipped where there is no disk. disk0
# is formatted as wfs, disk1 is an ext2 of mke2fs, which e2fsck finds clean afterwards, disk2's requests fail (blkdebug).
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
qemu=${QEMU:-qemu-system-x86_64}
PATH=$PATH:/sbin:/usr/sbin

truncate -s 8M "$tmp/wfs"
truncate -s 8M "$tmp/bad"
truncate -s 16M "$tmp/ext2"
mke2fs -q -F -t ext2 -b 1024 "$tmp/ext2"
# The 4,096th sector can be neither read nor written.
for what in read write; do printf '[inject-error]\nevent = "none"\niotype = "%s"\nsector = "4096"\n' $what; done > "$tmp/bad.rules"

device() {
    printf '%s\n' -device "virtio-blk-pci,disable-legacy=on,ioeventfd=off,drive=$1,rerror=report,werror=report"
}
mapfile -t devices < <(
    device wfs
    device ext2
    device bad
)
log=$tmp/log
timeout 300 "$qemu" -M pc -m 512 -cpu max,-erms,-fsrm -icount shift=0,sleep=off -nodefaults -no-user-config -display none -no-reboot \
    -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel build/guest/test/spin.elf -initrd build/guest/test/spin.cpio \
    -append 'run=files/* clock=icount samples=2 warm=0' -serial "file:$log" \
    -blockdev "driver=raw,node-name=wfs,file.driver=file,file.filename=$tmp/wfs" \
    -blockdev "driver=raw,node-name=ext2,file.driver=file,file.filename=$tmp/ext2" \
    -blockdev "driver=blkdebug,node-name=bad,config=$tmp/bad.rules,image.driver=file,image.filename=$tmp/bad" "${devices[@]}" > "$log.qemu" 2>&1
status=$?
if [ $status -eq 33 ] && grep -aEq ' done .* failed=0 ' "$log" && ! grep -aEq '=files/.* verdict=skip' "$log"; then
    echo "ok - every check of files passes"
else
    echo "not ok - every check of files passes: status $status, wanted 33 and no check that fails or is skipped"
    where
    { cat "$log.qemu"; grep -aE 'verdict=(fail|skip)|panic' "$log" || tail -n 5 "$log"; } | cut -c 1-300 | sed 's/^/# /'
fi
e2fsck -fn "$tmp/ext2" > "$tmp/e2fsck" 2>&1
status=$?
sed "s/^/# /" "$tmp/e2fsck"
verdict "e2fsck finds what ext2 wrote as it ought to be" [ $status -eq 0 ]
