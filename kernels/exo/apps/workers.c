/* SPDX-License-Identifier: MIT */
/* workers.c -- three workers in one address space that compute, with tickets 3, 2 and 1. The lower
 * half of the argument says after how many slices of theirs it ends, with how far they were from
 * their plan, per mille; 0: it runs for ever. The upper half: there are no workers. A word of its
 * u-area that changes is an event, which it answers beside. As the first environment (report.h) it
 * has that number of slices in its words. */
#include "exo/apps/report.h"
#include "exo/libos/events/loop.h"
#include "exo/libos/events/stride.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "user/program.h"

#define WORKERS 3

static char stacks[WORKERS][WORKER_STACK] __attribute__((aligned(WORKER_STACK)));
static struct stride workers[WORKERS];
static volatile uint64_t computed[WORKERS];
static uint64_t wanted;

static void compute(uint64_t which) {
    for (;;)
        computed[which]++;
}

/* A slice of its own has ended, or the loop's turn came: enough? */
static void count(struct event *e) {
    uint64_t slices = 0;
    (void)e;
    for (unsigned i = 0; i < WORKERS; i++)
        slices += workers[i].slices;
    if (wanted && slices >= wanted)
        loop_stop();
}

static void answer(struct event *e) {
    uarea->own[1] = e->seen + 1;
}

uint64_t program_main(uint64_t argument, uint64_t b, const char *words) {
    (void)b;
    struct event turn = {.word = &env_info()->env_switches, .fn = count};
    struct event asked = {.word = uarea->own, .fn = answer};
    slice_handle();
    wanted = words[0] ? report_number(words) : argument & 0xffffffff;
    for (unsigned i = 0; i < WORKERS && !(argument >> 32); i++) {
        workers[i].worker.stack = stacks[i];
        workers[i].tickets = WORKERS - i;
        if (worker_make(&workers[i].worker, 0, compute, i) < 0)
            return 1001;
        stride_add(&workers[i]);
    }
    if (wanted)
        loop_add(&turn);
    loop_add(&asked);
    if (words[0]) /* it has all positions: no slice would have an end before one is another's */
        exo_slot_set(0, EXO_SLOTS - 1, workers[0].worker.env, 0);
    if (loop_run())
        return 1000;
    if (words[0])
        report("stride", "per mille from the plan:", stride_error());
    return stride_error();
}
