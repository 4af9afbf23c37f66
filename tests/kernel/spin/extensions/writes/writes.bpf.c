/* SPDX-License-Identifier: MIT */
/* writes.bpf.c -- wants to be the default handler of an event that no verified code handles. */
#include "spin/extend.h"
#include "spin/services/console.h"

HANDLER(console_key) int key(int byte) {
    return byte;
}

DEFAULT(console_write) void nothing(const char *text, unsigned long length) {
    (void)text, (void)length;
}
