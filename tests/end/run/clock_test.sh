#!/bin/bash
# SPDX-License-Identifier: MIT
# The time of the day is what the machine was told. What the processor gives as random is the same in each boot with the same seed, and
# another with another; without RDRAND a guest says so.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
qemu=${QEMU:-qemu-system-x86_64}

# word NAME ARGUMENTS...: what the floor's check logs, in $tmp/NAME; all of its serial line is $tmp/NAME.log.
word() {
    local name=$1
    shift
    timeout 60 "$qemu" -M pc -m 64 -nodefaults -no-user-config -display none -no-reboot -icount shift=0,sleep=off \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel build/guest/test/floor.elf -initrd build/guest/test/floor.cpio \
        -append 'run=entropy/*,clock/* clock=icount' -serial "file:$tmp/$name.log" "$@" > "$tmp/$name.qemu" 2>&1
    grep -aoE '^entropy: [0-9a-f]{16}' "$tmp/$name.log" > "$tmp/$name"
}

word first -cpu max -seed 1 -rtc base=2020-01-01T00:00:00,clock=vm
word again -cpu max -seed 1 -rtc base=2020-01-01T00:00:00,clock=vm
word other -cpu max -seed 2 -rtc base=1999-12-31T23:59:59,clock=vm
word none -cpu max,-rdrand -rtc base=2020-01-01T00:00:00,clock=vm

verdict() { # CLAIM: by the status before
    if [ $? -eq 0 ]; then echo "ok - $1"; else
        echo "not ok - $1"
        head -n 3 "$tmp"/{first,again,other} | sed 's/^/# /'
    fi
}
[ -s "$tmp/first" ] && cmp -s "$tmp/first" "$tmp/again"
verdict 'the same seed gives the same words'
[ -s "$tmp/other" ] && ! cmp -s "$tmp/first" "$tmp/other"
verdict 'another seed gives others'
[ ! -s "$tmp/none" ] && grep -aq 'verdict=skip why=the%20CPU%20has%20no%20RDRAND' "$tmp/none.log"
verdict 'a processor without RDRAND is told of'
grep -aq 'name=clock/it_is_the_day_that_the_machine_was_told verdict=pass' "$tmp/first.log"
verdict 'the clock says the day that QEMU was told'
grep -aqE 'name=clock/it_is_the_day_.* verdict=fail why=[^ ]*(94668479[0-9]|9466848[0-9]{2})%20seconds' "$tmp/other.log"
verdict 'another day is another one'
echo 1..5
