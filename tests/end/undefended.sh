# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced after expect.sh: an attack comes to nothing because of one defence, if its check passes and fails in an image of the checks that was
# built without it (kernels/lib/defence.h; UNDEFENDED in tests/kernel/build.mk).

# The records of one check; BOOT_DEVICES are more arguments of QEMU's.
: "${tmp:?expect.sh makes it}"
BOOT_DEVICES=()

boot() { # SYSTEM IMAGE CHECK
    timeout "${BOOT_SECONDS:-20}" "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 64 -cpu max -icount shift=0,sleep=off -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "build/guest/test/$2.elf" -initrd "build/guest/test/$1.cpio" \
        -append "run=$3 clock=icount" -serial stdio "${BOOT_DEVICES[@]}"
}
# Without it the check fails, or the kernel ends or never comes back.
fails_without() { # SYSTEM DEFENCE CHECK
    boot "$1" "$1" "$3" > "$tmp/out" 2>&1
    verdict "$3" grep -Eq "^@X1 [0-9]+ check .*verdict=pass" "$tmp/out"
    boot "$1" "$1-without-$2" "$3" > "$tmp/out" 2>&1
    verdict "$3: fails without $2" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
