/* SPDX-License-Identifier: MIT */
/* linux_calls.c -- what this personality answers: text on the console, the pid that is the
 * environment's id, the end. */
#include "exo/libos/linux/linux.h"
#include "exo/libos/stubs.h"
#include "exo/libos/terminal.h"
#include "exo/libos/uarea.h"
#include "lib/linux_abi.h"

#define STACK_BYTES 8192
#define WRITE_MOST  1024 /* what the console takes at once */

static char stack[STACK_BYTES] __attribute__((aligned(16)));
static uint64_t pid;

static long do_write(const struct linux_call *c) {
    uint64_t file = c->argument[0], bytes = c->argument[2];
    if (file != 1 && file != 2)
        return -LINUX_EBADF;
    if (bytes > WRITE_MOST)
        bytes = WRITE_MOST; /* a program writes the rest by another call */
    long written = exo_console_write(CONSOLE_SLOT, (const void *)c->argument[1], bytes);
    return written < 0 ? linux_error(written) : written;
}

static long do_getpid(const struct linux_call *c) {
    (void)c;
    return (long)pid;
}

static long do_exit(const struct linux_call *c) {
    exo_env_exit(c->argument[0] & 0xff);
}

uint64_t linux_call(const struct linux_call *call, uint64_t number) {
    switch (number) {
#define CASE(name, number)                                                                         \
    case number:                                                                                   \
        return (uint64_t)do_##name(call);
        LINUX_CALLS(CASE)
#undef CASE
    }
    return (uint64_t)-LINUX_ENOSYS;
}

void linux_entry(void); /* linux_entry.S */

void linux_reflect(uint64_t first, uint64_t end) {
    pid = (uint64_t)exo_env_self();
    uarea->reflect_entry = (uint64_t)linux_entry;
    uarea->reflect_stack = (uint64_t)(stack + sizeof stack);
    uarea->native_first = end;
    uarea->native_bytes = first - end; /* around the end of the address space */
    exo_reflect_set(true);
}

void linux_reflect_end(void) {
    exo_reflect_set(false);
}
