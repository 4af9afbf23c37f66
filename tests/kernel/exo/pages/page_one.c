/* SPDX-License-Identifier: MIT */
/* page_one.c -- the short path of calls on page tables against the complete one: the same changes
 * by both, each in its own pages of one table with its own frames, have the same results, entries
 * and books. Who names his own environment by its id goes the complete way. And what a claimed
 * frame holds. */
#include "../../books_call.h"
#include "../small_machine.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "measure/bench.h"

/* In one table: only in the one that was used last the shortest way is gone. */
#define AREA(way) (0x510000000000ul + (way)*0x100000ul)
#define DATA      (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)

enum { PAGES = 24, FRAMES = 10, STEPS = 6000, WAYS = 2 };

static uint64_t first[WAYS]; /* of a way's frames, by number */
static uint64_t seed;

static unsigned below(unsigned n) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(seed >> 33) % n;
}

static struct cap named(uint8_t name, unsigned rights) {
    return (struct cap){.rights = rights & CAP_ALL, .valid = 1, .length = 1, .name = {name}};
}

/* 1 and 2: all of two names; 3: the first's, to be read only; 4: what is above both; 5: nothing; 6:
 * the first's, to be written only. */
static void take_capabilities(void) {
    exo_cap_forge(0, 1, named(1, CAP_ALL));
    exo_cap_forge(0, 2, named(2, CAP_ALL));
    exo_cap_forge(0, 3, named(1, CAP_READ));
    exo_cap_forge(0, 4, (struct cap){.rights = CAP_ALL, .valid = 1});
    exo_cap_forge(0, 5, (struct cap){0});
    exo_cap_forge(0, 6, named(1, CAP_WRITE));
}

/* The same call by either way. */
static uint64_t env_of(unsigned way) {
    return way ? (uint64_t)exo_env_self() : 0;
}

static long change(unsigned way, unsigned holder, unsigned page, uint64_t flags, unsigned frame,
                   uint64_t bits) {
    /* One that is not present is the same for both, and names a frame all the same. */
    uint64_t entry = (first[bits & EXO_PRESENT ? way : 0] + frame) << 12 | bits;
    const struct exo_pages p = {(AREA(way) + page * 4096ul) | flags, entry, 1};
    return exo_page_update(0, env_of(way), holder, &p, 1, 0);
}

static long protect(unsigned way, unsigned holder, unsigned page, uint64_t clear, uint64_t set) {
    const struct exo_protect p = {AREA(way) + page * 4096ul, 1, clear, set};
    return exo_page_protect(0, env_of(way), holder, &p, 1, 0);
}

/* One random change, by both; the results. */
static void step(long result[WAYS]) {
    static const uint64_t bits[] = {0,
                                    EXO_WRITE | 1ul << 60,
                                    EXO_PRESENT | EXO_NO_EXEC,
                                    EXO_PRESENT,
                                    DATA,
                                    DATA | 1ul << 9 | EXO_DIRTY,
                                    EXO_PRESENT | EXO_WRITE,
                                    EXO_WRITE,
                                    EXO_NO_EXEC,
                                    1ul << 10,
                                    1ul << 8};
    static const uint64_t likely[] = {0, EXO_FRESH | EXO_ABSENT | EXO_ZEROED,
                                      EXO_FRESH | EXO_COPIED}; /* of a handler of faults */
    const unsigned many = sizeof bits / sizeof bits[0];
    unsigned holder = 1 + below(6), page = below(PAGES), frame = below(FRAMES);
    uint64_t flags = below(3) ? likely[below(3)] : below(16), one = bits[below(many)],
             other = bits[below(many)];
    bool updates = below(3);
    for (unsigned way = 0; way < WAYS; way++)
        result[way] = updates ? change(way, holder, page, flags, frame, one)
                              : protect(way, holder, page, one, other);
}

/* A present entry's frame as the number of the way's own. */
static uint64_t seen(unsigned way, unsigned page) {
    uint64_t entry = exposed_entry(AREA(way) + page * 4096ul);
    return entry & EXO_PRESENT ? entry - (first[way] << 12) : entry;
}

