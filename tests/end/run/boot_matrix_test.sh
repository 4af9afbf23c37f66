#!/bin/bash
# SPDX-License-Identifier: MIT
# Odd machines: little memory and much, other boards, processors that lack this or that, no ACPI, no PIT, many bridges, modules by GRUB. On each
# the kernels run their checks (what the machine lacks is skipped with a reason) or end with a sentence that says why they cannot.
# QEMU is started here and not by the harness, whose machine is the one that is measured on.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

qemu=${QEMU:-qemu-system-x86_64}
# Without preempt/*, which takes as long as all else: that is tried on other boards and where a processor lacks what a switch uses.
some='syscall/*,devices/*,frame/no*,frame/f*,frame/what*,page/*,protection/*,trap/*,timer/*,user/*,thread/*,fpu/*,interrupt/*,work/*,selectors/*,env/*,info/*,upcall/*,process/*,address_space/*,event/*'
rows="$some,preempt/*"
common=(-nodefaults -no-user-config -display none -device 'isa-debug-exit,iobase=0xf4,iosize=4' -no-reboot)

# boot LOG ARGUMENTS...: status of QEMU; the serial line is in LOG.
boot() {
    local log=$1
    shift
    timeout 100 "$qemu" "${common[@]}" -serial "file:$log" "$@" > "$log.qemu" 2>&1
}

# Prints a verdict on a boot that is over: a status of QEMU, and a line of the log.
judge() { # CLAIM STATUS WANTED-STATUS LOG PATTERN
    if [ "$2" -eq "$3" ] && grep -aEq -- "$5" "$4"; then
        echo "ok - $1"
    else
        echo "not ok - $1: status $2, wanted $3 and /$5/"
        where
        { cat "$4.qemu"; grep -aE 'verdict=fail|panic' "$4" || tail -n 5 "$4"; } | cut -c 1-300 | sed 's/^/# /'
    fi
}

# cell CLAIM SYSTEMS STATUS PATTERN WORDS ARGUMENTS...: boots each of the systems' test images, or what is in $images; -M, -m and -cpu have
# values if none are given.
cell() {
    local claim=$1 systems=$2 wanted=$3 pattern=$4 words=$5 system log status
    shift 5
    for system in $systems; do
        log=$tmp/$BASHPID.log
        boot "$log" -M pc -m 64 -cpu max,-erms,-fsrm -icount shift=0,sleep=off -kernel "${images:-build/guest/test}/$system.elf" \
            -initrd "${images:-build/guest/test}/$system.cpio" \
            -append "run=$words clock=icount samples=2 warm=0" "$@"
        status=$?
        judge "$claim: $system" $status "$wanted" "$log" "$pattern"
    done
}

all='floor exo spin'
fine=' done .* failed=0 '
runs() { # NAME ARGUMENTS...
    local name=$1
    shift
    cell "$name runs" "$all" 33 "$fine" "$rows" "$@"
}
says() { # NAME SENTENCE ARGUMENTS...
    local name=$1 sentence=$2
    shift 2
    cell "$name is told why not" "$all" 37 "^panic: $sentence" "$rows" "$@"
}

memory() {
    # (512 MiB: tests/kernel/run.)
    rows=$some
    runs "-m 6G" -m 6G
    # The test images with their archives take up to 9 MiB by themselves.
    cell "-m 11 runs, and skips what lacks memory" exo 33 "$fine" "$rows,function/*" -m 11
    cell "-m 4 runs, and skips what lacks memory" floor 33 "$fine" "$rows,function/*" -m 4
    cell "-m 14 runs, and skips what lacks memory" "$all" 33 "$fine" "$rows,function/*" -m 14
    for m in 9 10; do
        images=build/guest cell "-m $m skips benches that lack memory, with the reason" 'exo spin' 33 \
            'skip=the%20machine%20has%20too%20little%20memory' 'engine/length:100000*' -m $m
    done
    # exo's image ends some 70 KiB above 4 MiB. (Of a machine so small spin's archive would take the place of its code.)
    # Where less memory than that is to be told, the archive is floor's, which is small: exo's own would lie over its code.
    images=build/guest cell "-m 4600K, where the archive or the firmware lies over the image" exo 37 \
        "^panic: this machine's memory is too small: the end of the kernel's image was written over" "$rows" -m 4600K
    images=build/guest cell "-m 3400K is less than the image takes" exo 37 "^panic: this machine's memory ends within the kernel's image" \
        "$rows" -m 3400K -initrd build/guest/floor.cpio
    cell "-m 8 lacks memory for a second agent" exo 33 'verdict=skip why=the%20machine%20has%20[0-9]+%20frames' 'env/*' -m 8
}

