#!/bin/bash
# SPDX-License-Identifier: MIT
# Makes the image of a disk with an ext2 or ext4 file system: the same bytes each time, on every host.
#   boot/disk.sh IMAGE TYPE [FOLDER]     IMAGE: a file as long as the disk; FOLDER: what it shall contain
# mke2fs -d would take the host's times of files; debugfs writes them, at the time that E2FSPROGS_FAKE_TIME says.
set -euo pipefail
image=$1 type=$2 folder=${3-}
PATH=$PATH:/usr/sbin:/sbin
export E2FSPROGS_FAKE_TIME=1577836800 LC_ALL=C # 2020-01-01, as the guests' clock begins
uuid=6578c0de-0000-4000-8000-000000000013

# Options that mke2fs.conf could have otherwise on another host.
mke2fs -q -F -t "$type" -b 4096 -I 256 -m 0 -U $uuid -E hash_seed=$uuid,lazy_itable_init=0,lazy_journal_init=0 "$image"

[ "$folder" ] || exit 0
{
    cd "$folder"
    find . -mindepth 1 -type d | sort | while read -r name; do printf 'mkdir "%s"\nsif "%s" mode 040755\n' "$name" "$name"; done
    find . -type f | sort | while read -r name; do
        mode=0100644
        [ ! -x "$name" ] || mode=0100755
        printf 'write "%s" "%s"\nsif "%s" mode %s\nsif "%s" uid 0\nsif "%s" gid 0\n' "$name" "$name" "$name" $mode "$name" "$name"
    done
} > "$image.commands"
trap 'rm -f "$image.commands"' EXIT
(cd "$folder" && debugfs -w -f "$image.commands" "$image") > "$image.said" 2>&1 || { cat "$image.said" >&2; exit 1; }
# debugfs ends well whatever its commands did; each prints itself, an allocation, and nothing else.
if grep -vE '^(debugfs|Allocated inode: )|^$' "$image.said" >&2; then exit 1; fi
rm -f "$image.said"
