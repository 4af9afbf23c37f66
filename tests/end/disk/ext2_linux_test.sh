#!/bin/bash
# SPDX-License-Identifier: MIT
# ext2 of SPIN and Linux's own, on one disk: each leaves a tree there (tests/kernel/tree.c), the other reads it, and all that they tell of it,
# by SHA-256, is what debugfs reads. Linux has the disk by virtio.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/boots.sh
. "$(dirname "$0")/../boots.sh"
BOOT_SECONDS=100 BOOT_MEMORY=512 BOOT_CPU=max,-erms,-fsrm
PATH=$PATH:/usr/sbin:/sbin
image=$tmp/disk

# Linux's test image; behind it the modules for virtio, and what is run.
initramfs() { # PLAN
    local root=$tmp/root modules=build/guest/linux/modules
    rm -rf "$root"
    mkdir "$root"
    sed '/^brd.ko$/d' $modules/order $modules/order-virtio | while read -r module; do
        cp "$modules/$module" "$root"
        echo "module $module " >> "$root/devices"
    done
    echo "$1" > "$root/plan"
    cat build/guest/test/linux/initramfs.cpio
    (cd "$root" && find . -type f | cpio --quiet -o -H newc)
}

linux() { # CHECKS: its serial line
    initramfs "run=$1" > "$tmp/initramfs"
    timeout 200 "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 512 -cpu "$BOOT_CPU" -icount shift=0,sleep=off -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel build/guest/linux/vmlinuz -initrd "$tmp/initramfs" \
        -append "$(cat build/guest/linux/cmdline/plain)" -serial stdio "${BOOT_DEVICES[@]}"
}
# What a guest tells of a tree in a check, and what debugfs reads of it: each name of its directories; of each file path, size and hash; of a link
# also where it leads.
told() { # LOG CHECK
    awk -v name="name=$2" '/^@X1 [0-9]+ log text=/ { said = said substr($4, 6) "\n" }
        /^@X1 [0-9]+ check / { if ($4 == name) printf "%s", said; said = "" }' "$tmp/$1" | sed 's/%20/ /g' | sort
}
there() { # TREE
    rm -rf "$tmp/dumped"
    mkdir "$tmp/dumped"
    debugfs -R "rdump /$1 $tmp/dumped" "$image" > "$tmp/debugfs" 2>&1
    (
        cd "$tmp/dumped/$1" || exit
        find . -mindepth 1 -printf '%h has %f\n' | sed 's|^\./||'
        find . -type f -o -type l | while read -r path; do
            leads=$(readlink "$path") && leads="-> $leads "
            echo "${path#./} $leads$(stat -Lc %s "$path") $(sha256sum < "$path" | cut -d ' ' -f 1)"
        done
    ) | sort
}

passed() { # CLAIM LOG CHECK
    cp "$tmp/$2" "$tmp/out" # which a verdict shows
    verdict "$1" grep -aq "check name=$3 verdict=pass" "$tmp/$2"
}
left() { # SYSTEM CHECK: its tree, which bears its name
    passed "$with: a tree of $1 is left" "$1" "$2"
    told "$1" "$2" > "$tmp/$1.left"
    there "$1" | diff "$tmp/$1.left" - > "$tmp/out"
    verdict "$with: and debugfs reads its 12 names and 10 hashes" [ "$(wc -l < "$tmp/$1.left"),$(wc -c < "$tmp/out")" = 22,0 ]
    expect "$with: e2fsck finds nothing" 0 '' e2fsck -fn "$image"
}
found() { # SYSTEM CHECK TREE
    passed "$with: the tree of $3 is read" "$1" "$2"
    told "$1" "$2" | diff "$tmp/$3.left" - > "$tmp/out"
    verdict "$with: each name and hash is as it was left" [ ! -s "$tmp/out" ]
}

both_ways() { # OPTIONS...: those of mke2fs
    with="mke2fs $*"
    rm -f "$image"
    truncate -s 16M "$image"
    mke2fs -q -F -t ext2 "$@" "$image" > /dev/null 2>&1
    BOOT_DEVICES=()
    disk disk "$image"
    boot spin spin tree/of_spin_is_left_on_an_ext2 > "$tmp/spin" 2>&1
    left spin tree/of_spin_is_left_on_an_ext2
    linux 'tree/*' > "$tmp/linux" 2>&1
    found linux tree/of_spin_is_read spin
    left linux tree/of_linux_is_left_on_an_ext2
    boot spin spin tree/of_linux_is_read > "$tmp/spin" 2>&1
    found spin tree/of_linux_is_read linux
}

both_ways -b 1024 -I 128
both_ways -b 4096 -I 256

# A byte of a tree's file is another one: so is one file's hash, and that of the link to it.
break_byte() { # TREE
    local block
    block=$(debugfs -R "bmap /$1/sub/indirect 5" "$image" 2> "$tmp/debugfs")
    printf 'Z' | dd of="$image" bs=1 seek=$((block * 4096 + 7)) conv=notrunc status=none
}
differs() { # CLAIM LOG CHECK TREE
    told "$2" "$3" | diff "$tmp/$4.left" - > "$tmp/out"
    verdict "$1" [ "$(sed -n 's/^> \([^ ]*\) .*/\1/p' "$tmp/out" | tr '\n' ,)" = near,sub/indirect, ]
}
break_byte spin
break_byte linux
linux tree/of_spin_is_read > "$tmp/linux" 2>&1
differs "a wrong byte in SPIN's tree is seen by Linux" linux tree/of_spin_is_read spin
boot spin spin tree/of_linux_is_read > "$tmp/spin" 2>&1
differs "a wrong byte in Linux's tree is seen by SPIN" spin tree/of_linux_is_read linux
