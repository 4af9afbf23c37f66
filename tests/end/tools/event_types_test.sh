#!/bin/bash
# SPDX-License-Identifier: MIT
# S-DIS6 of native code: the compiler refuses handlers, guards and filters of another type than their event's (spin/core/event.h).
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# With the warnings of the build, which makes errors of them.
warnings=$(sed -n 's/^WARN := //p' Makefile)
compiles() {
    cat > "$tmp/one.c" << END
#include "spin/core/event.h"
EVENT_DECLARE(poke, int, (int a, char *b));
$1
const struct procedure one = $2;
END
    # shellcheck disable=SC2086 # several
    x86_64-linux-gnu-gcc -std=gnu11 -ffreestanding -Ikernels $warnings -Wno-missing-prototypes -fsyntax-only "$tmp/one.c" > "$tmp/out" 2>&1
}
fits() { verdict "$1 fits" compiles "$2" "$3"; }
differs() {
    compiles "$2" "$3"
    verdict "$1 is refused" grep -q 'error: pointer type mismatch' "$tmp/out"
}

fits "a handler" 'int f(int a, char *b);' 'EVENT_HANDLER(poke, f)'
fits "one with a closure" 'int f(void *c, int a, char *b);' 'EVENT_HANDLER_WITH(poke, f, (void *)0)'
fits "a guard" 'bool f(int a, char *b);' 'EVENT_GUARD(poke, f)'
fits "one with a closure" 'bool f(void *c, int a, char *b);' 'EVENT_GUARD_WITH(poke, f, (void *)0)'
fits "a filter" 'int f(uint64_t *a);' 'EVENT_FILTER(poke, f)'
differs "a handler of another result" 'long f(int a, char *b);' 'EVENT_HANDLER(poke, f)'
differs "one of none" 'void f(int a, char *b);' 'EVENT_HANDLER(poke, f)'
differs "one with an argument less" 'int f(int a);' 'EVENT_HANDLER(poke, f)'
differs "one with an argument more" 'int f(int a, char *b, int c);' 'EVENT_HANDLER(poke, f)'
differs "one of a wider argument" 'int f(long a, char *b);' 'EVENT_HANDLER(poke, f)'
differs "one of an unsigned argument" 'int f(unsigned a, char *b);' 'EVENT_HANDLER(poke, f)'
differs "one that leads to something else" 'int f(int a, int *b);' 'EVENT_HANDLER(poke, f)'
differs "one with a closure in the place of one without" 'int f(void *c, int a, char *b);' 'EVENT_HANDLER(poke, f)'
differs "one whose closure is no address" 'int f(long c, int a, char *b);' 'EVENT_HANDLER_WITH(poke, f, (void *)0)'
differs "one whose closure is behind the arguments" 'int f(int a, char *b, void *c);' 'EVENT_HANDLER_WITH(poke, f, (void *)0)'
differs "a guard that gives a number" 'int f(int a, char *b);' 'EVENT_GUARD(poke, f)'
differs "one of other arguments" 'bool f(char *b, int a);' 'EVENT_GUARD(poke, f)'
differs "a filter that takes the arguments by value" 'int f(int a, char *b);' 'EVENT_FILTER(poke, f)'
differs "one of another result" 'bool f(uint64_t *a);' 'EVENT_FILTER(poke, f)'
