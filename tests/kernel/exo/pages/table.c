/* SPDX-License-Identifier: MIT */
/* table.c -- page tables: freed when their owner says so, charged, and seen no more; calls on them
 * that stop in the middle; how many mappings a frame can have. */
#include "../settled.h"
#include "../small_machine.h"
#include "../../hostile.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "lib/error.h"
#include "measure/bench.h"

#define HERE (0x520000000000ul)
#define DATA (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)
#define SPAN 0x200000ul /* of a table */

static long map(uint64_t at, uint64_t entry, uint64_t count) {
    const struct exo_pages p = {at, entry, count};
    return exo_page_update(0, 0, 0, &p, 1, 0);
}

/* All of them, however many calls that takes. */
static bool map_all(uint64_t at, uint64_t entry, uint64_t count) {
    const struct exo_pages p = {at, entry, count};
    for (uint64_t done = 0; done < count;) {
        long some = exo_page_update(0, 0, 0, &p, 1, done);
        if (some <= 0)
            return false;
        done += (uint64_t)some;
    }
    return true;
}

static uint64_t free_frame(void) {
    return frames_pick(env_info()->frame_count / 2);
}

static void look(void *at) {
    (void)*(volatile uint64_t *)at;
}

CHECK(table_free, "page/a_table_is_freed_when_it_is_empty_and_its_frames_appear_free") {
    const volatile struct exo_env *self = exposed_env((uint64_t)exo_env_self());
    struct upcall_state s;
    settle();
    CHECK_THAT(c, map(HERE, free_frame() << 12 | DATA, 1) == 1);
    uint64_t table = exposed_table_first(), shadow = exposed_frame(table)->mapping;
    uint32_t kernel = self->kernel;
    CHECK_THAT(c, (uint64_t)exposed_frame(table)->limits * SPAN == HERE && shadow);
    CHECK_THAT(c, exo_table_free(0, 0, HERE) == -E_BUSY);
    CHECK_THAT(c, map(HERE, EXO_WRITE, 1) == 1); /* a word of the library's */
    CHECK_THAT(c, exo_table_free(0, 0, HERE + 0x5008) == -E_BUSY);
    CHECK_THAT(c, map(HERE, 0, 1) == 1);
    look((void *)entry_at(HERE)); /* the processor knows it now */
    CHECK_THAT(c, exo_table_free(0, 0, HERE + 0x5008) == 0);
    CHECK_THAT(c, self->kernel == kernel - 2);
    CHECK_THAT(c, !exposed_frame(table)->references && !exposed_frame(shadow)->references);
    CHECK_THAT(c, exposed_table_first() != table);
    CHECK_THAT(c, upcall_catch(&s, look, (void *)entry_at(HERE))); /* and has forgotten it */
    CHECK_THAT(c, exo_table_free(0, 0, HERE) == -E_NOT_FOUND);
    CHECK_THAT(c, map(HERE, free_frame() << 12 | DATA, 1) == 1);
    *(volatile uint64_t *)HERE = 1;
    CHECK_THAT(c, map(HERE, 0, 1) == 1 && exo_table_free(0, 0, HERE) == 0);
}

CHECK(table_refused, "page/no_table_of_the_kernels_or_of_another_is_freed") {
    const uint64_t at[] = {EXO_UAREAS,   EXO_TOP,        EXO_TABLES, EXO_INFO, EXO_FRAME,
                           HOSTILE_TEXT, HOSTILE_KERNEL, -4096ul,    -1ul};
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    for (unsigned i = 0; i < sizeof at / sizeof at[0]; i++)
        if (exo_table_free(0, 0, at[i]) != -E_INVALID)
            check_fail(c, "case %u", i);
    long id = exo_env_create(0, all, "other", 16, 0);
    const struct exo_pages p = {HERE, 1ul << 9, 1}, none = {HERE, 0, 1};
    CHECK_THAT(c, exo_page_update(0, (uint64_t)id, 0, &p, 1, 0) == 1);
    CHECK_THAT(c, exo_page_update(0, (uint64_t)id, 0, &none, 1, 0) == 1);
    CHECK_THAT(c, exo_table_free(15, (uint64_t)id, HERE) == -E_PERM);
    CHECK_THAT(c, exo_table_free(0, (uint64_t)id, HERE) == 0);
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)id) == 0);
    CHECK_THAT(c, exo_table_free(0, (uint64_t)id, HERE) == -E_DEAD);
}

