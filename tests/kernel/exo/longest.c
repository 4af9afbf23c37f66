/* SPDX-License-Identifier: MIT */
/* longest.c -- how long calls on pages and environments keep interrupts off, at worst: the whole
 * call, seen by its caller, under the clock that counts instructions. No frame is freed meanwhile
 * but those of tables, for the tests' kernels spoil what is freed (tests/kernel/freed.c). */
#include "small_machine.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

#define LONGEST 10000
#define AREA    0x530000000000ul
#define FAR     0x8000000000ul /* pages so far from each other share no table but the root */
#define DATA    (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)

enum { ELEMENTS = EXO_VECTOR_MOST, PAGES = 1024, BIG = 16384 };

static struct exo_pages vector[ELEMENTS];
static uint64_t longest;

static uint64_t now(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static bool counts_instructions(struct check *c) {
    if (strstr((const char *)env_info()->command_line, "clock=icount") && !small_machine(c))
        return true;
    check_skip(c, "the clock counts no instructions, or there is little memory");
    return false;
}

static long update(uint64_t env, unsigned holder, const struct exo_pages *v, uint64_t count,
                   uint64_t skip) {
    uint64_t begun = now();
    long done = exo_page_update(0, env, holder, v, count, skip);
    uint64_t took = now() - begun;
    longest = took > longest ? took : longest;
    return done;
}

/* Calls until all pages of the vector are done, or none can be any more. */
static uint64_t update_all(uint64_t env, unsigned holder, const struct exo_pages *v, uint64_t count,
                           uint64_t pages) {
    uint64_t done = 0;
    for (long some = 1; some > 0 && done<pages; done += some> 0 ? (uint64_t)some : 0)
        some = update(env, holder, v, count, done);
    return done;
}

static void told(struct check *c, const char *what) {
    if (longest > LONGEST)
        check_fail(c, "%s: %lu instructions", what, longest);
    longest = 0;
}

/* Frames that somebody else had last are claimed next. */
static void had_by_another(uint64_t first, uint64_t count) {
    static struct exo_pages p;
    exo_cap_forge(0, 1, (struct cap){.rights = CAP_ALL, .valid = 1, .length = 1, .name = {1}});
    p = (struct exo_pages){AREA, first << 12 | DATA, count};
    update_all(0, 1, &p, 1, count);
    p.entry = 0;
    update_all(0, 1, &p, 1, count);
    longest = 0;
}

CHECK(longest_runs, "longest/runs_of_pages_that_are_claimed_shared_protected_and_unmapped") {
    if (!counts_instructions(c))
        return;
    uint64_t first = frames_pick_run(PAGES);
    had_by_another(first, PAGES);
    struct exo_pages p = {AREA, first << 12 | DATA, PAGES};
    CHECK_THAT(c, update_all(0, 0, &p, 1, PAGES) == PAGES);
    told(c, "claims with clearing");
    p.at = AREA + PAGES * 4096ul;
    CHECK_THAT(c, update_all(0, 0, &p, 1, PAGES) == PAGES);
    told(c, "sharing");
    for (unsigned way = 0; way < 2; way++) {
        const struct exo_protect q = {AREA, 2ul * PAGES, way ? 0 : EXO_WRITE, way ? EXO_WRITE : 0};
        for (uint64_t done = 0; done < 2ul * PAGES;) {
            uint64_t begun = now();
            long some = exo_page_protect(0, 0, 0, &q, 1, done);
            uint64_t took = now() - begun;
            longest = took > longest ? took : longest;
            CHECK_THAT(c, some > 0);
            done += (uint64_t)some;
        }
        told(c, "protecting");
    }
    p = (struct exo_pages){AREA, 0, PAGES};
    CHECK_THAT(c, update_all(0, 0, &p, 1, PAGES) == PAGES);
    told(c, "unmapping");
    p.at += PAGES * 4096ul;
    CHECK_THAT(c, update_all(0, 0, &p, 1, PAGES) == PAGES);
    longest = 0;
    p = (struct exo_pages){AREA, 0, (EXO_TOP - AREA) / 4096};
    update(0, 0, &p, 1, 0);
    told(c, "unmapping where nothing is");
}

CHECK(longest_vectors, "longest/vectors_whose_elements_are_far_from_each_other_or_empty") {
    if (!counts_instructions(c))
        return;
    uint64_t first = frames_pick_run(ELEMENTS);
    had_by_another(first, ELEMENTS);
    for (unsigned i = 0; i < ELEMENTS; i++)
        vector[i] = (struct exo_pages){0x100000000000ul + i % 60 * FAR + i * 0x40000000ul,
                                       (first + i) << 12 | DATA, 1};
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    long id = exo_env_create(0, all, "far", 1000, 0);
    CHECK_THAT(c, id > 0);
    uint64_t done = update_all((uint64_t)id, 0, vector, ELEMENTS, ELEMENTS);
    if (done != ELEMENTS)
        check_fail(c, "after %lu: %ld", done, update((uint64_t)id, 0, vector, ELEMENTS, done));
    told(c, "three tables and a page for each element");
    struct exo_pages kept = {AREA, first << 12 | DATA, ELEMENTS};
    CHECK_THAT(c, update_all(0, 0, &kept, 1, ELEMENTS) == ELEMENTS);
    for (unsigned i = 0; i < ELEMENTS; i++)
        vector[i].entry = 0;
    CHECK_THAT(c, update_all((uint64_t)id, 0, vector, ELEMENTS, ELEMENTS) == ELEMENTS);
    told(c, "unmapping far pages");
    update((uint64_t)id, 0, vector, ELEMENTS, ELEMENTS + 1);
    told(c, "skipping");
    for (unsigned i = 0; i < ELEMENTS; i++)
        vector[i].count = 0;
    update(0, 0, vector, ELEMENTS, 0);
    told(c, "elements of no page");
    uint64_t begun = now();
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)id) == 0);
    longest = now() - begun;
    kept.entry = 0;
    update_all(0, 0, &kept, 1, ELEMENTS);
}

