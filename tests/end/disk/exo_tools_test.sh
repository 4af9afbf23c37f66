#!/bin/bash
# SPDX-License-Identifier: MIT
# The tools of exo's file systems, typed into their shell: on a disk of zeros, on one of the host's, on one whose volume has no file system.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

type_lines() { # IMAGE LINE...: what the shell says is in $tmp/out
    local image=$1
    shift
    printf '%s\n' "$@" | timeout 100 ./exospin boot exo --no-build --archive build/guest/exo-with-shell.cpio --disk "$image" > "$tmp/out" 2>&1
    verdict "a line at each prompt, and a halt at their end" grep -q '^> halt' "$tmp/out"
    verdict "QEMU says nothing in between" test "$(grep -c '^qemu' "$tmp/out")" -eq 0
}
# says CLAIM PATTERN: a line of it fits.
says() {
    verdict "$1" grep -Eq -- "$2" "$tmp/out"
}

# The lines of docs/exo/filesystems.md, on a new disk.
truncate -s 16M "$tmp/disk"
sed -n '/exo-with-shell.cpio/,/^$/p' docs/exo/filesystems.md | sed -n 's/^    > //p' > "$tmp/lines"
verdict "the page has lines" [ "$(wc -l < "$tmp/lines")" -gt 6 ]
mapfile -t lines < "$tmp/lines"
type_lines "$tmp/disk" "${lines[@]}"
says "the boot's words cannot mount a disk of zeros, and it says so" '^disk 0 has no volume yet; newfs makes one'
says "a new file system on it is sound" '^/disk: 2 files, 0 directories, 3 blocks, 0 mended'
says "iostat counts" '^ +0 +4096 +[0-9]+ +[0-9]+ '
verdict "nothing else is refused" [ "$(grep -c '^[a-z]*: ' "$tmp/out")" = 2 ] # by exospin itself, and the boot's mount
expect "the host finds it clean" 0 ': clean; ' build/host/xn fsck "$tmp/disk"

mkdir -p "$tmp/folder/sub"
echo hello > "$tmp/folder/a"
truncate -s 16M "$tmp/made"
expect "a folder that is not there leaves the disk as it is" 2 'No such file' build/host/xn mkfs "$tmp/made" "$tmp/none"
expect "the host makes one" 0 '' build/host/xn mkfs "$tmp/made" "$tmp/folder"
type_lines "$tmp/made" 'cat /disk/a' 'write /disk/sub/b more' 'ls /disk/sub' 'umount /disk'
says "its files are read" '^hello'
says "and the guest writes there" '^b'
verdict "nothing is refused" [ "$(grep -c '^[a-z]*: ' "$tmp/out")" = 1 ]

truncate -s 16M "$tmp/bare"
expect "a disk of zeros holds no volume" 3 "there is no volume" build/host/xn info "$tmp/bare"
expect "a volume without a file system" 0 '' build/host/xn format "$tmp/bare"
type_lines "$tmp/bare" 'newfs cffs 0' 'mount cffs 0 /disk' 'newfs cffs 0' 'umount /disk' halted
says "is not mounted" '^mount: there is no such thing'
verdict "a mounted one is not made anew" [ "$(grep -c '^newfs: ' "$tmp/out")" = 1 ]
says "no such tool" '^halted: no such tool; there are: '
expect "the host finds it clean" 0 ': clean; ' build/host/xn fsck "$tmp/bare"

printf '%s\n' 'newfs cffs 0' 'mount cffs 0 /disk' sync iostat 'fsck /disk' 'umount /disk' halt |
    timeout 100 ./exospin boot exo --no-build --archive build/guest/exo-with-shell.cpio > "$tmp/out" 2>&1
verdict "without a disk each tool that needs one says that it is not there" [ "$(grep -c ': there is no such thing$' "$tmp/out")" = 5 ]
verdict "and the shell goes on to its end" grep -q '^> halt' "$tmp/out"
