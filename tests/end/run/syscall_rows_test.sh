#!/bin/bash
# SPDX-License-Identifier: MIT
# Rows of N arguments are the call and N loads, on each of our systems: nothing that the compiler put into the bracket is counted.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

expect "our systems make their calls" 0 '' ./exospin run syscall dispatch --no-build --quiet --systems exo,spin,floor --samples 4 \
    --filter ':(syscall/(null|args)|dispatch/)' --out "$tmp/run"

# loads ROWS NULL: ROWS:0 to ROWS:6 are NULL and 0 to 6 instructions. NULL is a row or a number.
loads() {
    local n null=$2 got
    [[ $null =~ ^[0-9]+$ ]] || null=$(median "$tmp/run" "$null")
    [[ $null =~ ^[0-9]+$ ]] || { echo "no null call for $1" >> "$tmp/out" && return 1; }
    for n in 0 1 2 3 4 5 6; do
        got=$(median "$tmp/run" "$1:$n")
        [ "$got" = "$((null + n))" ] || { echo "$1:$n is $got and not $null + $n" >> "$tmp/out" && return 1; }
    done
}

for system in exo spin floor; do
    verdict "$system: a call with N arguments is the null call and N" loads "$system:syscall/args" "$system:syscall/null"
done
for way in procedure_call intrinsic; do
    verdict "spin: $way with N arguments is call, ret and N" loads "spin:dispatch/$way/args" 2
done
