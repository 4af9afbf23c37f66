#!/bin/bash
# SPDX-License-Identifier: MIT
# The driver of disks against QEMU's: the checks of tests/kernel/machine/disk with disks that work, that are read-only, and whose requests fail
# (blkdebug), each told by its size (requests.h); with and without indirect descriptors; over memory, files and nothing.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"
BOOT_SECONDS=100 BOOT_CPU=max,-erms,-fsrm

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

# with OPTIONS CLAIM: of the device.
with() {
    BOOT_DEVICES=()
    disk plain "$tmp/plain" ",num-queues=2$1"
    disk_over fixed "driver=raw,read-only=on,file.driver=file,file.filename=$tmp/fixed" ",num-queues=2$1"
    failing_disk nth "$tmp/nth" "$tmp/nth.rules" ",num-queues=2$1"
    failing_disk flush "$tmp/flush" "$tmp/flush.rules" ",num-queues=2$1"
    nic one 0 1
    nic two 0 1
    checks "$2" floor 'disk/*'
}
with "" "every check of disks passes, over a file"
with ",indirect_desc=off" "also without indirect descriptors"
with ",ioeventfd=on" "also by ioeventfd"

log=$tmp/none
# shellcheck disable=SC2054 # commas are QEMU's
BOOT_DEVICES=(-device virtio-blk-pci,drive=n,disable-modern=on,disable-legacy=off -blockdev driver=null-co,node-name=n,size=8388608)
boot floor floor 'disk/* samples=2 warm=0' > "$log" 2>&1
status=$?
verdict "a machine without a modern disk skips them, with the reason" [ $status -eq 33 ] && ! grep -q 'verdict=fail' "$log" &&
    grep -q 'the%20machine%20has%20no%20disk' "$log"
