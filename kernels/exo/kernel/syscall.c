/* SPDX-License-Identifier: MIT */
/* syscall.c -- the tables of system calls, made from the two lists in abi.h; each call stands with
 * the object it acts on. */
#include "exo/kernel/syscall.h"

#include "exo/kernel/console.h"
#include "exo/kernel/env/env_calls.h"
#include "exo/kernel/function.h"
#include "exo/kernel/env/page_calls.h"
#include "exo/kernel/session.h"
#include "exo/kernel/env/slice.h"
#include "exo/kernel/env/wakeup.h"
#include "lib/error.h"

/* Nothing, for a caller that measures how much that is: 0. */
static long sys_null(void) {
    return 0;
}

/* Each argument times its place, summed: for a caller that checks that all six arrive. */
static long sys_arguments(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
    return (long)(a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f);
}

/* syscall_entry jumps through this table; a function takes as many of the six registers as it
 * names. */
extern void (*const syscall_quick[])(void);
void (*const syscall_quick[])(void) = {
#define ENTRY(name) [EXO_CALL_##name] = (void (*)(void))sys_##name,
    EXO_QUICK_CALLS(ENTRY)
#undef ENTRY
};

static void (*const frame_calls[])(struct trap_frame *) = {
#define ENTRY(name) [EXO_CALL_##name - EXO_QUICK_COUNT] = sys_##name,
    EXO_FRAME_CALLS(ENTRY)
#undef ENTRY
};

void syscall_frame(struct trap_frame *f) {
    if (f->rax - EXO_QUICK_COUNT < EXO_CALL_COUNT - EXO_QUICK_COUNT)
        frame_calls[f->rax - EXO_QUICK_COUNT](f);
    else
        f->rax = (uint64_t)-E_NO_CALL;
}
