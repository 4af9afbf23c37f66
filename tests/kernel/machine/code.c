/* SPDX-License-Identifier: MIT */
/* code.c -- code made at run time is either written or run, and its frames come back. */
#include "access.h"

#include "lib/error.h"
#include "lib/pieces.h"
#include "lib/string.h"
#include "machine/trap/catch.h"
#include "machine/memory/code.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

#define PRESENT_WRITE (TRAP_PAGE_PRESENT | TRAP_PAGE_WRITE)
#define PRESENT_FETCH (TRAP_PAGE_PRESENT | TRAP_PAGE_FETCH)

static const uint8_t give_42[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov $42, %eax; ret */

/* Two pages, the last bytes of the second being the function; where it will be. */
static bool open_code(struct code_pages *pages, uint64_t *run) {
    if (code_alloc(pages, PAGE_SIZE + 1))
        return false;
    size_t at = 2 * PAGE_SIZE - sizeof give_42;
    memcpy(pages->write + at, give_42, sizeof give_42);
    *run = (uint64_t)pages->run + at;
    return true;
}

/* A piece that gives `number`. */
static bool open_piece(struct code_pages *pages, uint8_t number) {
    if (code_alloc(pages, sizeof give_42))
        return false;
    memcpy(pages->write, give_42, sizeof give_42);
    pages->write[1] = number;
    return true;
}

/* The same byte in the direct map. */
static uint64_t alias_of(uint64_t run) {
    struct page_mapping m;
    if (page_walk(&page_table_kernel, run, &m))
        return 0;
    return (uint64_t)direct(m.frame) + run % PAGE_SIZE;
}

static int call(const struct code_pages *pages) {
    return ((int (*)(void))(uint64_t)pages->run)();
}

CHECK(code_runs, "code/what_was_written_runs_once_it_is_sealed") {
    struct code_pages pages;
    uint64_t run;
    CHECK_THAT(c, open_code(&pages, &run));
    code_seal(&pages);
    int result = ((int (*)(void))run)();
    code_free(&pages);
    CHECK_THAT(c, result == 42);
}

CHECK(code_before, "code/it_cannot_be_run_or_written_in_the_window_before") {
    struct code_pages pages;
    uint64_t run;
    CHECK_THAT(c, open_code(&pages, &run));
    struct outcome called = access_call(run), written = access_write(run);
    code_free(&pages);
    CHECK_THAT(c, is_page_fault(&called, run, PRESENT_FETCH));
    CHECK_THAT(c, is_page_fault(&written, run, PRESENT_WRITE));
}

CHECK(code_after, "code/it_cannot_be_written_anywhere_afterwards") {
    struct code_pages pages;
    uint64_t run;
    CHECK_THAT(c, open_code(&pages, &run));
    code_seal(&pages);
    uint64_t direct_map = alias_of(run);
    struct outcome there = access_write(run), alias = access_write(direct_map);
    bool forgotten = !pages.write;
    code_free(&pages);
    CHECK_THAT(c, forgotten);
    CHECK_THAT(c, is_page_fault(&there, run, PRESENT_WRITE));
    CHECK_THAT(c, is_page_fault(&alias, direct_map, PRESENT_WRITE));
}

CHECK(code_gone, "code/it_is_not_there_when_it_was_given_back") {
    struct code_pages pages;
    uint64_t run;
    CHECK_THAT(c, open_code(&pages, &run));
    code_seal(&pages);
    uint64_t direct_map = alias_of(run);
    code_free(&pages);
    struct outcome called = access_call(run), written = access_write(direct_map);
    CHECK_THAT(c, is_page_fault(&called, run, TRAP_PAGE_FETCH));
    CHECK_THAT(c, !written.trapped); /* the frame is plain memory */
}

CHECK(code_shared, "code/small_pieces_share_a_page_and_none_can_be_written_while_another_is_made") {
    struct code_pages one, other;
    CHECK_THAT(c, open_piece(&one, 1));
    code_seal(&one);
    CHECK_THAT(c, open_piece(&other, 2));
    uint64_t first = (uint64_t)one.run, second = (uint64_t)other.run;
    CHECK_THAT(c, page_round_down(first) == page_round_down(second) && first % PIECE_BYTES == 0);
    struct outcome there = access_write(first), alias = access_write(alias_of(first));
    struct outcome early = access_call(second);
    int before = call(&one);
    code_seal(&other);
    struct outcome later = access_write(first), later_alias = access_write(alias_of(first));
    int after = call(&one), result = call(&other);
    code_free(&one);
    code_free(&other);
    CHECK_THAT(c, is_page_fault(&there, first, PRESENT_WRITE) && alias.trapped);
    CHECK_THAT(c, early.trapped && early.frame.vector == TRAP_BREAKPOINT);
    CHECK_THAT(c, is_page_fault(&later, first, PRESENT_WRITE) && later_alias.trapped);
    CHECK_THAT(c, before == 1 && after == 1 && result == 2);
}

CHECK(code_reused, "code/a_piece_given_back_traps_beside_others_that_run_and_is_used_again") {
    struct code_pages one, other, next;
    CHECK_THAT(c, open_piece(&one, 1));
    code_free(&one); /* page tables, and frames of the heap, stay */
    size_t unused = frame_unused();
    CHECK_THAT(c, open_piece(&one, 1) && open_piece(&other, 2));
    code_seal(&one);
    code_seal(&other);
    uint64_t first = (uint64_t)one.run;
    code_free(&one);
    struct outcome called = access_call(first);
    int beside = call(&other);
    CHECK_THAT(c, open_piece(&next, 3));
    bool reused = (uint64_t)next.run == first;
    code_seal(&next);
    int result = call(&next);
    code_free(&other);
    int alone = call(&next);
    code_free(&next);
    struct outcome gone = access_call(first);
    CHECK_THAT(c, called.trapped && called.frame.vector == TRAP_BREAKPOINT);
    CHECK_THAT(c, beside == 2 && reused && result == 3 && alone == 3);
    CHECK_THAT(c, is_page_fault(&gone, first, TRAP_PAGE_FETCH));
    CHECK_THAT(c, frame_unused() == unused);
}

CHECK(code_data, "code/its_variables_cannot_be_executed") {
    uint8_t *data = code_alloc_data(100);
    CHECK_THAT(c, data);
    bool zero = true;
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        zero = zero && data[i] == 0;
    data[0] = 0xc3;
    struct outcome called = access_call((uint64_t)data);
    code_free_data(data, 100);
    CHECK_THAT(c, zero);
    CHECK_THAT(c, is_page_fault(&called, (uint64_t)data, PRESENT_FETCH));
}

CHECK(code_frames, "code/all_frames_come_back_and_too_much_is_refused") {
    struct code_pages pages;
    CHECK_THAT(c, code_alloc(&pages, 3 * PAGE_SIZE) == 0);
    code_free(&pages); /* page tables of the window and of the direct map stay */
    size_t unused = frame_unused();
    CHECK_THAT(c, code_alloc(&pages, CODE_WINDOW + 1) < 0);
    CHECK_THAT(c, code_alloc(&pages, 0) < 0);
    CHECK_THAT(c, code_alloc(&pages, 3 * PAGE_SIZE) == 0);
    code_seal(&pages);
    code_free(&pages);
    CHECK_THAT(c, frame_unused() == unused);
}

CHECK(code_full, "code/what_finds_no_room_in_the_window_leaves_nothing_behind") {
    struct code_pages pages;
    const size_t most = CODE_WINDOW / PAGE_SIZE;
    uint8_t *data = NULL;
    size_t taken = frame_unused() / 2;
    if (taken > most)
        taken = most;
    for (; taken && !(data = code_alloc_data(taken * PAGE_SIZE)); taken /= 2)
        ;
    CHECK_THAT(c, data);
    size_t bytes = (most - taken + 1) * PAGE_SIZE, frames = frame_unused(), heap = heap_used();
    int error = code_alloc(&pages, bytes);
    bool same = frame_unused() == frames && heap_used() == heap;
    code_free_data(data, taken * PAGE_SIZE);
    CHECK_THAT(c, error == -E_NO_MEMORY && same);
}

CHECK(code_apart, "code/pieces_of_the_window_in_use_at_once_lie_apart") {
    uint8_t *data[3] = {0};
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, (data[i] = code_alloc_data(PAGE_SIZE)));
    code_free_data(data[1], PAGE_SIZE); /* a hole of one page, into which two do not fit */
    uint8_t *two = code_alloc_data(2 * PAGE_SIZE), *one = code_alloc_data(PAGE_SIZE);
    CHECK_THAT(c, two && one);
    memset(two, 0x22, 2 * PAGE_SIZE);
    memset(one, 0x11, PAGE_SIZE);
    bool apart = true;
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        apart = apart && !data[0][i] && !data[2][i] && two[i] == 0x22 && one[i] == 0x11;
    code_free_data(two, 2 * PAGE_SIZE);
    code_free_data(one, PAGE_SIZE);
    code_free_data(data[0], PAGE_SIZE);
    code_free_data(data[2], PAGE_SIZE);
    CHECK_THAT(c, apart && one == data[1]);
}

