#!/bin/bash
# SPDX-License-Identifier: MIT
# Disks as devices of experiments: rows are exact on an idle and on a loaded host; disks are made the same each time, told in run.json, and kept
# where that is asked for; what cannot be a disk has a message of its own.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

run() { # DIR OPTIONS...
    local dir=$1
    shift
    expect "a run with disks: $(basename "$dir")" 0 '' $exospin run disk hardware --systems exo,floor --filter 'disk/|call/' --quick --no-build --quiet --out "$dir" "$@"
}
run "$tmp/idle" --keep-disks
yes > /dev/null & one=$!
yes > /dev/null & two=$!
run "$tmp/loaded" -j2 --keep-disks
kill $one $two
for log in floor.0.log floor.devices-disk.0.log exo.devices-disk.0.log; do
    verdict "$log is the same on a loaded host" cmp "$tmp/idle/raw/$log" "$tmp/loaded/raw/$log"
done
kept_4096() { kept "$1" floor:disk/raw_read/bytes:4096 floor:disk/raw_read/bytes:65536 floor:disk/overlap/latency:50000 floor:call/direct; }
verdict "all rows have figures" kept_4096 "$tmp/idle"
verdict "run.json tells the disk and its hash" jq -e '[.boots[] | select(.disks != [])] | length == 2 and
    all(.[]; .disks[0] | test("^size=64MiB content=zero backend=memory sha256=[0-9a-f]{64}$")) and any(.[]; .raw == "raw/floor.devices-disk.0.log")' "$tmp/idle/run.json"
verdict "a boot without devices has none" jq -e '.boots[] | select(.raw == "raw/floor.0.log") | .disks == [] and (.qemu | tostring | contains("virtio") | not)' "$tmp/idle/run.json"
verdict "the disk is kept where it is asked for" test "$(stat -c %s "$tmp/idle/disks/floor.devices-disk.0.0.img")" -eq $((64 << 20))
verdict "it is the same on a loaded host, to its last byte" diff -r "$tmp/idle/disks" "$tmp/loaded/disks"
requests() { jq -c '[.boots[] | {raw, disks, requests}]' "$1/run.json"; }
verdict "and so are QEMU's counts of requests" test "$(requests "$tmp/idle")" = "$(requests "$tmp/loaded")"

# GRUB starts from its medium, whatever disks there are.
run "$tmp/grub" --via grub-bios
verdict "a disk that nobody asks for is not kept" test ! -e "$tmp/grub/disks"
figures() { jq -c '[.benchmarks[] | select(.name | test("raw_|flush|overlap")) | {name, median}]' "$1/summary.json"; }
verdict "by GRUB the figures are the same" test "$(figures "$tmp/grub")" = "$(figures "$tmp/idle")"
verdict "there are some" test "$(figures "$tmp/grub" | grep -o median | wc -l)" -ge 5

# What is wrong in experiment.yaml: file, line, key and what is allowed; 40.
mkdir "$tmp/tree"
ln -s "$PWD"/* "$tmp/tree/"
rm "$tmp/tree/experiments"
cp -r experiments "$tmp/tree/experiments"
yaml=$tmp/tree/experiments/disk/experiment.yaml
wrong() { # CLAIM PATTERN DISK
    sed -i "s/- {.*content: zero.*/- {$3} # content: zero/" "$yaml"
    expect "$1" 40 "experiments/disk/experiment.yaml:$(grep -n '# content: zero' "$yaml" | cut -d: -f1): devices\.disks\[0\]$2" env "EXOSPIN_TREE=$tmp/tree" \
        $exospin run disk --systems floor --filter raw_read --quick --no-build --quiet --force --out "$tmp/wrong"
}
wrong "a key that there is not" ": no key is called 'sise'; allowed: size content backend log" 'sise: 64MiB'
wrong "a size that no disk has" ".size: '1GB' is no size of a disk; allowed: 1MiB to 256MiB" 'size: 1GB'
wrong "another format" ".content: 'fat' is none of these: zero ext2 ext4 folder:NAME" 'size: 1MiB, content: fat'
wrong "a folder that is missing" '.content: .*/disk/nowhere: No such file' 'size: 1MiB, content: "folder:nowhere"'
mkdir "$tmp/tree/experiments/disk/large"
head -c 3000000 /dev/zero | tr '\0' x > "$tmp/tree/experiments/disk/large/file"
for kind in folder cffs alfs; do
    wrong "a disk that is too small for its folder: $kind" '.content: .*(no room for another|Could not allocate block)' "size: 1MiB, content: \"$kind:large\""
done

# File systems: the same bytes each time, sound, with the folder's files.
mkdir -p "$tmp/folder/sub"
echo hello > "$tmp/folder/sub/file"
for n in 1 2; do
    truncate -s 8M "$tmp/image$n"
    expect "an ext2 image is made" 0 '' boot/disk.sh "$tmp/image$n" ext2 "$tmp/folder"
    touch "$tmp/folder/sub/file"
done
verdict "it is the same each time" cmp "$tmp/image1" "$tmp/image2"
verdict "e2fsck finds nothing" /usr/sbin/e2fsck -fn "$tmp/image1"
verdict "its files are there" grep -qx hello <(/usr/sbin/debugfs -R 'cat /sub/file' "$tmp/image1" 2> /dev/null)

boot() { expect "$1" "$2" "$3" $exospin boot floor --no-build --words run=call/direct --disk "$4"; }
boot "a file is a guest's disk" 0 'done' "$tmp/image1"
boot "one that is missing" 32 'nowhere: No such file' "$tmp/nowhere"
boot "a folder" 64 'no regular file' "$tmp/folder"
head -c 1000 /dev/zero > "$tmp/odd"
boot "one of a length that no disk has" 64 '1000 bytes are no disk' "$tmp/odd"
{ printf 'QFI\xfb'; head -c 65532 /dev/zero; } > "$tmp/qcow2"
boot "one of another format" 64 'an image of format qcow2; allowed: the disk' "$tmp/qcow2"
# Mounts of our own: in a name space, so that root's rights and ours make no difference.
if unshare -rm true 2> /dev/null; then
    mkdir "$tmp/mount"
    expect "one that is read-only, also for root" 42 'image1: Read-only file system; the guest writes to it' unshare -rm bash -c \
        'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && ./exospin boot floor --no-build --disk "$1/image1"' sh "$tmp"
    expect "no space on the host for disks that are kept" 43 'mount/run has [0-9]+ KiB of free space and 65536 are needed' unshare -rm bash -c \
        'mount -t tmpfs -o size=100m none "$1/mount" && into=$1 && shift && "$@" && exit 0; status=$?; grep -q " done " "$into/mount/run/raw/floor.devices-disk.0.log" && exit $status' \
        sh "$tmp" $exospin run disk --systems floor --filter raw_read --quick --no-build --quiet --keep-disks --out "$tmp/mount/run"
else
    echo "ok - one that is read-only, also for root # SKIP no user name spaces here"
    echo "ok - no space on the host for disks that are kept # SKIP no user name spaces here"
fi
expect "two disks of one option" 64 'twice' $exospin boot floor --disk "$tmp/image1" --disk "$tmp/image1"
