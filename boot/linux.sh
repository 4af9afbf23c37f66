#!/bin/bash
# SPDX-License-Identifier: MIT
# The Linux baseline's kernel: Debian's own package, downloaded by apt and unpacked into the build tree without being installed.
#   boot/linux.sh DIR [KERNEL]    leaves DIR/vmlinuz, DIR/package (which package, version and hash), and DIR/modules: what boots with devices load,
#                                 in the order of the names in DIR/modules/order (order-virtio, order-nics: for QEMU's disks and
#                                 network interfaces); and DIR/busybox; KERNEL: take this file instead, without either
# apt checks the signatures. On a host of another architecture (or one whose lists do not have the package) a private set of
# lists for amd64 is fetched from the host's own sources.
set -eu
dir=$1
kernel=${2:-}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

fail() {
    echo "boot/linux.sh: $*" >&2
    exit 1
}

if [ -n "$kernel" ]; then
    [ -f "$kernel" ] || fail "LINUX_KERNEL=$kernel: no such file; name a bzImage, or leave LINUX_KERNEL empty for Debian's"
    rm -rf "$dir/modules" "$dir/busybox"
    mkdir "$dir/modules"
    : > "$dir/modules/order"
    : > "$dir/modules/order-virtio"
    : > "$dir/modules/order-nics"
    cp "$kernel" "$dir/vmlinuz.new"
    echo "file sha256=$(sha256sum < "$kernel" | cut -d' ' -f1)" > "$dir/package"
    mv "$dir/vmlinuz.new" "$dir/vmlinuz"
    exit
fi

command -v apt-get > /dev/null || fail "no apt-get here; give a kernel of your own: make LINUX_KERNEL=/path/to/bzImage"
meta=linux-image-cloud-amd64
apt_options=()

# What the meta package depends on: the current kernel's own package.
current_image() {
    apt-cache "${apt_options[@]}" depends "$meta" 2> /dev/null | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1
}

# Copies a module behind those that it needs, as it says itself; its name goes into the list $2.
take_module() {
    local name=$1 order=$2 file needs
    ! grep -sqx "$name.ko" "$dir/modules/$order" || return 0
    file=$(find "$dir/unpacked/lib/modules" -name "$name.ko" | head -n 1)
    [ -n "$file" ] || fail "$image has no module $name"
    for needs in $(tr '\0' '\n' < "$file" | sed -n 's/^depends=//p' | tr ',' ' '); do take_module "$needs" "$order"; done
    cp "$file" "$dir/modules/$name.ko"
    echo "$name.ko" >> "$dir/modules/$order"
}

private_lists() {
    local apt=$dir/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    touch "$apt/status"
    apt_options=(-o APT::Architecture=amd64 -o APT::Architectures=amd64 -o "Dir::State::Lists=$apt/lists"
        -o "Dir::State::Status=$apt/status" -o "Dir::Cache=$apt/cache")
    apt-get "${apt_options[@]}" -qq update
}

image=
[ "$(dpkg --print-architecture)" != amd64 ] || image=$(current_image)
if [ -z "$image" ]; then
    private_lists
    image=$(current_image)
fi
[ -n "$image" ] || fail "apt knows no $meta; is this Debian? Otherwise: make LINUX_KERNEL=/path/to/bzImage"

rm -rf "$dir/unpacked"
mkdir -p "$dir/unpacked"
(cd "$dir" && rm -f "$image"_*.deb && apt-get "${apt_options[@]}" -qq -o APT::Sandbox::User=root download "$image")
deb=$(echo "$dir/$image"_*.deb)
[ -f "$deb" ] || fail "apt-get download $image left no package in $dir"
dpkg-deb -x "$deb" "$dir/unpacked"
vmlinuz=$(echo "$dir"/unpacked/boot/vmlinuz-*)
[ -f "$vmlinuz" ] || fail "$deb holds no boot/vmlinuz-*"

echo "$image $(dpkg-deb -f "$deb" Version) sha256=$(sha256sum < "$deb" | cut -d' ' -f1)" > "$dir/package"
rm -rf "$dir/modules"
mkdir "$dir/modules"
take_module brd order # its RAM disk
take_module virtio_pci order-virtio
take_module virtio_blk order-virtio
take_module virtio_pci order-nics
take_module virtio_net order-nics

# Its web server stands beside ours.
(cd "$dir" && rm -f busybox-static_*.deb && apt-get "${apt_options[@]}" -qq -o APT::Sandbox::User=root download busybox-static:amd64)
dpkg-deb -x "$dir"/busybox-static_*.deb "$dir/unpacked"
cp "$dir"/unpacked/bin/busybox "$dir/busybox"
rm "$dir"/busybox-static_*.deb

mv "$vmlinuz" "$dir/vmlinuz"
touch "$dir/vmlinuz" # made now, whatever the package says: make compares times
rm -rf "$dir/unpacked" "$deb"