boards() {
    runs "q35" -M q35
    runs "microvm" -M microvm
    runs "-smp 4" -smp 4
    runs "no ACPI" -M pc,acpi=off
    runs "microvm without ACPI" -M microvm,acpi=off
    cell "without a PIT ACPI's timer tells the TSC's rate" floor 33 'tsc_hz=(99[89]|1000)[0-9]{6} ' 'devices/*,timer/*' -M pc,pit=off
    cell "without port 0x61 the PIT's channel 0 does" floor 33 'tsc_hz=(99[89]|1000)[0-9]{6} ' 'devices/*,timer/*' -M microvm
    cell "without any clock the rate is unknown, with a line" "$all" 33 'tsc_hz=0 ' "$rows" -M microvm,pit=off
    images=build/guest cell "that line" floor 33 '^timer: this machine has no clock of a known rate' syscall/null -M microvm,pit=off
    # An HPET whose registers are said to lie in the kernel's image, at 2 MiB.
    printf '\x01\x82\x86\x80\0\x40\0\0\0\0\x20\0\0\0\0\0\0\0\0\0' > "$tmp/hpet"
    images=build/guest cell "registers that lie in RAM are left alone" "$all" 33 '^acpi: HPET at 0x200000 is ignored: RAM lies there' syscall/null \
        -M pc,hpet=off -acpitable "sig=HPET,data=$tmp/hpet"
    local bridges=() bus=pci.0
    for i in {1..30}; do
        bridges+=(-device "pci-bridge,id=b$i,bus=$bus,addr=0x1f,chassis_nr=$i,shpc=off")
        bus=b$i
    done
    cell "a function behind a bridge is found, and its capabilities" floor 33 "$fine" 'devices/pci*' -M q35 \
        -device pci-bridge,id=b,chassis_nr=1 -device virtio-rng-pci,bus=b,addr=3
    cell "a device's message arrives" floor 33 '^@X1 .*=interrupt/a_device_sends_a_message_unless_its_entry_is_masked verdict=pass' 'interrupt/*' \
        -device e1000e,romfile=
    for board in pc q35; do
        cell "two functions that share a line are heard by it on $board" floor 33 \
            '^@X1 .*=interrupt/two_functions_that_share_a_line_are_both_heard verdict=pass' 'interrupt/*' -M $board \
            -device edu,addr=4 -device edu,addr=8
    done
    cell "30 bridges, each behind the one before" "$all" 33 "$fine" "$rows" "${bridges[@]}"
    bridges=()
    for i in {1..28}; do bridges+=(-device "pci-bridge,id=b$i,bus=pci.0,addr=$(printf %x $((i + 2))),chassis_nr=$i,shpc=off"); done
    for i in {1..9}; do bridges+=(-device "pci-bridge,bus=b1,addr=$i,chassis_nr=$((i + 40)),shpc=off"); done
    images=build/guest cell "more functions than there is room for" floor 33 '^pci: more than 32 functions; [0-9]+ are left out' syscall/null "${bridges[@]}"
}

processors() {
    for cpu in qemu64 Nehalem; do runs "-cpu $cpu" -cpu $cpu; done
    # Some at once, none of which needs another.
    for lacks in smap,-pge,-avx smep,-pdpe1gb umip,-xsave; do runs "-cpu max without $lacks" -cpu max,-erms,-fsrm,-$lacks; done
    cell "without UMIP that attack is skipped with a reason" "$all" 33 'verdict=skip why=the%20CPU%20has%20no%20UMIP' '*umip*' -cpu Nehalem
    for cpu in qemu32 pentium3 max,-lm; do says "-cpu $cpu" 'this processor has no long mode' -cpu $cpu; done
    says "a CPU without PAE" 'this processor has no PAE' -cpu max,-pae
    says "a CPU without NX" 'this processor has no NX' -cpu max,-nx
    says "a CPU without SYSCALL" 'this processor has no SYSCALL' -cpu max,-syscall
    says "a CPU without APIC" 'this processor has no local APIC' -cpu max,-apic
    says "a CPU without TSC" 'this processor has no time stamp counter' -cpu max,-tsc
}