static bool same_frames(unsigned n) {
    const volatile struct exo_frame *a = exposed_frame(first[0] + n),
                                    *b = exposed_frame(first[1] + n);
    return a->references == b->references && a->readers == b->readers && a->writers == b->writers &&
           !a->mapping == !b->mapping &&
           *(const volatile uint64_t *)&a->acl == *(const volatile uint64_t *)&b->acl;
}

/* How often the way's pages map the frame. */
static unsigned mapped(unsigned way, unsigned frame, uint64_t write) {
    unsigned count = 0;
    for (unsigned page = 0; page < PAGES; page++) {
        uint64_t entry = seen(way, page);
        count += (entry & EXO_PRESENT) && (entry & EXO_FRAME_OF) >> 12 == frame &&
                 (entry & EXO_WRITE) == write;
    }
    return count;
}

static void compare(struct check *c, unsigned step) {
    for (unsigned page = 0; page < PAGES; page++)
        if (seen(0, page) != seen(1, page))
            check_fail(c, "step %u: page %u: %#lx, %#lx", step, page, seen(0, page), seen(1, page));
    for (unsigned n = 0; n < FRAMES; n++) {
        const volatile struct exo_frame *f = exposed_frame(first[0] + n);
        if (!same_frames(n) || f->readers != mapped(0, n, 0) ||
            f->writers != mapped(0, n, EXO_WRITE))
            check_fail(c, "step %u: frame %u: the books differ", step, n);
    }
}

static void unmap_all(void) {
    for (unsigned page = 0; page < PAGES; page++)
        for (unsigned way = 0; way < WAYS; way++)
            change(way, 0, page, 0, 0, 0);
}

static void find_frames(void) {
    take_capabilities();
    first[0] = frames_pick_run(2ul * FRAMES);
    first[1] = first[0] + FRAMES;
    for (unsigned way = 0; way < WAYS; way++)
        change(way, 0, 0, 0, 0, EXO_WRITE); /* the table */
}

CHECK(page_one, "page/the_short_path_does_what_the_complete_one_does") {
    if (large_machine(c))
        return;
    find_frames();
    seed = 1;
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    uint32_t pages = self->pages;
    unsigned done = 0;
    for (unsigned n = 0; n < STEPS; n++) {
        long result[WAYS];
        step(result);
        if (result[0] != result[1])
            check_fail(c, "step %u: %ld, %ld", n, result[0], result[1]);
        done += result[0] == 1;
        compare(c, n);
        if (n % 100 == 0)
            syscall3(EXO_CALL_env_self, BOOKS_MAGIC, BOOKS_AGREE, 0);
        if (below(500) == 0)
            unmap_all();
    }
    CHECK_THAT(c, done > STEPS / 10 && done < STEPS);
    unmap_all();
    compare(c, STEPS);
    CHECK_THAT(c, self->pages == pages && !exposed_frame(first[0])->references);
    exo_cap_forge(0, 6, (struct cap){0});
}

CHECK(page_claimed, "page/a_frame_is_claimed_only_by_a_capability_with_the_rights_of_the_mapping") {
    find_frames();
    for (unsigned way = 0; way < WAYS; way++) {
        CHECK_THAT(c, change(way, 5, 0, EXO_FRESH, 0, DATA) == -E_PERM);
        CHECK_THAT(c, change(way, 5, 0, 0, 0, EXO_PRESENT) == -E_PERM);
        CHECK_THAT(c, change(way, 3, 0, EXO_FRESH, 0, DATA) == -E_PERM);
        CHECK_THAT(c, change(way, 6, 0, EXO_FRESH, 0, DATA) == -E_PERM);
        CHECK_THAT(c, change(way, 6, 0, EXO_FRESH | EXO_ABSENT | EXO_ZEROED, 0, DATA) == -E_PERM);
        CHECK_THAT(c, !exposed_frame(first[way])->references);
        CHECK_THAT(c, change(way, 3, 0, EXO_FRESH, 0, EXO_PRESENT) == 1);
    }
    unmap_all();
    exo_cap_forge(0, 6, (struct cap){0});
}

