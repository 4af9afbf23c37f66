/* SPDX-License-Identifier: MIT */
/* debug.c -- a small debugger, and the process that it changes. */
#include "exo/libos/debug/debug.h"

#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

#define POSITION   7
#define BREAKPOINT 0xcc

static volatile uint64_t data = 5;

/* Counts in r12 until data is not 5; then what called() gives is its end. */
static __attribute__((noinline)) uint64_t called(uint64_t n) {
    __asm__ volatile("" : "+r"(n));
    return n + 1;
}

static _Noreturn void run(void) {
    slice_handle();
    __asm__ volatile("mov $0x1234, %%r13\n\txor %%r12, %%r12\n"
                     "1: inc %%r12\n\tcmpq $5, %0\n\tje 1b"
                     :
                     : "m"(data)
                     : "r12", "r13", "cc", "memory");
    exos_exit(called(data));
}

static uint64_t debug(const struct debugged *d) {
    const volatile void *at = &data, *code = (const volatile void *)called;
    struct slice_registers r, again;
    uint64_t rsp, seen, nine = 9;
    unsigned char first, stop = BREAKPOINT;
    MUST(debug_stop(d) == EXOS_SIGSTOP);
    MUST(debug_registers(d, &r, &rsp) == 0 && r.r13 == 0x1234 && r.r12 > 100);
    for (unsigned i = 0; i < 300; i++)
        exo_env_yield(0);
    MUST(debug_registers(d, &again, &rsp) == 0 && again.r12 == r.r12); /* it stands still */
    MUST(debug_read(d, (uint64_t)at, &seen, sizeof seen) == 0 && seen == 5);
    MUST(debug_read(d, 0, &seen, sizeof seen) == -E_FAULT);
    /* A breakpoint in its text, which is not that of others. */
    MUST(debug_read(d, (uint64_t)code, &first, 1) == 0 && first != BREAKPOINT);
    MUST(debug_write(d, (uint64_t)code, &stop, 1) == 0);
    MUST(called(1) == 2);
    MUST(debug_write(d, (uint64_t)at, &nine, sizeof nine) == 0 && data == 5);
    debug_continue(d);
    MUST(debug_wait(d) == EXOS_SIGTRAP && debug_registers(d, &r, &rsp) == 0);
    MUST(r.rip == (uint64_t)code + 1 && r.rdi == 9);
    /* It goes on there with another argument. */
    r.rip--;
    r.rdi = 41;
    MUST(debug_set_registers(d, &r) == 0 && debug_write(d, (uint64_t)code, &first, 1) == 0);
    return 0;
}

uint64_t case_debug(void) {
    struct debugged d;
    struct exos_end end;
    slice_handle();
    long pid = exos_fork();
    if (pid == 0)
        run();
    MUST(pid > 0 && debug_attach(&d, 1) == -E_NOT_FOUND);
    MUST(exo_slot_set(0, POSITION, exos_env((uint64_t)pid), 0) == 0);
    for (unsigned i = 0; i < 300; i++)
        exo_env_yield(0);
    MUST(debug_attach(&d, (uint64_t)pid) == 0);
    uint64_t line = debug(&d);
    debug_detach(&d);
    MUST(exos_wait(&end) == pid && (line || (!end.killed && end.status == 42)));
    return line;
}