# A power-off by ACPI is QEMU's status 0; without the device that ends it by a port there is no other way out.
ends() {
    local board status
    for board in pc q35 microvm; do
        timeout 60 "$qemu" -nodefaults -no-user-config -display none -M $board -m 64 -serial "file:$tmp/end.log" \
            -kernel build/guest/floor.elf -initrd build/guest/floor.cpio -append run=syscall/null > "$tmp/end.log.qemu" 2>&1
        status=$?
        judge "$board powers off by ACPI" $status 0 "$tmp/end.log" ' done '
    done
}

lines() {
    images=build/guest cell "a command line of 2047 bytes is taken" "$all" 33 ' told_bytes=2047 .*' "syscall/null$(printf '%*s' 2001 '')" -name short
    images=build/guest cell "one byte more is refused" "$all" 35 ' log text=the%20boot%20command%20line%20has%202048%20bytes' \
        "syscall/null$(printf '%*s' 2002 '')" -name long
    images=build/guest cell "where QEMU's own loader breaks the guest says so" "$all" 37 \
        "^panic: what the loader tells \(pvh\) cannot be used: the start info's magic" "syscall/null$(printf '%*s' 8000 '')" -name broken
    cell "run= of nothing there is" "$all" 35 ' log text=run=%20names%20no%20row' nosuch
}

# An ISO whose GRUB loads two modules beside the kernel, and one with a command line that is too long.
grub() {
    local tree=$tmp/tree name words status
    for name in modules long; do
        words="'run=devices/acpi*,devices/pci*,frame/f*,page/*' clock=none"
        [ $name = modules ] || words="$words $(printf 'x%.0s' {1..2100})"
        rm -rf "$tree"
        mkdir -p "$tree/boot/grub"
        cp build/guest/test/floor.{elf,cpio} "$tree/boot/"
        {
            cat boot/grub.cfg
            printf "set timeout=0\nmenuentry floor {\n multiboot2 /boot/floor.elf %s\n" "$words"
            printf " module2 /boot/floor.cpio one\n module2 /boot/grub/grub.cfg two\n boot\n}\n"
        } > "$tree/boot/grub/grub.cfg"
        grub-mkrescue -o "$tmp/$name.iso" "$tree" > "$tmp/mkrescue" 2>&1
    done
    boot "$tmp/bios.log" -M pc -m 64 -cpu max -cdrom "$tmp/modules.iso"
    status=$?
    judge "GRUB under BIOS with modules runs" $status 33 "$tmp/bios.log" "$fine"
    judge "and tells of the modules" $status 33 "$tmp/bios.log" '^boot: 2 modules were loaded; the first is used'
    boot "$tmp/long.log" -M pc -m 64 -cpu max -cdrom "$tmp/long.iso"
    judge "a command line too long by GRUB is refused" $? 35 "$tmp/long.log" ' log text=the%20boot%20command%20line%20has%202[0-9]{3}%20bytes'
    boot "$tmp/uefi.log" -M pc -m 256 -cpu max -bios /usr/share/ovmf/OVMF.fd -cdrom "$tmp/modules.iso"
    judge "GRUB under UEFI with modules runs" $? 33 "$tmp/uefi.log" "$fine"
}

# Two at a time; each writes its lines when it is done, and a last one that tells it from a part that died on the way.
parts='memory grub processors boards ends lines'
for part in $parts; do
    [ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
    { $part; echo "# that was all of $part"; } > "$tmp/$part.tap" &
done
wait
for part in $parts; do
    cat "$tmp/$part.tap"
    grep -q "^# that was all of $part$" "$tmp/$part.tap" || echo "not ok - $part ended before its last boot"
done
