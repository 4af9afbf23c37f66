# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced after expect.sh: guests of the checks' images, started without the harness, with disks of any kind.
: "${tmp:?expect.sh makes it}"
BOOT_DEVICES=() # further arguments of QEMU's
BOOT_SECONDS=20
BOOT_MEMORY=64 # MiB
BOOT_CPU=max
BOOT_CLOCK=icount

# boot SYSTEM IMAGE WORDS: its serial line, and QEMU's words.
boot() {
    timeout "$BOOT_SECONDS" "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m "$BOOT_MEMORY" -cpu "$BOOT_CPU" \
        -icount shift=0,sleep=off -seed 1 -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "build/guest/test/$2.elf" \
        -initrd "build/guest/test/$1.cpio" -append "run=$3 clock=$BOOT_CLOCK" -serial stdio "${BOOT_DEVICES[@]}"
}

# disk NAME FILE [OPTIONS]: the next one of BOOT_DEVICES is a disk over FILE, with OPTIONS of the device.
disk() {
    disk_over "$1" "driver=raw,discard=unmap,file.driver=file,file.filename=$2" "${3:-}"
}
# failing_disk NAME FILE RULES [OPTIONS]: one whose requests fail as blkdebug's RULES say.
failing_disk() {
    disk_over "$1" "driver=blkdebug,config=$3,discard=unmap,image.driver=file,image.filename=$2" "${4:-}"
}
disk_over() { # NAME BLOCKDEV OPTIONS
    BOOT_DEVICES+=(-blockdev "node-name=$1,$2"
        -device "virtio-blk-pci,disable-legacy=on,ioeventfd=off,drive=$1,num-queues=1,rerror=report,werror=report$3")
}

# nic NAME HUB LINK_NS: the next one is a network interface on that wire, as the harness makes them (harness/guest/qemu_machine.c).
nic() {
    BOOT_NICS=$((BOOT_NICS + 1))
    BOOT_DEVICES+=(-netdev "hubport,id=$1,hubid=$2" -device "virtio-net-pci,netdev=$1,mac=$(printf '02:00:00:00:00:%02x' "$BOOT_NICS"),disable-legacy=on,ioeventfd=off,tx=timer,x-txtimer=$3,mrg_rxbuf=off,event_idx=off,ctrl_vq=off,ctrl_rx=off,ctrl_vlan=off,ctrl_rx_extra=off,ctrl_mac_addr=off,ctrl_guest_offloads=off,guest_announce=off,csum=off,guest_csum=off,gso=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off,host_tso4=off,host_tso6=off,host_ecn=off,host_ufo=off")
}
BOOT_NICS=0

# checks CLAIM SYSTEM CHECKS [REASON]: all pass, and none is skipped but for REASON.
checks() {
    local status log=$tmp/checks.log
    boot "$2" "$2" "$3 samples=2 warm=0" > "$log" 2>&1
    status=$?
    if [ $status -eq 33 ] && grep -aEq ' done .* failed=0 ' "$log" && ! grep -a 'verdict=skip' "$log" | grep -qv "${4:-^$}"; then
        echo "ok - $1"
    else
        echo "not ok - $1: status $status, wanted 33 and no check that fails or is skipped"
        where
        { grep -aE 'verdict=(fail|skip)|panic' "$log" || tail -n 5 "$log"; } | cut -c 1-300 | sed 's/^/# /'
    fi
}
# The same with ends of requests at their moment, and where the device says when.
checks_by_both_clocks() { # CLAIM SYSTEM CHECKS [REASON]
    checks "$1, where ends have their moment" "${@:2}"
    BOOT_CLOCK=none checks "$1, where the device says when" "${@:2}"
}
