#!/bin/bash
# SPDX-License-Identifier: MIT
# What `run` tells at a terminal: one table with every digit, the claims that it could judge, and last the checks that failed.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
run=(./exospin run --no-build --force --out "$tmp/run")

expect "a line a bench and a column a system, with multiples of the floor" 0 '^syscall/args:3 +[0-9]+ +1\.[0-9]{2}x +[0-9]+$' \
    "${run[@]}" syscall --systems exo,floor --filter '/(null|args:3)$'
verdict "the first line names them" grep -Eq '^instructions +exo +floor$' "$tmp/out"
verdict "a claim whose rows were all asked for is counted" grep -q '^claims: 1, 1 reproduced$' "$tmp/out"
verdict "no other is mentioned" bash -c '! grep -q "syscall/exo-ten-times\|no verdict" "$0"' "$tmp/out"

expect "an exact count has all its digits" 0 '^engine/[a-z0-9_/:]+ +[0-9]{7,}$' \
    "${run[@]}" engine --systems exo --filter 'engine/(length:1000|insertion_sort/step:verify)'
verdict "none is in powers of ten" bash -c '! grep -Eq "[0-9]e[+][0-9]" "$0"' "$tmp/out"
expect "sizes are a table of their own" 0 '^bytes +exo$' "${run[@]}" engine --systems exo --filter 'engine/empty/'
expect "no floor: multiples of Linux; its second boot is marked" 0 '^instructions +exo +linux +linux\*$' \
    "${run[@]}" syscall --systems exo,linux --filter '/null'
verdict "and says why it is there" grep -q "^\* linux booted once more, with mitigations:default, the distribution's own choice; " "$tmp/out"
verdict "also where it was made" grep -q '^linux/mitigations:default: .*as its distribution boots it' "$tmp/out"

# A tree whose claim does not hold.
mkdir "$tmp/tree"
ln -s "$PWD"/* "$tmp/tree/"
rm "$tmp/tree/experiments"
cp -r experiments "$tmp/tree/experiments"
sed -i 's/{row: exo:syscall\/null, at_most: 2,/{row: exo:syscall\/null, at_most: 1,/' "$tmp/tree/experiments/syscall/experiment.yaml"
expect "a claim that is not reproduced" 0 '^syscall/exo-floor: not reproduced: ' \
    env "EXOSPIN_TREE=$tmp/tree" "${run[@]}" syscall --systems exo,floor --filter '/null$'
verdict "with its rows" grep -Eq '^  exo:syscall/null ([0-9]+), at most ([0-9]+) would hold \(floor:syscall/null \2\)$' "$tmp/out"
verdict "is counted, and no failure" grep -q '^claims: 1, 1 not reproduced$' "$tmp/out"

# A log in which a check fails and a bench is measured: what failed stands behind all figures.
log=tests/golden/broken/raw/spin.0.log
expect "a check that failed" 10 '^fail +spin:spin/wx: vm_test.c:31' $exospin import $log --out "$tmp/imported"
verdict "stands behind the table" [ "$(grep -n '^fail ' "$tmp/out" | cut -d: -f1)" -gt "$(grep -n '^syscall/null ' "$tmp/out" | cut -d: -f1)" ]
