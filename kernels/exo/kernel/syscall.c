/* SPDX-License-Identifier: MIT */
/* syscall.c -- the tables of system calls, made from the two lists in abi.h; each call stands with
 * the object it acts on. */
#include "exo/kernel/syscall.h"

#include "exo/defence.h"
#include "exo/kernel/console.h"
#include "exo/kernel/disk/disk_calls.h"
#include "exo/kernel/disk/disk_handler.h"
#include "exo/kernel/disk/pxn_calls.h"
#include "exo/kernel/disk/xn_calls.h"
#include "exo/kernel/rights/cap_calls.h"
#include "exo/kernel/rights/cap_revoke.h"
#include "exo/kernel/env_calls.h"
#include "exo/kernel/function.h"
#include "exo/kernel/restart.h"
#include "exo/kernel/page_calls.h"
#include "exo/kernel/ash/ash_calls.h"
#include "exo/kernel/net/filter_program.h"
#include "exo/kernel/net/net_calls.h"
#include "exo/kernel/net/net_io.h"
#include "exo/kernel/net/net_tap.h"
#include "exo/kernel/net/packet_send.h"
#include "exo/kernel/net/packet_template.h"
#include "exo/kernel/ring_calls.h"
#include "exo/kernel/rights/frame_calls.h"
#include "exo/kernel/rights/reclaim.h"
#include "exo/kernel/session.h"
#include "exo/kernel/time/slice.h"
#include "exo/kernel/time/wakeup.h"
#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/user/user.h"

/* Nothing, for a caller that measures how much that is: 0. */
static long sys_null(void) {
    return 0;
}

/* Each argument times its place, summed: for a caller that checks that all six arrive. */
static long sys_arguments(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
    return (long)(a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f);
}

/* No further call begins so many ticks of the TSC after the first one. */
#define BATCH_TICKS 1500

typedef long call_fn(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

/* A quick call that keeps interrupts off no longer than a call may, and no batch. */
static bool is_bounded(uint64_t number) {
    if (!DEFENDED(BATCH_CALLS))
        return true;
    return number < EXO_QUICK_COUNT && number != EXO_CALL_batch && number != EXO_CALL_session &&
           number != EXO_CALL_function_run && number != EXO_CALL_predicate_set &&
           number != EXO_CALL_disk_handler && number != EXO_CALL_disk_wait &&
           number != EXO_CALL_disk_reset && number != EXO_CALL_filter_program;
}

/* Of these those that take less than 1,000 instructions, whatever their arguments. */
static bool is_short(uint64_t number) {
    const uint64_t calls = 1ul << EXO_CALL_null | 1ul << EXO_CALL_arguments |
                           1ul << EXO_CALL_env_self | 1ul << EXO_CALL_env_start |
                           1ul << EXO_CALL_cap_forge | 1ul << EXO_CALL_cap_give |
                           1ul << EXO_CALL_slot_set | 1ul << EXO_CALL_fs_set |
                           1ul << EXO_CALL_wait_end | 1ul << EXO_CALL_ring_send;
    return number < 64 && (calls >> number & 1);
}
_Static_assert(EXO_CALL_ring_send < 64, "each has a bit");

/* Makes the calls of a vector of `count` struct exo_batch, but for the first `skip`, which were
 * made before, and writes what each gave into its `result`. Stops behind one that gives an error,
 * when it has taken long enough, and before one that may take long and is not the first. How many
 * it made without an error, which may be some: where it ended, the caller goes on. None: the error
 * of the first, whose `result` is written too, but for -E_FAULT: the vector; -E_NO_CALL: no call
 * that may be in a batch; 0: nothing is left. */
static long sys_batch(uint64_t vector, uint64_t count, uint64_t skip) {
    const uint64_t begun = rdtsc();
    long done = 0;
    for (uint64_t i = skip;
         i < count && (!done || rdtsc() - begun < BATCH_TICKS || !DEFENDED(BATCH_TIME)); i++) {
        struct exo_batch b;
        uint64_t at = vector + i * sizeof b, result = at + offsetof(struct exo_batch, result);
        if (i > USER_TOP / sizeof b || copy_from_user(&b, at, sizeof b) ||
            copy_to_user(result, &b.result, sizeof b.result))
            return done ? done : -E_FAULT;
        if (done && !is_short(b.number) && DEFENDED(BATCH_TIME))
            return done;
        b.result = -E_NO_CALL;
        if (is_bounded(b.number))
            b.result =
                ((call_fn *)syscall_quick[b.number])(b.argument[0], b.argument[1], b.argument[2],
                                                     b.argument[3], b.argument[4], b.argument[5]);
        copy_to_user(result, &b.result, sizeof b.result); /* unless the call took the page away */
        if (b.result < 0 && DEFENDED(BATCH_ERROR))
            return done ? done : b.result;
        done++;
    }
    return done;
}

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

/* A quick call whose number says what is to become of page faults. */
static bool made_with_mode(struct trap_frame *f) {
    const uint64_t how = f->rax & (EXO_PROPAGATE | EXO_KILL), number = f->rax - how;
    if (!how || (number >= EXO_QUICK_COUNT && DEFENDED(RESTART_CALLS)))
        return false;
    restart_call(f, (restart_fn *)syscall_quick[number], how);
    return true;
}

void syscall_frame(struct trap_frame *f) {
    if (f->rax - EXO_QUICK_COUNT < EXO_CALL_COUNT - EXO_QUICK_COUNT)
        frame_calls[f->rax - EXO_QUICK_COUNT](f);
    else if (!made_with_mode(f))
        f->rax = (uint64_t)-E_NO_CALL;
}
