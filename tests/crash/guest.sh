# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced by what crashes guests: boots of the programs in tests/crash, on disks that are files.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
B=${B:-build}
tmp=${tmp:-$(mktemp -d "${TMPDIR:-/dev/shm}/crash-XXXXXX")}
trap 'rm -rf "$tmp"' EXIT

# guest SYSTEM IMAGE WHAT DISK [LOG [DISK LOG]]: IMAGE is a kernel's below $B/guest. What the guest says is in $tmp/said. False, unless its check
# passes. A log of "" is none. GUEST_ARCHIVE names another archive than the system's.
guest() {
    local system=$1 image=$2 what=$3 i=0 devices=()
    shift 3
    while [ $# -gt 0 ]; do
        local disk=disk$i logs=${2-}
        if [ "$logs" ]; then
            rm -f "$logs"
            : > "$logs"
            devices+=(-blockdev "driver=raw,node-name=below$i,file.driver=file,file.filename=$1"
                -blockdev "driver=blklogwrites,node-name=disk$i,file=below$i,log-super-update-interval=1,log.driver=file,log.filename=$logs")
        else
            devices+=(-blockdev "driver=raw,node-name=disk$i,file.driver=file,file.filename=$1")
        fi
        devices+=(-device "virtio-blk-pci,drive=$disk,disable-legacy=on,ioeventfd=off,num-queues=4,rerror=report,werror=report")
        i=$((i + 1))
        shift $(($# > 1 ? 2 : 1))
    done
    timeout "${GUEST_SECONDS:-300}" "${QEMU:-qemu-system-x86_64}" -M pc -m 512 -cpu max,-erms,-fsrm -icount shift=0,sleep=off -nodefaults -no-user-config \
        -display none -seed 1 -rtc base=2020-01-01T00:00:00,clock=vm -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot \
        -kernel "$B/guest/$image.elf" -initrd "$B/guest/crash/${GUEST_ARCHIVE:-$system}.cpio" -append "run=crash/work clock=icount crash=$what" \
        -serial "file:$tmp/said" "${devices[@]}" > "$tmp/qemu" 2>&1
    grep -aq 'check name=crash/work verdict=pass' "$tmp/said"
}

# A block of what free blocks have: words that could be pointers, so that who reads what nobody wrote is seen.
junk=$tmp/junk
for ((i = 0; i < 1024; i++)); do printf -v word '\\x%02x\\x%02x\\0\\0' $((i * 37 % 251 + 5)) $((i % 2)) && printf '%b' "$word"; done > "$junk"

# base SYSTEM MiB FILE [FORMAT]: a disk with the file systems of SYSTEM, which are empty. FORMAT: options of mke2fs.
base() {
    local system=$1 size=$2 file=$3
    for ((i = 0; i < 256; i++)); do cat "$junk"; done > "$tmp/mebibyte"
    for ((i = 0; i < size; i++)); do cat "$tmp/mebibyte"; done > "$file"
    case $system in
    exo)
        "$B/host/xn" format "$file" --design=template > /dev/null && guest exo exo format "$file" && "$B/host/xn" fsck "$file" > /dev/null
        ;;
    spin)
        # shellcheck disable=SC2086 # options
        E2FSPROGS_FAKE_TIME=1577836800 mke2fs -q -F -t ext2 ${4:--b 1024 -I 128} -U 6578c0de-0000-4000-8000-000000000013 \
            -E hash_seed=6578c0de-0000-4000-8000-000000000013 "$file" > /dev/null 2>&1
        ;;
    esac
}

# recovers SYSTEM DISK TORN: a guest recovers the disk and goes on, and leaves a sound one. spin has no e2fsck: it is run first. What was wrong is
# in $tmp/why.
recovers() {
    local status
    if [ "$1" = exo ]; then
        guest exo exo continue "$2" || { grep -aE 'verdict=|panic' "$tmp/said" > "$tmp/why"; return 1; }
        "$B/host/xn" fsck "$2" > "$tmp/why" 2>&1
        return
    fi
    e2fsck "$([ "$3" = 1 ] && echo -fy || echo -fp)" "$2" > "$tmp/why" 2>&1
    status=$?
    [ $status -le 1 ] || return 1
    guest spin spin continue "$2" || { grep -aE 'verdict=|panic' "$tmp/said" > "$tmp/why"; return 1; }
    e2fsck -fn "$2" > "$tmp/why" 2>&1
}
