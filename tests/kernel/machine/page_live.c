/* SPDX-License-Identifier: MIT */
/* page_live.c -- a change of a page that is in use is seen at once: the page is touched, so that
 * the processor has its rights at hand, changed, and touched again. The processor answers, and not
 * the table. */
#include "access.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/image.h"
#include "machine/memory/code.h"
#include "machine/memory/frame.h"
#include "machine/trap/catch.h"
#include "machine/user/user.h"
#include "measure/bench.h"

static bool readable(vaddr_t at, char *byte) {
    return copy_from_user(byte, at, 1) == 0;
}

static bool writable(vaddr_t at) {
    return copy_to_user(at, "w", 1) == 0;
}

/* Runs the `ud2` that stands there, in user mode: whether it could be fetched. */
static bool runs(struct space *s, vaddr_t at) {
    uint8_t jump[12] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; /* mov $at, %rax; jmp */
    memcpy(jump + 2, &at, sizeof at);
    struct trap_frame f = space_run(s, jump, sizeof jump);
    return f.vector == TRAP_INVALID && f.rip == at;
}

CHECK(page_live_present, "page_live/a_page_unmapped_is_gone_and_another_may_take_its_place") {
    paddr_t was, other;
    char byte = 0;
    struct space s;
    CHECK_THAT(c, space_open(&s) && frame_alloc_zeroed(&other) == 0);
    s.data[0] = 'a';
    CHECK_THAT(c, readable(SPACE_DATA, &byte) && byte == 'a');
    CHECK_THAT(c, page_unmap(&s.table, SPACE_DATA, &was) == 0);
    bool gone = !readable(SPACE_DATA, &byte) && !writable(SPACE_DATA);
    *(char *)direct(other) = 'b';
    CHECK_THAT(c, page_map(&s.table, SPACE_DATA, other, PAGE_READ) == 0);
    bool there = readable(SPACE_DATA, &byte) && byte == 'b' && !writable(SPACE_DATA);
    frame_free(was);
    space_close(&s);
    CHECK_THAT(c, gone && there);
}

CHECK(page_live_write, "page_live/the_right_to_write_is_taken_and_given") {
    char byte;
    struct space s;
    CHECK_THAT(c, space_open(&s));
    bool before = writable(SPACE_DATA);
    CHECK_THAT(c, page_protect(&s.table, SPACE_DATA, PAGE_READ) == 0);
    bool taken = !writable(SPACE_DATA) && readable(SPACE_DATA, &byte);
    CHECK_THAT(c, page_protect(&s.table, SPACE_DATA, PAGE_WRITE) == 0);
    bool given = writable(SPACE_DATA);
    space_close(&s);
    CHECK_THAT(c, before && taken && given);
}

CHECK(page_live_execute, "page_live/the_right_to_execute_is_taken_and_given") {
    struct space s;
    CHECK_THAT(c, space_open(&s));
    s.data[0] = 0x0f;
    s.data[1] = 0x0b;
    bool before = runs(&s, SPACE_DATA);
    CHECK_THAT(c, page_protect(&s.table, SPACE_DATA, PAGE_EXECUTE) == 0);
    bool given = runs(&s, SPACE_DATA) && !writable(SPACE_DATA);
    CHECK_THAT(c, page_protect(&s.table, SPACE_DATA, PAGE_WRITE) == 0);
    bool taken = !runs(&s, SPACE_DATA) && writable(SPACE_DATA);
    space_close(&s);
    CHECK_THAT(c, !before && given && taken);
}

/* Of the kernel's own memory the user has nothing, and of the user's page both have what
 * it says. */
CHECK(page_live_user, "page_live/user_mode_reaches_its_own_pages_and_none_of_the_kernels") {
    /* mov $at, %rax; mov (%rax), %al; ud2 */
    uint8_t read[14] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0x8a, 0x00, 0x0f, 0x0b};
    static const char kernels_own[16];
    vaddr_t own = SPACE_DATA, kernels = (vaddr_t)kernels_own;
    struct space s;
    CHECK_THAT(c, space_open(&s));
    CHECK_THAT(c, *(volatile const char *)kernels_own == 0); /* the kernel may */
    memcpy(read + 2, &own, sizeof own);
    struct trap_frame may = space_run(&s, read, sizeof read);
    memcpy(read + 2, &kernels, sizeof kernels);
    struct trap_frame may_not = space_run(&s, read, sizeof read);
    space_close(&s);
    CHECK_THAT(c, may.vector == TRAP_INVALID);
    CHECK_THAT(c, may_not.vector == TRAP_PAGE &&
                      may_not.error == (TRAP_PAGE_PRESENT | TRAP_PAGE_USER));
}

CHECK(page_live_traces,
      "page_live/what_the_processor_noted_of_a_page_survives_a_change_of_its_rights") {
    struct page_mapping before, read, written, after;
    char byte;
    struct space s;
    CHECK_THAT(c, space_open(&s));
    page_walk(&s.table, SPACE_DATA, &before);
    bool touched = readable(SPACE_DATA, &byte);
    page_walk(&s.table, SPACE_DATA, &read);
    touched = touched && writable(SPACE_DATA);
    page_walk(&s.table, SPACE_DATA, &written);
    page_protect(&s.table, SPACE_DATA, PAGE_READ);
    page_walk(&s.table, SPACE_DATA, &after);
    space_close(&s);
    CHECK_THAT(c, touched && !before.accessed && !before.dirty && read.accessed && !read.dirty);
    CHECK_THAT(c, written.accessed && written.dirty && after.accessed && after.dirty);
}

