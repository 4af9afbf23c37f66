/* SPDX-License-Identifier: MIT */
/* access.h -- single attempts in kernel mode, each under trap_catch: the checks look at the exact
 * trap. */
#ifndef TESTS_MACHINE_ACCESS_H
#define TESTS_MACHINE_ACCESS_H

#include "machine/memory/page.h"
#include "machine/trap/trap.h"

/* What became of the attempt. */
struct outcome {
    bool trapped;
    struct trap_frame frame;
    uint64_t cr2;
};

struct outcome access_read(uint64_t at);
struct outcome access_write(uint64_t at);
struct outcome access_call(uint64_t at);

/* Whether it ended in a page fault at this address with this error code. */
bool is_page_fault(const struct outcome *o, uint64_t at, uint64_t error);

/* An address space, loaded, with one page of user code (a `ret`), one of user data and a stack. */
#define SPACE_CODE      0x400000ul
#define SPACE_DATA      0x500000ul
#define SPACE_STACK_TOP 0x700000ul
struct space {
    struct page_table table;
    char *code, *data; /* the pages, through the direct map */
};
bool space_open(struct space *s);
void space_close(struct space *s);

/* Copies machine code into the space and runs it in user mode until its first exception, which
 * comes back. */
struct trap_frame space_run(struct space *s, const void *code, size_t n);

#endif