CHECK(table_list, "page/the_list_of_tables_has_each_of_them_once") {
    enum { TABLES = 40 };
    uint64_t seed = 1;
    unsigned there = 0, before = 0;
    bool made[TABLES] = {false};
    for (uint64_t t = exposed_table_first(); t; t = exposed_table_next(t))
        before += exposed_frame(t)->mapping != 0;
    for (unsigned step = 0; step < 400; step++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        unsigned n = (unsigned)(seed >> 33) % TABLES, seen = 0;
        uint64_t at = HERE + 2 * SPAN + n * SPAN;
        if (made[n])
            CHECK_THAT(c, map(at, 0, 1) == 1 && exo_table_free(0, 0, at) == 0);
        else
            CHECK_THAT(c, map(at, EXO_WRITE, 1) == 1);
        made[n] = !made[n];
        there += made[n] ? 1 : -1u;
        for (uint64_t t = exposed_table_first(); t && seen < 200; t = exposed_table_next(t))
            seen += exposed_frame(t)->mapping != 0;
        CHECK_THAT(c, seen == before + there);
    }
    for (unsigned n = 0; n < TABLES; n++)
        if (made[n])
            CHECK_THAT(c, map(HERE + (2 + n) * SPAN, 0, 1) == 1 &&
                              exo_table_free(0, 0, HERE + (2 + n) * SPAN) == 0);
}

CHECK(table_vector, "page/a_vector_that_ends_where_nothing_is_mapped_is_done_as_far_and_goes_on") {
    enum { ELEMENTS = 64, FIRST = 20 };
    const uint64_t vector_at = HERE + 16 * SPAN, area = vector_at + SPAN;
    struct exo_pages *vector = (struct exo_pages *)(vector_at + 4096) - FIRST;
    uint64_t frame = free_frame(), done = 0;
    CHECK_THAT(c, map(vector_at, frame << 12 | DATA, 1) == 1);
    struct upcall_state s;
    CHECK_THAT(c, upcall_catch(&s, look, (void *)(vector_at + 4096)));
    for (unsigned i = 0; i < FIRST; i++)
        vector[i] = (struct exo_pages){area + i * 4096ul, (i + 1) * 4096ul, 1};
    long some = exo_page_update(0, 0, 0, vector, ELEMENTS, 0);
    CHECK_THAT(c, some > 0 && some <= FIRST);
    while (some > 0) {
        done += (uint64_t)some;
        some = exo_page_update(0, 0, 0, vector, ELEMENTS, done);
    }
    CHECK_THAT(c, some == -E_FAULT && done <= FIRST);
    CHECK_THAT(c, map(vector_at + 4096, frames_pick(frame + 1) << 12 | DATA, 1) == 1);
    for (unsigned i = FIRST; i < ELEMENTS; i++)
        vector[i] = (struct exo_pages){area + i * 4096ul, (i + 1) * 4096ul, 1};
    while (done < ELEMENTS) {
        some = exo_page_update(0, 0, 0, vector, ELEMENTS, done);
        CHECK_THAT(c, some > 0);
        done += (uint64_t)some;
    }
    CHECK_THAT(c, done == ELEMENTS);
    for (unsigned i = 0; i < ELEMENTS; i++)
        CHECK_THAT(c, exposed_entry(area + i * 4096ul) == (i + 1) * 4096ul);
    CHECK_THAT(c, map_all(vector_at, 0, 1024 + ELEMENTS));
    CHECK_THAT(c, !exo_table_free(0, 0, vector_at) && !exo_table_free(0, 0, area));
}

