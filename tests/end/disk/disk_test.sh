#!/bin/bash
# SPDX-License-Identifier: MIT
# The driver of disks against QEMU's: the checks of tests/kernel/machine/disk with disks that work, that are read-only, and whose requests fail
# (blkdebug), each told by its size (requests.h); with and without indirect descriptors; over memory, files and nothing.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
qemu=${QEMU:-qemu-system-x86_64}

# boot LOG ARGUMENTS...: status of QEMU; the serial line is in LOG.
boot() {
    local log=$1
    shift
    timeout 100 "$qemu" -M pc -m 64 -cpu max,-erms,-fsrm -icount shift=0,sleep=off -nodefaults -no-user-config -display none -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel build/guest/test/floor.elf -initrd build/guest/test/floor.cpio \
        -append 'run=disk/* clock=icount samples=2 warm=0' -serial "file:$log" "$@" > "$log.qemu" 2>&1
}

# device NAME OPTIONS: a virtio disk of two queues over block device NAME.
device() {
    printf '%s\n' -device "virtio-blk-pci,disable-legacy=on,ioeventfd=off,drive=$1,num-queues=2,rerror=report,werror=report$2"
}

for disk in plain:16384 fixed:8192 nth:4096 flush:2048; do truncate -s $((${disk#*:} * 512)) "$tmp/${disk%:*}"; done

# In sequence n of 16 blocks the n-th cannot be read; in the second sixteen sequences, written.
{
    for ((n = 0; n < 32; n++)); do
        echo '[inject-error]'
        echo 'event = "none"'
        echo "iotype = \"$([ $n -lt 16 ] && echo read || echo write)\""
        echo "sector = \"$(((n * 16 + n % 16) * 8))\""
    done
} > "$tmp/nth.rules"
for what in flush discard write-zeroes; do printf '[inject-error]\nevent = "none"\niotype = "%s"\n' $what; done > "$tmp/flush.rules"

# checks CLAIM PLAIN OPTIONS: PLAIN is the block device that works.
checks() {
    local log=$tmp/log arguments
    mapfile -t arguments < <(
        device plain "$3"
        device fixed "$3"
        device nth "$3"
        device flush "$3"
    )
    boot "$log" -blockdev "$2" -blockdev "driver=raw,node-name=fixed,read-only=on,file.driver=file,file.filename=$tmp/fixed" \
        -blockdev "driver=blkdebug,node-name=nth,config=$tmp/nth.rules,image.driver=file,image.filename=$tmp/nth,discard=unmap" \
        -blockdev "driver=blkdebug,node-name=flush,config=$tmp/flush.rules,image.driver=file,image.filename=$tmp/flush,discard=unmap" "${arguments[@]}"
    local status=$?
    if [ $status -eq 33 ] && grep -aEq ' done .* failed=0 ' "$log" && ! grep -aEq '=disk/.* verdict=skip' "$log"; then
        echo "ok - $1"
    else
        echo "not ok - $1: status $status, wanted 33 and no check that fails or is skipped"
        where
        { cat "$log.qemu"; grep -aE 'verdict=(fail|skip)|panic' "$log" || tail -n 5 "$log"; } | cut -c 1-300 | sed 's/^/# /'
    fi
}

checks "every check of disks passes, over a file" "driver=raw,node-name=plain,discard=unmap,file.driver=file,file.filename=$tmp/plain" ""
checks "also without indirect descriptors" "driver=raw,node-name=plain,discard=unmap,file.driver=file,file.filename=$tmp/plain" ",indirect_desc=off"
checks "also by ioeventfd" "driver=raw,node-name=plain,discard=unmap,file.driver=file,file.filename=$tmp/plain" ",ioeventfd=on"

log=$tmp/none
boot "$log" -device virtio-blk-pci,drive=n,disable-modern=on,disable-legacy=off -blockdev driver=null-co,node-name=n,size=8388608
status=$?
verdict "a machine without a modern disk skips them, with the reason" [ $status -eq 33 ] && ! grep -q 'verdict=fail' "$log" &&
    grep -q 'the%20machine%20has%20no%20disk' "$log"