CHECK(longest_end, "longest/an_environment_of_64_mib_is_freed_in_pieces") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    if (!counts_instructions(c))
        return;
    uint64_t before = frames_free(), first = frames_pick_run(BIG), pieces = 0;
    if (!first) {
        check_skip(c, "no 64 MiB are free in one piece");
        return;
    }
    uint64_t begun = now();
    long id = exo_env_create(0, all, "big", 200, 0);
    longest = now() - begun;
    told(c, "a new environment");
    const struct exo_pages p = {AREA, first << 12 | DATA, BIG};
    CHECK_THAT(c, update_all((uint64_t)id, 0, &p, 1, BIG) == BIG);
    told(c, "64 MiB");
    CHECK_THAT(c, update_all(0, 0, &p, 1, BIG) == BIG);
    told(c, "64 MiB, shared");
    begun = now();
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)id) == 0);
    longest = now() - begun;
    told(c, "its end");
    for (bool more = true; more; pieces++) {
        begun = now();
        if (pieces % 2)
            exo_env_yield(0); /* by a switch, and without one */
        more = pieces % 2 ? env_info()->env_unfreed : frames_await();
        longest = now() - begun;
        told(c, "a piece of it");
    }
    const struct exo_pages none = {AREA, 0, BIG};
    update_all(0, 0, &none, 1, BIG);
    CHECK_THAT(c, pieces > 10 && frames_free() + 100 > before); /* tables stay */
}

/* --- Access lists, and what is taken back --- */

enum { LISTS = 64 };

static void note(uint64_t begun) {
    uint64_t took = now() - begun;
    longest = took > longest ? took : longest;
}

