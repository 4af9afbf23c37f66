/* SPDX-License-Identifier: MIT */
/* page_range.c -- ranges of pages, and tables that are not loaded: the processor sees each change,
 * as soon as it can reach the page, and no frame is another's before. */
#include "access.h"
#include "../exact.h"

#include "lib/error.h"
#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"
#include "machine/memory/page_flush.h"
#include "machine/memory/page_range.h"
#include "machine/user/user.h"
#include "measure/bench.h"

#define AT    0x40000000ul
#define PAGES 70 /* more than a queue lists */

static bool readable(vaddr_t at) {
    char byte;
    return copy_from_user(&byte, at, 1) == 0;
}

static bool writable(vaddr_t at) {
    return copy_to_user(at, "w", 1) == 0;
}

static size_t count(bool (*can)(vaddr_t at)) {
    size_t n = 0;
    for (size_t i = 0; i < PAGES; i++)
        n += can(AT + i * PAGE_SIZE);
    return n;
}

static bool open(struct space *s, paddr_t *first) {
    return space_open(s) && frame_alloc_run(first, PAGES) == 0 &&
           page_map_range(&s->table, AT, *first, PAGES, PAGE_WRITE) == 0;
}

/* What is gone, and whether the processor could still reach it when it was said to be. */
struct gone {
    paddr_t first;
    size_t count;
    bool reached;
};

static void note(paddr_t frame, void *arg) {
    struct gone *g = arg;
    size_t i = (frame.at - g->first.at) / PAGE_SIZE;
    g->reached = g->reached || i >= PAGES || readable(AT + i * PAGE_SIZE);
    g->count++;
    frame_free(frame);
}

CHECK(page_range_live,
      "page_range/changes_are_seen_at_once_and_frames_go_when_nobody_reaches_them") {
    struct gone gone = {.count = 0};
    struct space s;
    CHECK_THAT(c, open(&s, &gone.first));
    size_t before = count(writable);
    CHECK_THAT(c, page_protect_range(&s.table, AT, PAGES, PAGE_READ) == 0);
    size_t still_writable = count(writable), still_readable = count(readable);
    CHECK_THAT(c, page_protect_range(&s.table, AT, 3, PAGE_WRITE) == 0);
    size_t three = count(writable);
    size_t unmapped = page_unmap_range(&s.table, AT, AT + PAGES * PAGE_SIZE, note, &gone);
    size_t left = count(readable);
    bool others = readable(SPACE_DATA);
    space_close(&s);
    CHECK_THAT(c, before == PAGES && still_writable == 0 && still_readable == PAGES && three == 3);
    CHECK_THAT(c, unmapped == PAGES && gone.count == PAGES && !gone.reached && left == 0 && others);
}

CHECK(page_range_all, "page_range/what_cannot_be_done_to_all_is_done_to_none") {
    paddr_t first;
    struct space s;
    CHECK_THAT(c, open(&s, &first));
    paddr_t was;
    CHECK_THAT(c, page_unmap(&s.table, AT + 50 * PAGE_SIZE, &was) == 0);
    int protect = page_protect_range(&s.table, AT, PAGES, PAGE_READ);
    int wx = page_protect_range(&s.table, AT, 1, PAGE_WRITE | PAGE_EXECUTE);
    int map = page_map_range(&s.table, AT - 5 * PAGE_SIZE, first, 10, PAGE_READ);
    int end = page_map_range(&s.table, USER_TOP - 2 * PAGE_SIZE, first, 3, PAGE_READ);
    struct page_mapping m;
    bool none =
        page_walk(&s.table, AT - PAGE_SIZE, &m) && page_walk(&s.table, USER_TOP - PAGE_SIZE, &m);
    size_t writable_now = count(writable);
    frame_free(was);
    space_close(&s);
    CHECK_THAT(c, protect == -E_NOT_FOUND && wx == -E_INVALID && map == -E_EXISTS &&
                      end == -E_INVALID);
    CHECK_THAT(c, none && writable_now == PAGES - 1);
}

CHECK(page_range_holes, "page_range/holes_are_stepped_over_and_the_end_is_not") {
    paddr_t first;
    struct space s;
    CHECK_THAT(c, open(&s, &first) && page_map(&s.table, AT + (1ul << 40), first, PAGE_READ) == 0);
    size_t far = page_unmap_range(&s.table, AT + PAGE_SIZE * PAGES, USER_TOP, NULL, NULL);
    size_t middle = page_unmap_range(&s.table, AT + 2 * PAGE_SIZE, AT + 5 * PAGE_SIZE, NULL, NULL);
    size_t left = count(readable);
    size_t none = page_unmap_range(&s.table, AT + 2 * PAGE_SIZE, AT + 5 * PAGE_SIZE, NULL, NULL);
    bool others = readable(SPACE_DATA);
    size_t user = page_unmap_range(&s.table, AT + PAGE_SIZE, ~0ul, NULL, NULL);
    for (size_t i = 2; i < 5; i++)
        frame_free(paddr_add(first, i * PAGE_SIZE));
    space_close(&s);
    CHECK_THAT(c, user > 0 && far == 1 && middle == 3 && left == PAGES - 3 && none == 0 && others);
}

