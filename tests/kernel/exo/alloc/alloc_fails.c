/* SPDX-License-Identifier: MIT */
/* alloc_fails.c -- each allocation of the kernel's fails once, in every call there is: the call
 * says so, and what is in use is what was in use before, but for page tables, which stay on their
 * environment's account. A call that allocates nothing is counted to make no allocation. */
#include "../../books_call.h"
#include "../small_machine.h"
#include "ways.h"

#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "measure/bench.h"

#define MOST 1000 /* allocations that a call makes */

static const char *const names[EXO_CALL_COUNT] = {
#define NAME(call) #call,
    EXO_QUICK_CALLS(NAME) EXO_FRAME_CALLS(NAME)
#undef NAME
};

static long books(uint64_t what, uint64_t argument) {
    return syscall3(EXO_CALL_env_self, BOOKS_MAGIC, what, argument);
}

/* Whether the call, whose n-th allocation fails, made so many. */
static bool reaches(struct check *c, unsigned call, uint64_t n) {
    const struct way *w = &ways[call];
    long before = books(BOOKS_STATE, 0);
    if (w->prepare)
        w->prepare();
    long prepared = books(BOOKS_STATE, 0);
    books(BOOKS_FAIL, n);
    long result = w->make();
    bool reached = n && books(BOOKS_FAIL, 0) == 0;
    if (result < 0 && books(BOOKS_STATE, 0) != prepared)
        check_fail(c, "%s fails in allocation %lu and has changed something", names[call], n);
    if (w->undo)
        w->undo();
    if (books(BOOKS_STATE, 0) != before)
        check_fail(c, "%s, allocation %lu: what is in use is not what was", names[call], n);
    if (result < 0 && !(reached && result == -E_NO_MEMORY)) /* or it found another way */
        check_fail(c, "%s, allocation %lu: %ld", names[call], n, result);
    return reached;
}

/* How many of its allocations failed, each alone. */
static uint64_t fail_each(struct check *c, unsigned call) {
    uint64_t n = 0;
    while (n < MOST && reaches(c, call, n + 1)) {
        n++;
        books(BOOKS_CHECK, 0);
    }
    return n;
}

CHECK(alloc_fails, "campaign/each_allocation_of_each_call_fails_once_and_nothing_has_changed") {
    if (small_machine(c)) /* too small for a function */
        return;
    const struct exo_pages none = {WAYS_PAGE, 0, 1};
    CHECK_THAT(c, frames_map(0, 0, 0, WAYS_PAGE, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    books(BOOKS_WARM, 0);
    books(BOOKS_BEGIN, 0);
    for (unsigned call = 0; call < EXO_CALL_COUNT; call++) {
        const struct way *w = &ways[call];
        if (!w->make) {
            check_fail(c, "%s has no row in ways.c", names[call]);
            continue;
        }
        if (w->prepare) /* once before: what is made at the first time is there then */
            w->prepare();
        w->make();
        if (w->undo)
            w->undo();
        uint64_t failed = fail_each(c, call);
        if ((failed > 0) != w->allocates || failed == MOST)
            check_fail(c, "%s: %lu allocations failed", names[call], failed);
    }
    books(BOOKS_END, 0);
    exo_page_update(0, 0, 0, &none, 1, 0);
}
