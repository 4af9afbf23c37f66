#!/bin/bash
# SPDX-License-Identifier: MIT
# Each attack of tests/kernel/spin/containment.c and its like comes to nothing because of one defence: in an image that was built without
# it, its check fails, or the kernel ends or never comes back.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# The records of one check in an image of the checks.
boot() { # IMAGE CHECK
    timeout 20 "${QEMU:-qemu-system-x86_64}" -nodefaults -no-user-config -display none -M pc -m 64 -cpu max -icount shift=0,sleep=off -no-reboot \
        -device isa-debug-exit,iobase=0xf4,iosize=4 -kernel "build/guest/test/$1.elf" -initrd build/guest/test/spin.cpio \
        -append "run=$2 clock=icount" -serial stdio
}
fails_without() { # DEFENCE CHECK
    boot spin "$2" > "$tmp/out" 2>&1
    verdict "$2" grep -Eq "^@X1 [0-9]+ check .*verdict=pass" "$tmp/out"
    boot "without-$1" "$2" > "$tmp/out" 2>&1
    verdict "$2: fails without $1" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}

fails_without QUOTA containment/who_wants_more_memory_than_its_quota_is_not_loaded
fails_without QUOTA containment/who_hoards_strands_has_its_quota_and_others_have_theirs
fails_without QUOTA containment/who_hoards_events_has_its_quota
fails_without QUOTA containment/ten_thousand_guards_on_a_shared_event_end_at_the_quota