/* Instructions to take that many away, all of one frame. */
static uint64_t unmapping_costs(struct space *s, paddr_t frame, size_t pages) {
    for (size_t i = 0; i < pages; i++)
        page_map(&s->table, AT + i * PAGE_SIZE, frame, PAGE_READ);
    uint64_t before = rdtsc();
    size_t unmapped = page_unmap_range(&s->table, AT, AT + pages * PAGE_SIZE, NULL, NULL);
    uint64_t cost = rdtsc() - before;
    return unmapped == pages ? cost : 0;
}

CHECK(page_range_linear, "page_range/unmapping_costs_a_page_the_same_however_many_there_are") {
    struct space s;
    if (!clock_is_exact()) {
        check_skip(c, "no clock counts instructions here");
        return;
    }
    CHECK_THAT(c, space_open(&s));
    paddr_t frame = physical(s.data);
    uint64_t few = unmapping_costs(&s, frame, 512), many = unmapping_costs(&s, frame, 8 * 512ul);
    space_close(&s);
    CHECK_THAT(c, few && many && many < 9 * few);
}

CHECK(page_traces, "page_range/what_the_processor_noted_is_told_once_and_noted_again") {
    struct page_mapping written, quiet, again, none;
    struct space s;
    CHECK_THAT(c, space_open(&s));
    bool touched = writable(SPACE_DATA);
    int error = page_take_traces(&s.table, SPACE_DATA, &written);
    error |= page_take_traces(&s.table, SPACE_DATA, &quiet);
    touched = touched && readable(SPACE_DATA);
    error |= page_take_traces(&s.table, SPACE_DATA, &again);
    int missing = page_take_traces(&s.table, AT, &none);
    space_close(&s);
    CHECK_THAT(c, touched && error == 0 && missing == -E_NOT_FOUND);
    CHECK_THAT(c, written.accessed && written.dirty && !quiet.accessed && !quiet.dirty);
    CHECK_THAT(c, again.accessed && !again.dirty);
}

CHECK(page_unloaded, "page_range/a_change_of_a_table_that_is_not_loaded_is_seen_when_it_is") {
    struct space first, second;
    CHECK_THAT(c, space_open(&first));
    bool before = writable(SPACE_DATA); /* the processor has it at hand */
    CHECK_THAT(c, space_open(&second));
    bool others = writable(SPACE_DATA);
    CHECK_THAT(c, page_protect(&first.table, SPACE_DATA, PAGE_READ) == 0);
    bool untouched = writable(SPACE_DATA);
    page_table_load(&first.table);
    bool after = !writable(SPACE_DATA) && readable(SPACE_DATA);
    page_table_load(&second.table);
    CHECK_THAT(c, page_protect_range(&first.table, SPACE_DATA, 1, PAGE_WRITE) == 0);
    page_table_load(&first.table);
    bool given = writable(SPACE_DATA);
    space_close(&second);
    space_close(&first);
    CHECK_THAT(c, before && others && untouched && after && given);
}

static uint64_t tag_of(const struct page_table *t) {
    return t->loads & 0xfff;
}

/* Without tags each load drops all; with them these loads drop nothing. */
CHECK(page_tagged, "page_range/a_table_has_a_tag_of_its_own_and_leaves_nothing_under_it") {
    struct space first, second;
    if (!cpu_features.pcid || !cpu_features.invpcid || !cpu_features.pge) {
        check_skip(c, "the CPU has no PCID, INVPCID or PGE");
        return;
    }
    CHECK_THAT(c, read_cr4() & CR4_PCIDE);
    CHECK_THAT(c, space_open(&first));
    bool before = readable(SPACE_DATA);
    CHECK_THAT(c, space_open(&second) && tag_of(&first.table) && tag_of(&second.table));
    CHECK_THAT(c, tag_of(&first.table) != tag_of(&second.table) && first.table.loads >> 63);
    uint64_t tag = tag_of(&first.table);
    CHECK_THAT(c, page_unmap(&first.table, SPACE_DATA, NULL) == 0);
    page_table_load(&first.table);
    bool gone = !readable(SPACE_DATA);
    frame_free(physical(first.data));
    space_close(&first);
    space_close(&second);
    CHECK_THAT(c, space_open(&first) && tag_of(&first.table) == tag); /* the tag's next owner */
    bool own = readable(SPACE_DATA);
    space_close(&first);
    CHECK_THAT(c, before && gone && own);
}

static char flushed[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/* Changes a global entry behind the tables' back. */
CHECK(page_all, "page_range/a_flush_of_all_takes_the_kernels_own_entries_along") {
    uint64_t cr4 = read_cr4();
    flushed[0] = 1;
    CHECK_THAT(c, !access_write((uint64_t)flushed).trapped);
    uint64_t *e = page_entry_make(&page_table_kernel, (vaddr_t)flushed, 0, 0), was = *e;
    *e = was & ~(uint64_t)ENTRY_WRITE;
    page_flush_all();
    struct outcome o = access_write((uint64_t)flushed);
    *e = was;
    page_flush_all();
    CHECK_THAT(c, is_page_fault(&o, (uint64_t)flushed, TRAP_PAGE_PRESENT | TRAP_PAGE_WRITE));
    CHECK_THAT(c, !access_write((uint64_t)flushed).trapped);
    CHECK_THAT(c, read_cr4() == cr4);
}
