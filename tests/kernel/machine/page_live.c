/* SPDX-License-Identifier: MIT */
/* page_live.c -- a change of a page that is in use is seen at once: the page is touched, so that
 * the processor has its rights at hand, changed, and touched again. The processor answers, and not
 * the table. */
#include "access.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu.h"
#include "machine/frame.h"
#include "machine/user.h"
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

/* Of the kernel's own memory the user has nothing, and of the user's page both have what it says.
 */
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
