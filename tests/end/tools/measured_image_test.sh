#!/bin/bash
# SPDX-License-Identifier: MIT
# What measures has nothing of the tests in it: without tests/kernel the images of all systems are the same bytes. And the test images have
# the instrument that they look at from the same objects: its empty brackets are the same bytes, too.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

images=(build/guest/{exo,spin,floor}.elf build/guest/{exo,spin,floor,linux}.rows build/guest/linux/initramfs.cpio)
tree=$tmp/tree
mkdir "$tree"
cp -a Makefile boot experiments harness kernels plots tests tools build "$tree"
rm -rf "$tree"/tests/kernel "$tree"/build/guest/{kernel,user,linux,test}/tests "$tree"/build/guest/test
sha256sum "${images[@]}" > "$tmp/before"
(cd "$tree" && rm -f "${images[@]}" build/guest/*.elf build/guest/linux/init)
expect "images are made without tests/kernel" 0 '' make --no-print-directory -C "$tree" "${images[@]}"
verdict "they are the same bytes" env -C "$tree" sha256sum --check --quiet "$tmp/before"
verdict "no system's build names the tests" bash -c '! grep -n "tests/" kernels/{exo,spin,floor,linux}/build.mk boot/build.mk'

# The bytes from mark to mark.
bracket_of() { # IMAGE FUNCTION
    "${CROSS:-x86_64-linux-gnu-}objdump" -d --no-addresses --insn-width=16 --disassemble="$2" "$1" |
        awk -F '\t' '/0f 1f 84 00 01 00 5e ed/, /0f 1f 84 00 02 00 5e ed/ { print $2 }'
}
for image in exo.elf exo-first.elf spin.elf spin-agent.elf floor.elf floor-user.elf linux/init; do
    for function in bench_empty bench_empty_batch; do
        bracket_of "build/guest/$image" "$function" > "$tmp/out"
        bracket_of "build/guest/test/$image" "$function" > "$tmp/test"
        verdict "the bracket of $function in $image is the one that the checks look at" \
            bash -c "[ \$(wc -l < $tmp/out) -ge 2 ] && cmp $tmp/out $tmp/test"
    done
done