CHECK(code_data_frames, "code/variables_leave_no_frame") {
    size_t unused = frame_unused();
    for (unsigned i = 0; i < 4; i++) {
        uint8_t *data = code_alloc_data(3 * PAGE_SIZE);
        CHECK_THAT(c, data);
        code_free_data(data, 3 * PAGE_SIZE);
        if (i == 0)
            unused = frame_unused(); /* the window's page tables stay */
    }
    CHECK_THAT(c, frame_unused() == unused);
}

static void free_twice(void *data) {
    code_free_data(data, PAGE_SIZE);
    code_free_data(data, PAGE_SIZE);
}

CHECK(code_twice, "code/what_is_given_back_twice_is_a_panic") {
    struct trap_frame f;
    CHECK_THAT(c, trap_catch(&f, free_twice, code_alloc_data(PAGE_SIZE)));
    CHECK_THAT(c, f.vector == TRAP_PANIC);
}

static void call_behind(void *pages) {
    ((void (*)(void))(uint64_t)(((struct code_pages *)pages)->run + sizeof give_42))();
}

CHECK(code_uncovered, "code/what_no_code_covers_traps_and_sealing_leaves_interrupts_as_they_were") {
    struct code_pages pages;
    struct trap_frame f;
    CHECK_THAT(c, open_piece(&pages, 1));
    sti();
    code_seal(&pages);
    bool on = read_rflags() & RFLAGS_IF;
    cli();
    bool trapped = trap_catch(&f, call_behind, &pages);
    code_free(&pages);
    CHECK_THAT(c, on && trapped && f.vector == TRAP_BREAKPOINT);
}
