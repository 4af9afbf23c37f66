/* SPDX-License-Identifier: MIT */
/* spin-server.c -- the process that is called: it adds one to what it is told. */
#include "server.h"

#include "spin/user/stubs.h"
#include "user/program.h"

static void add_one(uint64_t a, uint64_t b, uint64_t c) {
    (void)b, (void)c;
    spin_reply(a + 1);
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    (void)a, (void)b, (void)words;
    return (uint64_t)spin_serve(SERVER, add_one);
}
