#!/bin/bash
# SPDX-License-Identifier: MIT
# The archive of programs that a boot brings along: what its file `boot` lists is started, in order and with its arguments; what cannot be
# right ends the boot by a sentence, before anything is started.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

export COPY="${CROSS:-x86_64-linux-gnu-}objcopy"
# boot SYSTEM ARCHIVE WORDS: what the guest says; ends with QEMU's status.
boot() {
    timeout 60 "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 64 -cpu max -icount shift=0,sleep=off -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "build/guest/$1.elf" ${2:+-initrd "$2"} -append "clock=icount samples=1 $3" -serial stdio
}
# archive LIST NAME=ELF...: $tmp/a.cpio
archive() {
    printf '%b' "$1" > "$tmp/list"
    boot/archive "$tmp/a.cpio" "$tmp/list" "${@:2}"
}
tried() { # CLAIM STATUS PATTERN SYSTEM ARCHIVE WORDS
    expect "$1" "$2" "$3" bash -c '"$@"' bash boot "${@:4}"
}
export -f boot
user=user=build/guest/floor-user.elf
agent=agent=build/guest/spin-agent.elf
first=first=build/guest/exo-first.elf

for pair in "floor $user" "spin $agent" "exo $first"; do
    read -r system program <<< "$pair"
    name=${program%%=*}
    tried "$system without an archive" 37 '^panic: boot: no archive of programs was loaded' "$system" '' run=all
    archive "# it\n\n$name\n nosuch x\n" "$program"
    tried "$system: an unknown name is refused, with its line" 37 "^panic: boot: line 4: there is no program 'nosuch'" "$system" "$tmp/a.cpio" run=all
    verdict "before anything is started" bash -c "! grep -q hello $tmp/out"
    archive "$name run=syscall/null warm=3\n" "$program"
    tried "$system: its arguments are words" 33 ' told=clock=icount%20samples=1%20cold=1%20run=syscall/null%20warm=3' "$system" "$tmp/a.cpio" cold=1
    verdict "which it obeys" grep -q 'bench name=syscall/null clock=icount .* warm=3 cold=1 steady=1' "$tmp/out"
done
archive "user run=call/direct\nagain run=call/table\n" "$user" "again=build/guest/floor-user.elf"
tried "two components are started" 33 'bench name=call/direct' floor "$tmp/a.cpio" ''
verdict "one after the other" bash -c "grep -o '[0-9] bench name=call/[a-z]*' $tmp/out | tr '\n' ' ' | grep -qx '3 bench name=call/direct 3 bench name=call/table '"

archive "" "$user"
tried "a list of nothing" 37 "^panic: boot: the archive's file .boot. lists nothing" floor "$tmp/a.cpio" run=all
archive "$(printf 'x%.0s' {1..40})\n" "$user"
tried "a name without room" 37 '^panic: boot: line 1: its name or arguments are too long' floor "$tmp/a.cpio" run=all
head -c 600 build/guest/floor.cpio > "$tmp/cut"
tried "an archive that is cut" 37 '^panic: boot: the archive of programs: a member lies beyond the end' floor "$tmp/cut" run=all
echo "no archive at all, and not even as long as a header of one would be, so that" > "$tmp/text"
tried "a file that is none" 37 '^panic: boot: the archive of programs: a member.s header lies beyond the end' floor "$tmp/text" run=all
printf '%s\n' user | sed "s,user,build/guest/floor-user.elf," | cpio --quiet -o -H newc > "$tmp/other" 2> /dev/null
tried "a name that is too long" 37 '^panic: boot: the archive of programs: (a name|two)|no file' floor "$tmp/other" run=all
archive "user\n" "user=build/guest/kernel/kernels/floor/main.o"
tried "a program that is no program of ours" 37 "^panic: floor's program 'user' cannot be loaded: .*not a static executable" floor "$tmp/a.cpio" run=call/direct

# Whose programs they are. Where nobody says it, another system's program is what it is: one that a trap ends.
exospin=build/tests/exospin # under ASan, LSan and UBSan
for pair in "exo spin" "spin exo" "floor exo"; do
    read -r system other <<< "$pair"
    expect "$system refuses $other's archive" 11 "panic: boot: line 2: this archive's programs are for $other, and this is $system" \
        timeout 60 $exospin boot "$system" --no-build --archive "build/guest/$other.cpio"
done
archive "for exo\nfor floor\nuser\n" "$user"
tried "a later line of that kind counts as well" 37 "^panic: boot: line 2: this archive's programs are for floor, and this is exo" exo "$tmp/a.cpio" run=all
archive "agent\n" "$agent"
expect "a first program that a trap ends is told by a status" 12 'fault where=user who=agent' timeout 60 $exospin boot exo --no-build --archive "$tmp/a.cpio"

# What the build makes is the same again, wherever it is made.
for system in floor spin exo; do
    cp "build/guest/$system.cpio" "$tmp/$system"
    touch "$tmp/stamp" && umask 077 && make --no-print-directory -W boot/archive "build/guest/$system.cpio" > "$tmp/out" 2>&1
    umask 022
    verdict "$system's archive is made alike again" cmp "$tmp/$system" "build/guest/$system.cpio"
done