static char guarded[2 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

CHECK(page_live_guard, "page_live/a_page_that_becomes_a_guard_faults_although_it_was_in_use") {
    guarded[0] = 1;
    CHECK_THAT(c, !access_write((uint64_t)guarded).trapped);
    page_guard(guarded);
    struct outcome o = access_read((uint64_t)guarded);
    CHECK_THAT(c, is_page_fault(&o, (uint64_t)guarded, 0));
    CHECK_THAT(c, !access_write((uint64_t)guarded + PAGE_SIZE).trapped);
}

CHECK(page_live_code, "page_live/a_page_of_the_code_window_changes_and_goes_at_once") {
    struct page_mapping m;
    uint64_t at = (uint64_t)code_alloc_data(PAGE_SIZE);
    CHECK_THAT(c, at && !access_write(at).trapped && page_walk(&page_table_kernel, at, &m) == 0);
    CHECK_THAT(c, page_map_code(at, m.frame, PAGE_READ) == 0);
    struct outcome written = access_write(at);
    CHECK_THAT(c, is_page_fault(&written, at, TRAP_PAGE_PRESENT | TRAP_PAGE_WRITE));
    CHECK_THAT(c, !access_read(at).trapped);
    code_free_data((void *)at, PAGE_SIZE);
    struct outcome gone = access_read(at);
    CHECK_THAT(c, is_page_fault(&gone, at, 0));
}

/* Each breaks a rule that page tables are trusted to keep. */
static void map_code_writable(void *frame) {
    (void)page_map_code(CODE_BASE, *(paddr_t *)frame, PAGE_WRITE | PAGE_EXECUTE);
}

static void map_code_elsewhere(void *frame) {
    (void)page_map_code(CODE_BASE - PAGE_SIZE, *(paddr_t *)frame, PAGE_EXECUTE);
}

static void map_code_behind(void *frame) {
    (void)page_map_code(CODE_BASE + CODE_WINDOW, *(paddr_t *)frame, PAGE_EXECUTE);
}

static void destroy_loaded(void *unused) {
    struct page_table loaded = page_table_kernel;
    (void)unused;
    page_table_destroy(&loaded);
}

static void guard_constants(void *unused) {
    (void)unused;
    page_guard(image_start);
}

static void map_no_device(void *unused) {
    (void)unused;
    page_map_device(PADDR(0x7f00000000), 0);
}

static void map_large_device(void *unused) {
    (void)unused;
    page_map_device(PADDR(0x7f00000000), 1ul << 30);
}

static void map_stack_elsewhere(void *frame) {
    (void)page_map_stack(STACKS_BASE + STACKS_WINDOW, *(paddr_t *)frame);
}

static void map_stack_twice(void *frame) {
    const vaddr_t last = STACKS_BASE + STACKS_WINDOW - PAGE_SIZE;
    (void)page_map_stack(last, *(paddr_t *)frame);
    (void)page_map_stack(last, *(paddr_t *)frame);
}

CHECK(page_live_rules, "page_live/a_broken_rule_of_the_kernels_own_is_a_panic") {
    static void (*const breaks[])(void *) = {
        map_code_writable, map_code_elsewhere, map_code_behind,     destroy_loaded, guard_constants,
        map_no_device,     map_large_device,   map_stack_elsewhere, map_stack_twice};
    paddr_t frame; /* lost: a page of the stacks' window stays */
    CHECK_THAT(c, frame_alloc(&frame) == 0);
    for (unsigned i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
        struct trap_frame f;
        if (!trap_catch(&f, breaks[i], &frame) || f.vector != TRAP_PANIC)
            check_fail(c, "case %u is none", i);
    }
}

CHECK(page_live_device, "page_live/a_device_is_where_its_physical_address_says") {
    paddr_t frame;
    CHECK_THAT(c, frame_alloc_zeroed(&frame) == 0);
    *((volatile char *)direct(frame) + 0x123) = 'd';
    const volatile char *mapped = page_map_device(paddr_add(frame, 0x123), 1);
    CHECK_THAT(c, (uint64_t)mapped % PAGE_SIZE == 0x123 && *mapped == 'd');
    frame_free(frame);
}

CHECK(page_live_device_again,
      "page_live/a_device_that_is_mapped_again_takes_no_more_of_the_window") {
    const paddr_t at = PADDR(0x7f00000000); /* nothing is there, and nobody looks */
    const volatile char *four = page_map_device(at, 4 * PAGE_SIZE);
    const volatile char *other = page_map_device(paddr_add(at, 8 * PAGE_SIZE), 1);
    CHECK_THAT(c, page_map_device(at, 4 * PAGE_SIZE) == four);
    CHECK_THAT(c, page_map_device(paddr_add(at, PAGE_SIZE + 8), PAGE_SIZE) == four + PAGE_SIZE + 8);
    CHECK_THAT(c, page_map_device(paddr_add(at, 3 * PAGE_SIZE), 1) == four + 3 * PAGE_SIZE);
    const volatile char *longer = page_map_device(at, 5 * PAGE_SIZE); /* a part is not enough */
    CHECK_THAT(c, longer == other + PAGE_SIZE);
}

CHECK(page_live_direct, "page_live/only_memory_is_in_the_direct_map") {
    CHECK_THAT(c, page_is_direct(PADDR(0x1000), 1) && page_is_direct(PADDR(0x1ff8), 16));
    CHECK_THAT(c, !page_is_direct(PADDR(DEVICE_BASE - DIRECT_BASE), 8)); /* mapped, and a device */
    CHECK_THAT(c, !page_is_direct(PADDR(-8ul), 16) && !page_is_direct(PADDR(1ul << 46), 1));
}
