#!/bin/bash
# SPDX-License-Identifier: MIT
# Makes an ISO that GRUB boots under BIOS and under UEFI, on a stick too.
#   boot/iso.sh ISO SYSTEM IMAGE ARCHIVE COMMAND_LINE [SYSTEM IMAGE ARCHIVE COMMAND_LINE]...
# With one system it boots at once; with several there is a menu, which waits for a choice.
set -euo pipefail -o noglob
cd "$(dirname "$0")/.."
usage="usage: boot/iso.sh ISO SYSTEM IMAGE ARCHIVE COMMAND_LINE [SYSTEM IMAGE ARCHIVE COMMAND_LINE]..."
if [ $# -lt 5 ] || [ $((($# - 1) % 4)) -ne 0 ]; then
    echo "$usage" >&2
    exit 64
fi
iso=$1
shift
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/boot/grub"
{
    cat boot/grub.cfg
    if [ $# -eq 4 ]; then echo "set timeout=0"; else echo "set timeout=-1"; fi
} > "$tree/boot/grub/grub.cfg"

# In GRUB's single quotes everything but the quote stands for itself.
quoted() {
    printf "'%s'" "${1//\'/\'\\\'\'}"
}

while [ $# -gt 0 ]; do
    grub-file --is-x86-multiboot2 "$2" || { echo "boot/iso.sh: $2 has no multiboot2 header; build it with make" >&2; exit 1; }
    # What only gdb reads is two thirds of an image, and GRUB under BIOS reads slowly.
    "${CROSS-x86_64-linux-gnu-}objcopy" --strip-debug "$2" "$tree/boot/$1.elf"
    cp "$3" "$tree/boot/$1.cpio"
    words=()
    for word in $4; do words+=("$(quoted "$word")"); done
    printf "menuentry '%s' {\n    multiboot2 /boot/%s.elf %s\n    module2 /boot/%s.cpio\n    boot\n}\n" "$1" "$1" "${words[*]:-}" "$1" >> "$tree/boot/grub/grub.cfg"
    shift 4
done
log=$(grub-mkrescue -o "$iso.new" "$tree" -- -volid EXOSPIN 2>&1) || { echo "$log" >&2; exit 1; }
mv "$iso.new" "$iso"
