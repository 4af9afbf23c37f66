/* SPDX-License-Identifier: MIT */
/* alloc_fails.c -- each allocation of the kernel's fails once, in every call that makes one: the
 * call says so, and what is in use is what was in use before, but for page tables, which stay on
 * their environment's account. */
#include "../books_call.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/time/sleep.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

#define PAGE  0x500000000000ul
#define BITS  (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)
#define FARTH (1ul << 39) /* where another root entry leads */
#define MOST  40          /* allocations that a call makes */

static const struct cap all = {.rights = CAP_ALL, .valid = 1};
static uint64_t nowhere = 0x580000000000; /* no table leads there */

static long books(uint64_t what, uint64_t argument) {
    return syscall3(EXO_CALL_env_self, BOOKS_MAGIC, what, argument);
}

static long unmap(uint64_t at) {
    const struct exo_pages none = {at, 0, 1};
    return exo_page_update(0, 0, 0, &none, 1, 0);
}

static long made;

static long create(void) {
    made = exo_env_create(0, all, "made", 16, 0);
    return made < 0 ? made : 0;
}
static void destroy(void) {
    exo_env_destroy(0, (uint64_t)made);
    while (frames_await())
        ;
}

static long map(void) {
    const struct exo_pages one = {nowhere | EXO_FRESH, frames_pick_run(1) << 12 | BITS, 1};
    long done = exo_page_update(0, 0, 0, &one, 1, 0);
    return done < 0 ? done : 0;
}
static void unmap_it(void) {
    unmap(nowhere);
    nowhere += FARTH;
}

static long set_predicate(void) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 5}};
    static uint8_t code[128];
    const struct exo_variable v = {(uint64_t)uarea->own, 0};
    size_t bytes = (size_t)predicate_of_terms(terms, 2, 1, code, sizeof code);
    return exo_predicate_set(code, bytes, &v, 1, 0, 0);
}
static void unset_predicate(void) {
    exo_predicate_set(0, 0, 0, 0, 0, 0);
}

static long set_ring(void) {
    return exo_ring_set(0, (struct exo_message *)PAGE, 1, all);
}
static void unset_ring(void) {
    exo_ring_set(0, 0, 0, all);
}

static uint64_t frame(void) {
    return (exposed_entry(PAGE) & EXO_FRAME_OF) >> 12;
}
static long set_list(void) {
    struct cap words[5];
    for (unsigned i = 0; i < 5; i++)
        words[i] = (struct cap){.rights = CAP_ALL, .valid = 1, .length = 1, .name = {(uint8_t)i}};
    words[0] = all;
    long done = exo_acl_set(0, frame(), 1, words, 5, 0);
    return done < 0 ? done : 0;
}
static void unset_list(void) {
    exo_acl_set(0, frame(), 1, &all, 1, 0);
}

static long pin(void) {
    return exo_frame_pin(0, frame());
}
static void unpin(void) {
    exo_frame_unpin(0, 0, frame());
}

static const struct attempt {
    const char *name;
    long (*make)(void);
    void (*undo)(void);
} attempts[] = {
    {"env_create", create, destroy},
    {"page_update", map, unmap_it},
    {"predicate_set", set_predicate, unset_predicate},
    {"ring_set", set_ring, unset_ring},
    {"acl_set", set_list, unset_list},
    {"frame_pin", pin, unpin},
};

/* How many of its allocations failed, each alone. */
static uint64_t fail_each(struct check *c, const struct attempt *a) {
    for (uint64_t n = 1; n < MOST; n++) {
        long before = books(BOOKS_STATE, 0);
        books(BOOKS_FAIL, n);
        long error = a->make();
        bool reached = books(BOOKS_FAIL, 0) == 0;
        if (!error)
            a->undo();
        long after = books(BOOKS_STATE, 0);
        if (after != before)
            check_fail(c, "%s, allocation %lu: what is in use is not what was", a->name, n);
        if (!reached)
            return n - 1;
        if (error && error != -E_NO_MEMORY) /* 0: it found another way */
            check_fail(c, "%s, allocation %lu: %ld", a->name, n, error);
        books(BOOKS_CHECK, 0);
    }
    return MOST;
}

CHECK(alloc_fails, "campaign/each_allocation_of_each_call_fails_once_and_nothing_has_changed") {
    CHECK_THAT(c, frames_map(0, 0, 0, PAGE, 1, EXO_WRITE | EXO_NO_EXEC) == 0);
    books(BOOKS_BEGIN, 0);
    for (const struct attempt *a = attempts; a < attempts + sizeof attempts / sizeof *a; a++) {
        long error = a->make(); /* the heap has pages for such sizes then */
        if (error)
            check_fail(c, "%s: %ld", a->name, error);
        a->undo();
        uint64_t failed = fail_each(c, a);
        if (!failed || failed == MOST)
            check_fail(c, "%s: %lu allocations failed", a->name, failed);
    }
    books(BOOKS_END, 0);
    unmap(PAGE);
}
