/* SPDX-License-Identifier: MIT */
/* panic.c -- a back trace names the functions, and survives whatever rbp holds. */
#include "access.h"

#include "lib/string.h"
#include "machine/image.h"
#include "machine/report/log.h"
#include "machine/report/panic.h"
#include "machine/trap/panic_trace.h"
#include "measure/bench.h"

/* The trace of its own callers, taken while they are there. */
static __attribute__((noinline, noclone)) void panic_test_inner(char *trace, size_t size) {
    struct trap_frame f = {.rip = (uint64_t)panic_test_inner,
                           .rbp = (uint64_t)__builtin_frame_address(0)};
    panic_trace(&f, trace, size);
}

static __attribute__((noinline, noclone)) void panic_test_outer(char *trace, size_t size) {
    panic_test_inner(trace, size);
    __asm__ volatile("" : : : "memory"); /* so that the call above is no jump */
}

CHECK(panic_names, "panic/a_back_trace_names_the_callers") {
    char trace[400];
    panic_test_outer(trace, sizeof trace);
    const char *outer = strstr(trace, "panic_test_inner+0<panic_test_outer+0x");
    const char *check = strstr(trace, "<check_panic_names+0x");
    if (outer != trace || !check || check < outer)
        check_fail(c, "the trace is %s", trace);
}

CHECK(panic_hostile, "panic/a_back_trace_survives_any_frame_pointer") {
    static uint64_t loop[2] __attribute__((aligned(16)));
    const uint64_t pointers[] = {0,
                                 1,
                                 8,
                                 -1ul,
                                 -16ul,
                                 0x0000900000000000,
                                 USER_TOP,
                                 DIRECT_BASE,
                                 KERNEL_BASE,
                                 (uint64_t)image_end - 16,
                                 (uint64_t)image_end - 8, /* its second word lies beyond */
                                 (uint64_t)loop,
                                 (uint64_t)loop + 1,
                                 DEVICE_BASE - 16};
    loop[0] = (uint64_t)loop; /* a chain that turns in a circle */
    loop[1] = (uint64_t)text_start;
    for (unsigned i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
        struct trap_frame f = {.rip = pointers[i], .rbp = pointers[i]};
        char trace[64];
        size_t length = panic_trace(&f, trace, sizeof trace);
        CHECK_THAT(c, length < sizeof trace && strlen(trace) == length);
    }
}

static unsigned callers_in(const char *trace) {
    unsigned n = 0;
    while ((trace = strchr(trace, '<')))
        n++, trace++;
    return n;
}

CHECK(panic_chain, "panic/a_back_trace_ends_at_a_circle_at_its_limit_and_at_user_memory") {
    static uint64_t link[2 * 40] __attribute__((aligned(16)));
    static char trace[2000];
    struct trap_frame f = {.rip = (uint64_t)text_start, .rbp = (uint64_t)link};
    for (unsigned i = 0; i < 40; i++) {
        link[2 * i] = (uint64_t)&link[2 * i + 2];
        link[2 * i + 1] = (uint64_t)text_start;
    }
    panic_trace(&f, trace, sizeof trace);
    CHECK_THAT(c, callers_in(trace) == PANIC_TRACE_MAX);
    link[0] = (uint64_t)link;
    panic_trace(&f, trace, sizeof trace);
    CHECK_THAT(c, callers_in(trace) == 1);
    struct space s;
    CHECK_THAT(c, space_open(&s));
    memset(s.data, 0x11, PAGE_SIZE);
    f.rbp = SPACE_DATA;
    panic_trace(&f, trace, sizeof trace);
    space_close(&s);
    CHECK_THAT(c, callers_in(trace) == 0);
}

CHECK(panic_symbols, "panic/symbols_are_those_of_the_image") {
    uint64_t offset = 1;
    const char *name = symbol_find((uint64_t)symbol_find, &offset);
    CHECK_THAT(c, name && strcmp(name, "symbol_find") == 0 && offset == 0);
    CHECK_THAT(c, symbol_find(0, &offset) == NULL);
    CHECK_THAT(c, symbol_find((uint64_t)text_end, &offset) == NULL);
}

CHECK(panic_log, "panic/the_last_log_lines_are_kept_whole") {
    char tail[100];
    for (unsigned i = 0; i < 3; i++)
        log_line("kept line %u of the check of log_tail", i);
    size_t length = log_tail(tail, sizeof tail);
    CHECK_THAT(c, length == strlen(tail) && strncmp(tail, "kept line ", 10) == 0);
    CHECK_THAT(c, strcmp(tail + length - 37, "kept line 2 of the check of log_tail\n") == 0);
}
