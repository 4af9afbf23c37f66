/* SPDX-License-Identifier: MIT */
/* books_call.c -- see ../../books_call.h: the linker puts this in front of two functions of the
 * kernel
 * (--wrap), in images of tests and in no other. */
#include "../../books_call.h"
#include "agree.h"
#include "answers.h"
#include "arrivals.h"
#include "harder.h"
#include "permitted.h"
#include "wrapped.h"

#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"

static bool under_way;
static uint64_t kernel_most;

static void compare(void) {
    static const struct cap prison = BOOKS_PRISON;
    const char *why = books_disagree();
    if (!why)
        why = permitted_disagree();
    if (!why)
        why = books_leak(prison, BOOKS_SECRET);
    if (why)
        panic("books: %s", why);
    if (books_kernel_most() != kernel_most)
        panic("books: %lu frames may be used for environments, and before %lu", books_kernel_most(),
              kernel_most);
}

static void agree(void) {
    const char *why = books_disagree();
    if (why)
        panic("books: %s", why);
}

static uint64_t state(void) {
    uint64_t frames = frame_unused(), pages = 0;
    for (const struct env *e = envs; e < envs + EXO_ENVS; e++)
        if (e->seen && (e->seen->state == EXO_ENV_NEW || e->seen->state == EXO_ENV_READY)) {
            frames += e->seen->kernel; /* a table is one or the other */
            pages += e->seen->pages;
        }
    return frames + pages * 1000003 + heap_used() * 8000009 + books_kernel_most() * 16000057;
}

#define WARM_PIECES 512 /* of 16 bytes: two pages */

/* Of each size that the heap has pieces of. */
static void warm(void) {
    static void *piece[WARM_PIECES];
    for (size_t bytes = 16; bytes <= 2048; bytes *= 2) {
        const unsigned n = bytes < 256 ? WARM_PIECES : 64;
        for (unsigned i = 0; i < n; i++)
            piece[i] = heap_alloc(bytes);
        for (unsigned i = 0; i < n; i++)
            heap_free(piece[i], bytes);
    }
}

long __wrap_sys_env_self(uint64_t magic, uint64_t what, uint64_t argument) {
    if (magic != BOOKS_MAGIC)
        return __real_sys_env_self();
    switch (what) {
    case BOOKS_BEGIN:
        while (info.env_unfreed) /* what earlier checks ended */
            env_bury();
        permitted_begin();
        kernel_most = books_kernel_most();
        under_way = true;
        break;
    case BOOKS_CHECK:
        compare();
        break;
    case BOOKS_WARM:
        warm();
        break;
    case BOOKS_AGREE:
        agree();
        break;
    case BOOKS_END:
        compare();
        permitted_end();
        under_way = false;
        return (long)heap_used();
    case BOOKS_HARDER:
        harder_set(argument);
        break;
    case BOOKS_FAIL:
        return (long)harder_fail(argument);
    case BOOKS_STATE:
        return (long)state();
    case BOOKS_ANSWERS:
        return (long)answers_of(argument >> 32, argument & UINT32_MAX);
    case BOOKS_ARRIVALS:
        return (long)arrivals_longest();
    case BOOKS_REGISTER:
        panic("books: env %u began with a secret in a register", env_current->seen->id);
    default:
        return -E_INVALID;
    }
    return 0;
}

/* Hostile environments die by the thousand; the first one is none of them. */
void __wrap_fault_report(const struct trap_frame *f, uint64_t address, const char *who,
                         bool expected) {
    if (!under_way || env_current == envs)
        __real_fault_report(f, address, who, expected);
}