static volatile uint64_t *word(unsigned way, unsigned page) {
    return (volatile uint64_t *)(AREA(way) + page * 4096ul);
}

CHECK(page_contents, "page/a_claimed_frame_holds_what_was_asked_for") {
    find_frames();
    for (unsigned way = 0; way < WAYS; way++) {
        CHECK_THAT(c, change(way, 1, 0, EXO_ZEROED, 0, DATA) == 1);
        word(way, 0)[0] = 7, word(way, 0)[511] = 8;
        CHECK_THAT(c, change(way, 1, 1, EXO_COPIED, 1, DATA) == -E_NOT_FOUND);
        CHECK_THAT(c, change(way, 1, 1, 0, 0, EXO_PRESENT | EXO_NO_EXEC) == 1);
        CHECK_THAT(c, change(way, 1, 1, EXO_ABSENT, 1, DATA) == -E_EXISTS);
        CHECK_THAT(c, change(way, 1, 1, EXO_COPIED, 0, DATA) == -E_EXISTS); /* it is not free */
        CHECK_THAT(c, change(way, 2, 1, EXO_COPIED, 1, DATA) == -E_PERM);   /* not his to read */
        CHECK_THAT(c, change(way, 1, 1, EXO_COPIED, 1, DATA) == 1);
        CHECK_THAT(c, word(way, 1)[0] == 7 && word(way, 1)[511] == 8);
        word(way, 1)[0] = 9;
        CHECK_THAT(c, word(way, 0)[0] == 7 && exposed_frame(first[way])->references == 1);
        CHECK_THAT(c, change(way, 1, 1, 0, 0, 0) == 1); /* and again, which is its own */
        CHECK_THAT(c, change(way, 1, 1, EXO_ABSENT | EXO_ZEROED, 1, DATA) == 1);
        CHECK_THAT(c, word(way, 1)[0] == 0 && word(way, 1)[511] == 0);
        CHECK_THAT(c, exposed_frame(first[way] + 1)->limits == 0);
    }
    unmap_all();
}

/* As a handler of faults asks for it: the shortest way there is. */
CHECK(page_fault_contents,
      "page/a_page_that_a_fault_fills_holds_zeroes_or_its_copy_and_nothing_else") {
    find_frames();
    for (unsigned way = 0; way < WAYS; way++) {
        const volatile struct exo_frame *f = exposed_frame(first[way]);
        CHECK_THAT(c, change(way, 1, 2, EXO_FRESH, 3, DATA) == 1);
        word(way, 2)[0] = 5, word(way, 2)[511] = 6;
        CHECK_THAT(c, change(way, 1, 2, 0, 0, EXO_WRITE) == 1); /* the frame is free, and full */
        CHECK_THAT(c, change(way, 1, 2, EXO_FRESH | EXO_ABSENT | EXO_ZEROED, 3, DATA) == 1);
        CHECK_THAT(c, word(way, 2)[0] == 0 && word(way, 2)[511] == 0);
        CHECK_THAT(c, f[3].references == 1 && f[3].writers == 1 && f[3].limits == 0);
        word(way, 2)[0] = 7, word(way, 2)[511] = 8;
        CHECK_THAT(c, change(way, 1, 3, 0, 3, EXO_PRESENT | EXO_NO_EXEC) == 1);
        CHECK_THAT(c, change(way, 2, 3, EXO_FRESH | EXO_COPIED, 4, DATA) == -E_PERM);
        CHECK_THAT(c, change(way, 3, 3, EXO_FRESH | EXO_COPIED, 4, DATA) == -E_PERM);
        CHECK_THAT(c, change(way, 1, 3, EXO_FRESH | EXO_COPIED, 3, DATA) == -E_EXISTS);
        CHECK_THAT(c, word(way, 3)[0] == 7); /* the processor has the old frame */
        CHECK_THAT(c, change(way, 1, 3, EXO_FRESH | EXO_COPIED, 4, DATA) == 1);
        word(way, 2)[0] = 1;
        CHECK_THAT(c, word(way, 3)[0] == 7 && word(way, 3)[511] == 8);
        word(way, 2)[0] = 7;
        word(way, 3)[0] = 9; /* the processor has the new frame */
        CHECK_THAT(c, word(way, 2)[0] == 7 && f[3].references == 1 && f[4].references == 1);
        CHECK_THAT(c, f[3].readers == 0 && f[4].writers == 1 && f[4].mapping != f[3].mapping);
    }
    unmap_all();
}