CHECK(table_reserve, "page/the_last_frames_are_the_kernels") {
    static const struct cap all = {.rights = CAP_ALL, .valid = 1};
    const uint64_t at = HERE + 0x40000000;
    uint64_t frames = env_info()->frames_total, pages = 0, frame = 0;
    long error = 0;
    if (large_machine(c))
        return;
    frames_free(); /* nothing is on its way any more */
    for (; !error && pages < frames; pages++) {
        frame = frames_pick(frame + 1);
        const struct exo_pages one = {(at + pages * 4096) | EXO_FRESH, frame << 12 | DATA, 1};
        long done = frame ? exo_page_update(0, 0, 0, &one, 1, 0) : -E_NO_MEMORY;
        error = done < 0 && done != -E_EXISTS ? done : 0;
    }
    /* Nor by the shortest way, in place of an entry that is not 0. */
    const uint64_t last = at + (pages - 1) * 4096;
    const struct exo_pages noted = {last, EXO_WRITE, 1},
                           filled = {last | EXO_FRESH | EXO_ABSENT | EXO_ZEROED,
                                     frames_pick(0) << 12 | DATA, 1};
    long short_error =
        exo_page_update(0, 0, 0, &noted, 1, 0) == 1 ? exo_page_update(0, 0, 0, &filled, 1, 0) : 0;
    uint64_t left = frames_free(), least = frames / 32 < 256 ? frames / 32 : 256;
    long id = exo_env_create(0, all, "late", 16, 0);
    bool unmapped = map_all(at, 0, pages);
    CHECK_THAT(c, short_error == -E_NO_MEMORY);
    CHECK_THAT(c, error == -E_NO_MEMORY && left + 16 > least && id > 0 && unmapped);
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)id) == 0);
    for (uint64_t n = 0; n <= pages / 512; n++)
        exo_table_free(0, 0, at + n * SPAN);
}

CHECK(table_many, "page/a_frame_is_mapped_70000_times_and_all_of_them_are_counted") {
    enum { MANY = 70000 };
    if (small_machine(c))
        return;
    const uint64_t at = HERE + 0x10000000;
    uint64_t frame = free_frame();
    const volatile struct exo_frame *f = exposed_frame(frame);
    uint64_t before = frames_free();
    bool all = true;
    for (unsigned n = 0; n < MANY / 10 && all;
         n++) { /* an element for each, or frames would follow */
        struct exo_pages v[10];
        for (unsigned i = 0; i < 10; i++)
            v[i] = (struct exo_pages){at + (n * 10ul + i) * 4096, frame << 12 | DATA, 1};
        for (uint64_t done = 0; done < 10 && all;) {
            long some = exo_page_update(0, 0, 0, v, 10, done);
            all = some > 0;
            done += (uint64_t)some;
        }
    }
    CHECK_THAT(c, all && f->references == MANY && f->writers == MANY && f->readers == 0);
    CHECK_THAT(c, map_all(at, 0, MANY));
    CHECK_THAT(c, f->references == 0);
    for (uint64_t n = 0; n < (MANY * 4096ul + SPAN - 1) / SPAN; n++)
        CHECK_THAT(c, exo_table_free(0, 0, at + n * SPAN) == 0);
    CHECK_THAT(c, frames_free() + 4 >= before);
}

CHECK(table_tags, "page/entries_of_other_address_spaces_are_kept_where_the_processor_tags_them") {
    uint32_t a = 1, b, ecx, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(ecx), "=d"(d));
    bool pcid = ecx >> 17 & 1, global = d >> 13 & 1;
    a = 7, ecx = 0;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(ecx), "=d"(d));
    bool tagged = pcid && global && (b >> 10 & 1);
    CHECK_THAT(c, (env_info()->tags != 0) == tagged);
    if (!tagged)
        check_skip(c, "the processor has no PCID with INVPCID: each switch drops all entries");
}
