#!/bin/bash
# SPDX-License-Identifier: MIT
# spin's commands for volumes and files, typed into its shell: on an ext2 that the host made and looks through afterwards, and on a wfs.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

type_lines() { # IMAGE LINE...: what the shell says is in $tmp/out
    local image=$1
    shift
    printf '%s\n' "$@" halt | timeout 100 ./exospin boot spin --no-build --disk "$image" > "$tmp/out" 2>&1
}
# says CLAIM PATTERN: a line of it fits.
says() {
    verdict "$1" grep -Eq -- "$2" "$tmp/out"
}

printf 'no end' > "$tmp/file"
truncate -s 16M "$tmp/ext2" "$tmp/wfs"
mke2fs -q -t ext2 -b 4096 "$tmp/ext2"
debugfs -w -f /dev/stdin "$tmp/ext2" > "$tmp/debugfs" 2>&1 <<< "mkdir sub
write $tmp/file sub/old"
v=/svc/volumes/v
type_lines "$tmp/ext2" mounts "mount ext2 disk7 $v" "mount wfs disk0 $v" "mount ext2 disk0 $v" "names $v/sub" "cat $v/sub/old" \
    "append $v/sub/new first" "append $v/sub/new second" "cat $v/sub/new" "append $v/gone x" "rm $v/gone" "cat $v/gone" "rm $v/sub" \
    "mv $v/sub $v/lost+found/sub" "mv $v/sub $v/under" "mv $v/under/old $v/moved" "cat $v/moved" "unmount $v"
says "nothing is mounted at first" '^nothing is mounted'
says "a disk that there is not" '^there is no disk disk7, or no extension ext2'
says "a disk of another file system" '^what is on disk0 is nothing that wfs mounts'
says "a directory is listed" '^old +file'
says "a file is shown, and its line ended" '^no end.?$'
verdict "what was appended is read" [ "$(grep -Ec '^(first|second).?$' "$tmp/out")" = 2 ]
verdict "what is gone is not there, and no file is no directory" [ "$(grep -Ec '^(there is no such thing|an argument is out of its range)' "$tmp/out")" = 2 ]
says "a directory goes to no other one" '^it cannot be moved there, only copied'
verdict "a file does, and its directory has another name" [ "$(grep -Ec '^no end.?$' "$tmp/out")" = 2 ]
expect "e2fsck finds nothing" 0 '' e2fsck -fn "$tmp/ext2"
verdict "debugfs reads the file" [ "$(debugfs -R 'cat under/new' "$tmp/ext2" 2> "$tmp/debugfs" | tr '\n' ,)" = first,second, ]

type_lines "$tmp/wfs" 'format wfs disk0 film' "mount wfs disk0 $v" "append $v/a word" "unmount $v" "mount wfs disk0 $v" "cat $v/a" mounts
says "a new wfs keeps a file" '^word.?$'
says "and its counts are told" "^$v wfs: 4096 blocks of 4096 bytes; requests "
expect "the host's fsck finds nothing" 0 '' build/host/wfs fsck -n "$tmp/wfs"
# The last block of the map's first bytes: in use, and nobody's.
printf '\xff' | dd of="$tmp/wfs" bs=1 seek=$((4096 + 300)) conv=notrunc status=none
expect "it says what there is to mend" 1 "block 2407 is nobody's" build/host/wfs fsck -n "$tmp/wfs"
expect "it mends that" 1 '' build/host/wfs fsck "$tmp/wfs"
expect "and finds nothing then" 0 '' build/host/wfs fsck "$tmp/wfs"
expect "what is no wfs is not touched" 8 'no volume of wfs' build/host/wfs fsck "$tmp/ext2"
