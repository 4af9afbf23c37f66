#!/bin/bash
# SPDX-License-Identifier: MIT
# What a guest cannot do by itself: a QEMU that is missing, too old or dying, and a serial line that damages, loses, repeats or cuts.
# tamper_qemu stands between the harness and QEMU.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

run=("$exospin" run syscall --no-build --quiet --systems floor --out "$tmp/run" --force)
tampered() { # TAMPER: the words to run it by
    echo env "QEMU=tests/end/run/tamper_qemu" "TAMPER=$1"
}

expect "QEMU is missing" 30 "no 'nowhere/qemu' to run.*exospin doctor" env QEMU=nowhere/qemu "${run[@]}"
# shellcheck disable=SC2046
{
    expect "QEMU is too old" 30 'QEMU 6.2 .* is too old; 7.2 or newer' $(tampered old) "${run[@]}"
    expect "QEMU is something else" 30 'told no version' $(tampered mumble) "${run[@]}"
    expect "QEMU ends with an error of its own" 31 "QEMU ended with status 1: .*could not allocate the guest's memory" $(tampered refuse) "${run[@]}"
    verdict "QEMU ends with an error: the run is partial" partial "$tmp/run" "QEMU died"
    expect "QEMU dies by a signal at its start" 31 'QEMU was ended by signal 11' $(tampered die) "${run[@]}"

    expect "an honest line through the tamperer" 0 '' $(tampered none) $exospin run syscall --no-build --systems floor --out "$tmp/honest"
    expect "QEMU dies after the guest is done" 31 'QEMU was ended by signal 11' $(tampered late-die) "${run[@]}"
    verdict "QEMU dies after the guest is done: all is kept" kept "$tmp/run" floor:syscall/args:6
    expect "the archive of programs is left out" 11 'guest panic .*raw/floor.0.log:.*no archive of programs was loaded' $(tampered no-archive) "${run[@]}"
    verdict "the archive is left out: the fault before hello is no damage" no_status_but 11 20
    expect "a byte of a record changes" 17 'damaged record \(exit status 17\): raw/floor.0.log:' $(tampered byte:900) "${run[@]}"
    verdict "a byte changes: the other rows are kept" kept "$tmp/run" floor:syscall/args:6
    expect "a line is lost" 18 'lost or cut record \(exit status 18\).*gap' $(tampered line:20) "${run[@]}"
    verdict "a line is lost: the other rows are kept" kept "$tmp/run" floor:syscall/args:6
    expect "a line comes twice" 17 'repeated: a sequence number that was there before' $(tampered twice:20) "${run[@]}"
    expect "the log is cut in a record" 18 'cut: a record without an end' $(tampered cut:2500) "${run[@]}"
    verdict "the log is cut: what came before is kept" kept "$tmp/run" floor:syscall/null
    verdict "the log is cut: the run is partial" partial "$tmp/run" "lost or cut record"
}
