/* SPDX-License-Identifier: MIT */
/* hurries.bpf.c -- wants to be asynchronous where somebody waits for its result. */
#include "spin/extend.h"
#include "spin/services/console.h"

ASYNC(console_key) int hurries(int byte) {
    return byte;
}