#define FILLED (EXO_FRESH | EXO_ABSENT | EXO_ZEROED)

static long fill(uint64_t at, uint64_t frame, uint64_t pages) {
    const struct exo_pages p = {at | FILLED, frame << 12 | DATA, pages};
    return exo_page_update(0, 0, 1, &p, 1, 0);
}

static void note(uint64_t at, uint64_t entry) {
    const struct exo_pages p = {at, entry, 1};
    exo_page_update(0, 0, 1, &p, 1, 0);
}

/* Pages of two tables, of which the second one was used last. What lies in a table before its first
 * page and after its last is in the books, too. */
CHECK(page_filled, "page/the_page_that_is_filled_is_the_one_that_was_named") {
    const uint64_t here = 0x5a0000000000, there = here + 0x200000 * 3, at = 7 * 4096;
    find_frames();
    note(here + at, 1ul << 60);
    note(there + at, 1ul << 61);
    CHECK_THAT(c, fill(here + at, first[0], 1) == 1);
    CHECK_THAT(c, exposed_entry(there + at) == 1ul << 61);
    CHECK_THAT(c, (exposed_entry(here + at) & EXO_FRAME_OF) >> 12 == first[0]);
    CHECK_THAT(c, fill(here + at + 4096, first[0] + 1, 1) == 1);
    CHECK_THAT(c, fill(here + at - 4096, first[0] + 2, 1) == 1);
    syscall3(EXO_CALL_env_self, BOOKS_MAGIC, BOOKS_AGREE, 0);
    note(here, 1ul << 60);
    CHECK_THAT(c, fill(here, EXO_FRAME_OF >> 12, 1) == -E_PERM);
    CHECK_THAT(c, fill(here, env_info()->frame_count, 1) == -E_PERM);
    CHECK_THAT(c, fill(here, first[0] + 3, 0) == 0);
    const struct exo_pages p = {here | FILLED, (first[0] + 3) << 12 | DATA, 1},
                           q = {here, p.entry, 0};
    CHECK_THAT(c, exo_page_update(0, 0, 1, &p, 0, 0) == 0);
    CHECK_THAT(c, exo_page_update(0, 0, 1, &p, EXO_VECTOR_MOST + 1, 0) == -E_TOO_LONG);
    CHECK_THAT(c, exo_page_update(0, 0, 1, &q, 1, 0) == 0);
    CHECK_THAT(c, exposed_entry(here) == 1ul << 60);
    for (uint64_t i = 0; i < 16; i++) {
        note(here + i * 4096, 0);
        note(there + i * 4096, 0);
    }
}

static bool is_writable(unsigned page) {
    return exposed_entry(AREA(0) + page * 4096ul) & EXO_WRITE;
}

