# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: MIT
# Sourced by what crashes guests: boots of the programs in tests/crash, on disks that are files.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
B=${B:-build}
tmp=${tmp:-$(mktemp -d "${TMPDIR:-/dev/shm}/crash-XXXXXX")}
trap 'rm -rf "$tmp"' EXIT

# The systems: a kernel, an archive below $B/guest/crash, what judges their disks (crashcheck KIND), the design of their volume, how many sequences of
# two operations. "capability" is not here: a kernel of that design cannot tell what is reachable, and so leaves blocks that are nobody's.
systems=()
declare -A kernel_of archive_of kind_of design_of pairs_of
while read -r system kernel archive kind design two; do
    systems+=("$system")
    kernel_of[$system]=$kernel archive_of[$system]=$archive kind_of[$system]=$kind design_of[$system]=$design pairs_of[$system]=$two
done << 'END'
exo exo exo cffs template 2000
exo-udf exo exo cffs udf 2000
exo-self exo exo cffs self 100
alfs exo alfs alfs udf 2000
spin spin spin ext2 - 2000
END

# guest SYSTEM WHAT DISK [LOG [DISK LOG]]: what the guest says is in $tmp/said. False, unless its check passes. A log of "" is none. GUEST_KERNEL (below
# $B/guest), GUEST_ARCHIVE: others than the system's. GUEST_WITHOUT: the number of a rule that those whose rules are at will have not.
guest() {
    local system=$1 what=$2 i=0 devices=()
    shift 2
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
    : > "$tmp/said"
    timeout "${GUEST_SECONDS:-300}" "${QEMU:-qemu-system-x86_64}" -M pc -m 512 -cpu max,-erms,-fsrm -icount shift=0,sleep=off -nodefaults -no-user-config \
        -display none -seed 1 -rtc base=2020-01-01T00:00:00,clock=vm -device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot \
        -kernel "$B/guest/${GUEST_KERNEL:-${kernel_of[$system]}}.elf" -initrd "$B/guest/crash/${GUEST_ARCHIVE:-${archive_of[$system]}}.cpio" \
        -append "run=crash/work clock=icount crash=$what${GUEST_WITHOUT:+ without=$GUEST_WITHOUT}" \
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
    if [ "${kernel_of[$system]}" = exo ]; then
        "$B/host/xn" format "$file" --design="${design_of[$system]}" > /dev/null && guest "$system" format "$file" && "$B/host/xn" fsck "$file" > /dev/null
    else
        # shellcheck disable=SC2086 # options
        E2FSPROGS_FAKE_TIME=1577836800 mke2fs -q -F -t ext2 ${4:--b 1024 -I 128} -U 6578c0de-0000-4000-8000-000000000013 \
            -E hash_seed=6578c0de-0000-4000-8000-000000000013 "$file" > /dev/null 2>&1
    fi
}

# recovers SYSTEM DISK TORN: a guest recovers the disk and goes on, and leaves a sound one. spin has no e2fsck: it is run first. What was wrong is
# in $tmp/why.
recovers() {
    local status
    if [ "${kernel_of[$1]}" = exo ]; then
        guest "$1" continue "$2" || { grep -aE 'verdict=|panic' "$tmp/said" > "$tmp/why"; return 1; }
        "$B/host/xn" fsck "$2" > "$tmp/why" 2>&1
        return
    fi
    e2fsck "$([ "$3" = 1 ] && echo -fy || echo -fp)" "$2" > "$tmp/why" 2>&1
    status=$?
    [ $status -le 1 ] || return 1
    guest "$1" continue "$2" || { grep -aE 'verdict=|panic' "$tmp/said" > "$tmp/why"; return 1; }
    e2fsck -fn "$2" > "$tmp/why" 2>&1
}
