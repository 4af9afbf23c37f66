/* SPDX-License-Identifier: MIT */
/* otherwise.bpf.c -- a default handler. */
#include "spin/extend.h"
#include "spin/services/console.h"

DEFAULT(console_key) int otherwise(int byte) {
    return byte + 1000;
}
