/* SPDX-License-Identifier: MIT */
/* page_calls.c -- the calls on page tables. A call copies some of its vector, checks the copy and
 * applies it, page by page, until it has worked for as long as a call may keep interrupts off; what
 * it gives says where it is to go on. */
#include "exo/kernel/page_calls.h"

#include "exo/defence.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/memory/pages.h"
#include "lib/error.h"
#include "machine/user/user.h"

/* What a call may do at once, in instructions or more.
 * Decides how long: no call keeps interrupts off for much longer, and who called goes on. */
#define WORK_CALL    7000
#define WORK_ELEMENT 150
#define WORK_SKIPPED 30
_Static_assert(EXO_VECTOR_MOST *WORK_SKIPPED < WORK_CALL, "what is not done yet is begun");

/* Elements of a vector that are copied at once. */
#define VECTOR_SOME 8

/* Applies a vector of such elements, each of which begins with what says how many pages it is
 * about, until `work` is spent. */
typedef long apply_fn(struct space *s, struct cap holder, const void *element, uint64_t skip,
                      long *work);
static inline __attribute__((always_inline)) long
apply(struct env *e, struct cap holder, vaddr_t vector, uint64_t count, uint64_t skip, size_t bytes,
      uint64_t (*pages)(const void *element), apply_fn *fn) {
    union {
        struct exo_pages update[VECTOR_SOME];
        struct exo_protect protect[VECTOR_SOME];
    } some;
    long work = WORK_CALL, total = 0;
    if (count > EXO_VECTOR_MOST)
        return -E_TOO_LONG;
    while (count && work > 0) {
        uint64_t n = count < VECTOR_SOME ? count : VECTOR_SOME;
        if (copy_from_user(&some, vector, n * bytes))
            return total ? total : -E_FAULT;
        for (uint64_t i = 0; i < n && work > 0; i++) {
            const void *element = (const char *)&some + i * bytes;
            if (skip && skip >= pages(element)) {
                skip -= pages(element);
                work -= WORK_SKIPPED;
                continue;
            }
            long done = fn(env_space(e), holder, element, skip, &work);
            work -= WORK_ELEMENT;
            if (done < 0)
                return total ? total : done;
            total += done;
            if ((uint64_t)done < pages(element) - skip)
                return total;
            skip = 0;
        }
        count -= n;
        vector += n * bytes;
    }
    return total;
}

static uint64_t update_pages(const void *element) {
    return ((const struct exo_pages *)element)->count;
}

static long update_one(struct space *s, struct cap holder, const void *element, uint64_t skip,
                       long *work) {
    return pages_update(s, holder, element, skip, work);
}

/* Whose page tables a call is about, with what right to frames. */
static int parties(uint64_t slot, uint64_t env, uint64_t holder, struct env **e, struct cap *cap) {
    if (holder >= EXO_CAPS)
        return -E_PERM;
    *cap = env_current->cap[holder];
    return env_named(slot, env, CAP_WRITE, e);
}

/* Changes page tables: of `env` (0: the caller's own) by the capability in `slot`; frames are
 * claimed and shared by that in slot `holder`. `vector` has `count` struct exo_pages, of which the
 * first `skip` pages are done already. How many more were done, which may be some of them, or as
 * pages_update(); -E_DEAD, -E_PERM: the environment; -E_FAULT: the vector; -E_TOO_LONG: it is. */
long page_update_complete(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector,
                          uint64_t count, uint64_t skip) {
    struct env *e;
    struct cap cap;
    int error = parties(slot, env, holder, &e, &cap);
    if (error)
        return error;
    return apply(e, cap, vector, count, skip, sizeof(struct exo_pages), update_pages, update_one);
}

static long protect_one(struct space *s, struct cap holder, const void *element, uint64_t skip,
                        long *work) {
    return pages_protect(s, holder, element, skip, work);
}

static uint64_t protect_pages(const void *element) {
    return ((const struct exo_protect *)element)->count;
}

/* Changes bits of entries that are present; arguments and result as page_update's. `vector` has
 * struct exo_protect. -E_NOT_FOUND: nothing is mapped there; -E_INVALID: pages as above, a bit that
 * is not an environment's, writable and executable; -E_PERM: the frame is not to be written by
 * `holder`. */
long page_protect_complete(uint64_t slot, uint64_t env, uint64_t holder, uint64_t vector,
                           uint64_t count, uint64_t skip) {
    struct env *e;
    struct cap cap;
    int error = parties(slot, env, holder, &e, &cap);
    if (error)
        return error;
    return apply(e, cap, vector, count, skip, sizeof(struct exo_protect), protect_pages,
                 protect_one);
}

/* Frees the lowest page table, with its shadow page, that has the entry for `at`, of `env` (0: the
 * caller) by the capability in `slot`. 0; -E_DEAD, -E_PERM; -E_INVALID: no page of the
 * environment's; -E_NOT_FOUND: there is no table; -E_BUSY: an entry is not 0. */
long sys_table_free(uint64_t slot, uint64_t env, uint64_t at) {
    struct env *e;
    int error = env_named(slot, env, CAP_WRITE, &e);
    if (error)
        return error;
    return at < EXO_TOP || !DEFENDED(TABLE_TOP) ? space_free_table(env_space(e), at) : -E_INVALID;
}
