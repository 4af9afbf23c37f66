/* SPDX-License-Identifier: MIT */
/* guarded.bpf.c -- two guards of one event in one file: which is meant? */
#include "spin/extend.h"
#include "spin/services/console.h"

GUARD(console_key) _Bool is_a(int byte) {
    return byte == 'a';
}

GUARD(console_key) _Bool is_b(int byte) {
    return byte == 'b';
}

HANDLER(console_key) int key(int byte) {
    return byte + 1;
}
