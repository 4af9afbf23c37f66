#!/bin/bash
# SPDX-License-Identifier: MIT
# A kernel without sessions of measurement: it has nothing that plans or runs rows, boots all the same, and starts what its boot lists.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

export COPY="${CROSS:-x86_64-linux-gnu-}objcopy"
sessions() { # IMAGE: the functions of sessions in it
    "${CROSS:-x86_64-linux-gnu-}nm" "build/guest/$1.elf" | grep -oE ' (session_(main|lead)|kernel_session[a-z_]*|agent_(plan|run|list)|bench_[a-z_]+)$'
}
boot() { # SYSTEM ARCHIVE WORDS
    timeout 60 "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 64 -cpu max -icount shift=0,sleep=off -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "build/guest/test/unmeasured-$1.elf" -initrd "$2" -append "$3" -serial stdio
}
export -f boot sessions
tried() { # CLAIM STATUS PATTERN COMMAND...
    expect "$1" "$2" "$3" bash -c '"$@"' bash "${@:4}"
}

for system in exo spin; do
    tried "$system has nothing of sessions" 1 '' sessions "test/unmeasured-$system"
    tried "which it has where it measures" 0 'agent_run' sessions "$system"
done
tried "exo starts its first environment, for which the call of sessions is none" 33 \
    '^told ; null gives 0, session there is no system call of this number' boot exo build/guest/test/unmeasured-exo.cpio run=all
printf 'agent one\nagent two\n' > "$tmp/list"
boot/archive "$tmp/two.cpio" "$tmp/list" agent=build/guest/test/unmeasured-spin-agent.elf
tried "spin runs each program of its boot once, with its words" 33 '^told two; 0 0' boot spin "$tmp/two.cpio" run=all
verdict "in their order" bash -c "grep -o '^told [a-z]*' $tmp/out | tr '\n' ' ' | grep -qx 'told one told two '"
printf 'agent fail!\nagent two\n' > "$tmp/list"
boot/archive "$tmp/fails.cpio" "$tmp/list" agent=build/guest/test/unmeasured-spin-agent.elf
tried "one that fails does not keep the next from its turn, but shows in the end" 35 '^told two' boot spin "$tmp/fails.cpio" ''
tried "words that are too long end the boot, as elsewhere" 35 'the%20boot%20command%20line%20has%203000%20bytes' boot exo build/guest/test/unmeasured-exo.cpio \
    "$(printf 'x%.0s' {1..3000})"