/* Vectors of two, which the short path does as long as each is one page, and one's own. */
CHECK(page_protected,
      "page/of_a_vector_of_two_each_page_is_protected_and_the_first_refusal_ends_it") {
    find_frames();
    long id = exo_env_create(0, (struct cap){.rights = CAP_ALL, .valid = 1}, "other", 8, 0);
    for (unsigned page = 0; page < 4; page++)
        CHECK_THAT(c, change(0, 1, page, EXO_FRESH, page, DATA) == 1);
    const struct exo_protect pairs[] = {{AREA(0), 2, EXO_WRITE, 0},
                                        {AREA(0) + 8192, 2, EXO_WRITE, 0}},
                             more[] = {{AREA(0), 1, 0, EXO_WRITE},
                                       {AREA(0) + 40960, 1, 0, EXO_WRITE}};
    for (uint64_t done = 0; done < 4;) {
        long some = exo_page_protect(0, 0, 1, pairs, 2, done);
        CHECK_THAT(c, some > 0);
        done += (uint64_t)some;
    }
    CHECK_THAT(c, !is_writable(0) && !is_writable(1) && !is_writable(2) && !is_writable(3));
    CHECK_THAT(c, exo_page_protect(0, (uint64_t)id, 1, more, 1, 0) == -E_NOT_FOUND); /* his */
    CHECK_THAT(c, exo_page_protect(0, 0, 1, more, 2, 2) == 0 && !is_writable(0));
    CHECK_THAT(c, exo_page_protect(0, 0, 1, more, 0, 0) == 0 && !is_writable(0));
    CHECK_THAT(c, exo_page_protect(0, 0, 1, more, 2, 0) == 1 && is_writable(0));
    CHECK_THAT(c, exo_page_protect(0, 0, 1, more, 2, 1) == -E_NOT_FOUND);
    exo_env_destroy(0, (uint64_t)id);
    unmap_all();
    exo_cap_forge(0, 6, (struct cap){0});
}

/* What lies behind our list in the kernel's memory is another's. */
CHECK(page_no_slot, "page/no_slot_beyond_the_list_is_one") {
    find_frames();
    long id = exo_env_create(0, (struct cap){.rights = CAP_ALL, .valid = 1}, "other", 8, 0);
    CHECK_THAT(c, id > 0 && exo_cap_give(0, (uint64_t)id, 1, 3) == 0);
    CHECK_THAT(c, change(0, 1, 0, EXO_FRESH, 0, DATA) == 1);
    exo_cap_forge(0, 1, (struct cap){0});
    const uint64_t frame = first[0], apart = (uint64_t)id % EXO_ENVS;
    const struct cap one = named(1, CAP_ALL);
    for (uint64_t words = 32; words <= 256; words *= 2) { /* of an environment's own */
        const uint64_t slot = apart * words + 3;
        const struct exo_pages p = {AREA(0) + 4096, frame << 12 | EXO_PRESENT | EXO_NO_EXEC, 1},
                               q = {(AREA(0) + 4096) | EXO_FRESH, (frame + 1) << 12 | DATA, 1},
                               run[] = {p, p};
        const struct exo_protect w = {AREA(0) + 8192, 1, 0, EXO_WRITE}, both[] = {w, w};
        CHECK_THAT(c, change(0, 4, 2, 0, 0, EXO_PRESENT | EXO_NO_EXEC) == 1);
        CHECK_THAT(c, exo_page_update(0, 0, slot, &p, 1, 0) == -E_PERM);
        CHECK_THAT(c, exo_page_update(0, 0, slot, &q, 1, 0) == -E_PERM);
        CHECK_THAT(c, exo_page_update(0, 0, slot, run, 2, 0) == -E_PERM);
        CHECK_THAT(c, exo_page_protect(0, 0, slot, both, 1, 0) == -E_PERM);
        CHECK_THAT(c, exo_page_protect(0, 0, slot, &w, 1, 1) != 1);
        CHECK_THAT(c, exo_frame_pin(slot, frame) == -E_PERM);
        CHECK_THAT(c, exo_acl_set(slot, frame, 1, &one, 1, 0) == -E_PERM);
        CHECK_THAT(c, exo_cap_forge(slot, 1, one) == -E_PERM);
        CHECK_THAT(c, exo_cap_give(0, (uint64_t)id, slot, 5) == -E_PERM);
        CHECK_THAT(c, exo_env_create(slot, one, "none", 8, 0) == -E_PERM);
    }
    exo_env_destroy(0, (uint64_t)id);
    unmap_all();
    exo_cap_forge(0, 6, (struct cap){0});
}
