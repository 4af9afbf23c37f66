#!/bin/bash
# SPDX-License-Identifier: MIT
# Guests with a damaged disk and a sound one: the damaged one is mounted, read, written and left; whatever is in it, the guest says what is wrong
# and goes on, and the sound one has its files then. DAMAGED=50: so many disks of each format; 3 in each test run.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
PATH=$PATH:/usr/sbin:/sbin
many=${DAMAGED:-3}

# boot SYSTEM ARCHIVE LINE...: with the disks `bad` and `good`; the lines are typed.
boot() {
    local system=$1 archive=$2 devices=() name
    shift 2
    for name in bad good; do
        devices+=(-blockdev "driver=file,node-name=$name,filename=$tmp/$name"
            -device "virtio-blk-pci,disable-legacy=on,ioeventfd=off,drive=$name,num-queues=1")
    done
    printf '%s\n' "$@" halt | timeout 100 "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 64 -cpu max \
        -icount shift=0,sleep=off -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "build/guest/$system.elf" \
        -initrd "build/guest/$archive.cpio" -append clock=icount -serial stdio "${devices[@]}" > "$tmp/out" 2>&1
}

# damage FILE SEED FROM BYTES: up to 40 places among so many bytes, most of them near their beginning; the same seed, the same damage.
damage() {
    local n at byte
    RANDOM=$2
    for ((n = 1 + RANDOM % 40; n > 0; n--)); do
        at=$(($3 + (RANDOM * 32768 + RANDOM) % ($4 >> 3 * (RANDOM % 4)))) byte=$((RANDOM % 3 ? RANDOM % 256 : 255))
        printf '%b' "\\x$(printf %x $byte)" | dd of="$1" bs=1 seek=$at conv=notrunc status=none
    done
}

# each FORMAT FROM BYTES SYSTEM ARCHIVE LINES...: of `made`; what is typed about the sound one reads hello. Where a mount is refused since something
# cannot be, a line before says what, which fits `told`.
each() {
    local format=$1 from=$2 bytes=$3 seed wrong='' refused=0
    shift 3
    for ((seed = 1; seed <= many; seed++)); do
        cp "$tmp/made" "$tmp/bad"
        cp "$tmp/made" "$tmp/good"
        damage "$tmp/bad" $seed "$from" "$bytes"
        boot "$@"
        cp "$tmp/out" "$tmp/said"
        grep -q '^> halt' "$tmp/said" && grep -q '^hello' "$tmp/said" || wrong="$wrong $seed:ends"
        ! grep -Eq 'panic|where=kernel' "$tmp/said" || wrong="$wrong $seed:panics"
        if grep -v '^qemu' "$tmp/said" | grep -B 1 'what is on the disk cannot be' > "$tmp/why"; then
            refused=$((refused + 1))
            ! grep -q '^> mount' "$tmp/why" || wrong="$wrong $seed:untold"
            ! grep -q '^mount: ' "$tmp/why" || grep -Eq "$told" "$tmp/why" || wrong="$wrong $seed:untold"
        fi
        sound "$tmp/good" > /dev/null 2>&1 || wrong="$wrong $seed:sound"
    done
    echo "# $format: $refused of $many were refused, or some of what they have"
    verdict "$many damaged disks of $format harm nobody${wrong:+:$wrong}" [ -z "$wrong" ]
}

mkdir -p "$tmp/folder/sub"
echo hello > "$tmp/folder/sub/b"
seq 1 3000 > "$tmp/folder/a"
truncate -s 16M "$tmp/made"
build/host/xn mkfs "$tmp/made" "$tmp/folder" > /dev/null
told='^disk 0(, block [0-9]+, [a-z]| has no volume yet)'
sound() { build/host/xn fsck "$1"; }
each "XN and C-FFS" 0 $((24 * 4096)) exo exo-with-shell 'ls /disk' 'cat /disk/a' 'write /disk/n more' 'fsck /disk' 'rm /disk/a' sync 'umount /disk' \
    'mkdir /two' 'mount cffs 1 /two' 'cat /two/sub/b' 'umount /two'

rm "$tmp/made"
truncate -s 16M "$tmp/made"
mke2fs -q -F -t ext2 -b 1024 "$tmp/made"
for file in folder/a folder/sub/b; do debugfs -w -R "write $tmp/$file ${file##*/}" "$tmp/made" > /dev/null 2>&1; done
told='^block [0-9]+, [a-z]'
sound() { e2fsck -fn "$1"; }
spin=(spin spin 'cat /svc/volumes/v/a' 'append /svc/volumes/v/n more' 'rm /svc/volumes/v/a' 'names /svc/volumes/v' mounts 'unmount /svc/volumes/v')
each ext2 1024 $((64 * 1024)) "${spin[@]:0:2}" 'mount ext2 disk0 /svc/volumes/v' "${spin[@]:2}" \
    'mount ext2 disk1 /svc/volumes/w' 'cat /svc/volumes/w/b' 'unmount /svc/volumes/w'

# wfs: made by a guest.
rm "$tmp/made"
truncate -s 4M "$tmp/good"
truncate -s 4M "$tmp/bad"
boot spin spin 'format wfs disk0 made' 'mount wfs disk0 /svc/volumes/v' 'append /svc/volumes/v/a text' \
    'append /svc/volumes/v/b hello' 'unmount /svc/volumes/v'
cp "$tmp/bad" "$tmp/made"
sound() { build/host/wfs fsck -n "$1"; }
each wfs 0 $((48 * 1024)) "${spin[@]:0:2}" 'mount wfs disk0 /svc/volumes/v' "${spin[@]:2}" \
    'mount wfs disk1 /svc/volumes/w' 'cat /svc/volumes/w/b' 'unmount /svc/volumes/w'