/* Of so many words, the last of which alone is {9, n}. */
static void fill_list(struct cap list[EXO_ACL_MOST], uint8_t n) {
    for (unsigned i = 0; i < EXO_ACL_MOST; i++)
        list[i] = (struct cap){.rights = CAP_ALL,
                               .valid = 1,
                               .length = 7,
                               .name = {9, i + 1 < EXO_ACL_MOST ? 1 : n, 1, 1, 1, 1, (uint8_t)i}};
}

CHECK(longest_lists, "longest/frames_with_longer_lists_and_what_revocation_does_with_them") {
    static struct cap list[EXO_ACL_MOST];
    static uint64_t names[LISTS];
    if (!counts_instructions(c))
        return;
    uint64_t first = frames_pick_run(LISTS), begun;
    longest = 0;
    for (unsigned i = 0; i < LISTS; i++)
        names[i] = AREA + i * 4096ul;
    struct exo_pages p = {AREA, first << 12 | DATA, LISTS};
    CHECK_THAT(c, first && update_all(0, 0, &p, 1, LISTS) == LISTS);
    fill_list(list, 2);
    for (unsigned way = 0; way < 2; way++) /* the second time all have longer lists */
        for (unsigned done = 0; done < LISTS;) {
            begun = now();
            long some = exo_acl_set(0, first + done, LISTS - done, list, EXO_ACL_MOST, 0);
            note(begun);
            CHECK_THAT(c, some > 0);
            done += (unsigned)some;
        }
    told(c, "lists");
    for (unsigned i = 0; i < LISTS; i++)
        CHECK_THAT(c, exo_acl_set(0, first + i, 1, list, EXO_ACL_MOST, 0) == 1);
    struct cap last = list[EXO_ACL_MOST - 1];
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    long id = exo_env_create(0, all, "lists", 16, 0);
    for (unsigned i = 1; i < EXO_CAPS; i++) {
        CHECK_THAT(c, exo_cap_forge(0, 1, last) == 0);
        CHECK_THAT(c, exo_cap_give(0, (uint64_t)id, 1, i) == 0);
        last.name[6]++; /* the others open nothing */
    }
    last.name[6] = EXO_ACL_MOST - 1;
    exo_cap_forge(0, 1, last);
    CHECK_THAT(c, update_all((uint64_t)id, 1, &p, 1, LISTS) == LISTS);
    told(c, "pages with longer lists");
    const struct exo_protect reads = {AREA, LISTS, EXO_WRITE, 0},
                             writes = {AREA, LISTS, 0, EXO_WRITE};
    CHECK_THAT(c, exo_page_protect(0, (uint64_t)id, 1, &reads, 1, 0) == LISTS);
    for (uint64_t done = 0; done < LISTS;) {
        begun = now();
        long some = exo_page_protect(0, (uint64_t)id, 1, &writes, 1, done);
        note(begun);
        CHECK_THAT(c, some > 0);
        done += (uint64_t)some;
    }
    told(c, "pages with longer lists, made writable");
    long number = 0;
    do {
        begun = now();
        number = exo_cap_revoke(
            0, (struct cap){.rights = CAP_ALL, .valid = 1, .length = 2, .name = {9, 2}},
            number > 0 ? (uint64_t)number : 0);
        note(begun);
    } while (number > 0 || number == -E_AGAIN); /* one that another check began is ended first */
    CHECK_THAT(c, number == 0 && exposed_env((uint64_t)id)->pages == 0);
    told(c, "revocation");
    CHECK_THAT(c, update_all((uint64_t)id, 0, &p, 1, LISTS) == LISTS);
    longest = 0;
    CHECK_THAT(c, exo_env_revoke(0, (uint64_t)id, LISTS, EXO_REVOKE_NS_LEAST) > 0);
    do {
        begun = now();
        number = exo_env_repossess(0, (uint64_t)id, names, LISTS);
        note(begun);
    } while (number == -E_AGAIN);
    CHECK_THAT(c, number > 8);
    told(c, "repossession");
    exo_env_destroy(0, (uint64_t)id);
    p.entry = 0;
    update_all(0, 0, &p, 1, LISTS);
    longest = 0;
}
