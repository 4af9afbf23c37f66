/* SPDX-License-Identifier: MIT */
/* harder.c -- see harder.h. */
#include "harder.h"
#include "words_once.h"
#include "wrapped.h"

#include "../../books_call.h"
#include "exo/kernel/env/env.h"
#include "exo/kernel/page_calls.h"
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/user/user.h"
#include "measure/bench.h"

/* Of the table that maps the first program: nothing is there. */
#define PROGRAM_TABLE_END 0x600000

static uint64_t harder, fail_at, draws = 1;

void harder_set(uint64_t how) {
    harder = how;
}

uint64_t harder_fail(uint64_t n) {
    uint64_t left = fail_at;
    fail_at = n;
    return left;
}

static bool is_for(uint64_t how) {
    return (harder & how) && env_current != envs;
}

/* Once in so many times, a power of two. */
static bool drawn(uint64_t in) {
    draws = draws * 6364136223846793005 + 1442695040888963407;
    return (draws >> 40) % in == 0;
}

/* Whether this allocation is to fail. */
static bool fails(void) {
    if (fail_at && --fail_at == 0)
        return true;
    return is_for(BOOKS_SCARCE) && drawn(8);
}

/* Whoever fetches a word twice gets two, which differ in all that calls look at: capabilities,
 * slots, ids, frames, bits of entries. */
static void change(vaddr_t from, size_t n) {
    for (size_t i = 0; i < n; i += sizeof(uint64_t)) {
        uint64_t word;
        size_t part = n - i < sizeof word ? n - i : sizeof word;
        if (!__real_copy_from_user(&word, from + i, part)) {
            word ^= 0x000000000103f0cb;
            copy_to_user(from + i, &word, part); /* where it can be written */
        }
    }
}

/* Half of the time: the short paths try one after the other, and each reads anew. */
void words_were_read(vaddr_t from, size_t n) {
    if (is_for(BOOKS_ONCE) && drawn(2))
        change(from, n);
}

int __wrap_copy_from_user(void *to, vaddr_t from, size_t n) {
    int error = __real_copy_from_user(to, from, n);
    if (!error && is_for(BOOKS_ONCE))
        change(from, n);
    return error;
}

void *__wrap_heap_alloc(size_t bytes) {
    return fails() ? 0 : __real_heap_alloc(bytes);
}

void *__wrap_heap_alloc_dirty(size_t bytes) {
    return fails() ? 0 : __real_heap_alloc_dirty(bytes);
}

int __wrap_frame_alloc(paddr_t *frame) {
    return fails() ? -E_NO_MEMORY : __real_frame_alloc(frame);
}

int __wrap_frame_alloc_zeroed(paddr_t *frame) {
    return fails() ? -E_NO_MEMORY : __real_frame_alloc_zeroed(frame);
}

/* The instrument itself. */
CHECK(harder_once, "campaign/the_instrument_shows_another_word_to_who_reads_one_twice") {
    struct env *before = env_current;
    uint64_t first = 0, second = 0, at = env_uarea_at(before) + UAREA_WORD_COUNT + 8;
    before->uarea->word[0] = 4711;
    harder_set(BOOKS_ONCE);
    env_current = envs + 1; /* not the first, whose words nobody changes */
    int error = copy_from_user(&first, at, sizeof first);
    error = error ? error : copy_from_user(&second, at, sizeof second);
    env_current = before;
    harder_set(0);
    CHECK_THAT(c, !error && first == 4711 && second != 4711);
}

CHECK(harder_short, "campaign/the_instrument_changes_what_the_short_path_of_page_update_reads") {
    struct env *before = env_current, *other = envs + 1, *home = other->home;
    struct exo_pages *p = (struct exo_pages *)&before->uarea->word[0];
    const struct exo_pages nothing = {.at = PROGRAM_TABLE_END - PAGE_SIZE, .count = 1};
    unsigned changed = 0;
    harder_set(BOOKS_ONCE);
    for (unsigned i = 0; i < 64; i++) {
        *p = nothing;
        other->home = before;
        env_current = other;
        long done = sys_page_update(0, 0, 0, env_uarea_at(before) + UAREA_WORD_COUNT + 8, 1, 0);
        env_current = before;
        changed += done == 1 && p->at != nothing.at && p->count != nothing.count;
    }
    other->home = home;
    harder_set(0);
    CHECK_THAT(c, changed > 8);
}
