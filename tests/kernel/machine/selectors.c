/* SPDX-License-Identifier: MIT */
/* selectors.c -- what one user leaves in ds, es, fs and gs the next one does not find. */
#include "machine/cpu/selectors.h"

#include "access.h"

#include "lib/error.h"
#include "machine/cpu/current.h"
#include "machine/cpu/segment.h"
#include "machine/cpu/x86.h"
#include "machine/thread/fpu.h"
#include "machine/thread/thread.h"
#include "measure/bench.h"

/* Loads all four with what eax says, and ends. */
static const uint8_t loads[] = {
    0xb8, 0,    0, 0, 0, /* mov $0, %eax */
    0x8e, 0xd8,          /* mov %eax, %ds */
    0x8e, 0xc0,          /* mov %eax, %es */
    0x8e, 0xe0,          /* mov %eax, %fs */
    0x8e, 0xe8,          /* mov %eax, %gs */
    0x0f, 0x0b,          /* ud2 */
};
enum { LOADS_VALUE = 1 }; /* offset of what eax is given */

/* Reads them into eax, ecx, edx and ebx. */
static const uint8_t reads[] = {
    0x8c, 0xd8, /* mov %ds, %eax */
    0x8c, 0xc1, /* mov %es, %ecx */
    0x8c, 0xe2, /* mov %fs, %edx */
    0x8c, 0xeb, /* mov %gs, %ebx */
    0x0f, 0x0b, /* ud2 */
};

static uint64_t found(struct space *s) {
    struct trap_frame f = space_run(s, reads, sizeof reads);
    return f.vector == TRAP_INVALID ? f.rax | f.rcx | f.rdx | f.rbx : ~0ul;
}

static bool leave(struct space *s, uint8_t selector) {
    uint8_t code[sizeof loads];
    for (unsigned i = 0; i < sizeof code; i++)
        code[i] = i == LOADS_VALUE ? selector : loads[i];
    return space_run(s, code, sizeof code).vector == TRAP_INVALID;
}

CHECK(selectors_null, "selectors/a_user_finds_null_ones_whatever_the_last_one_left") {
    static const uint8_t left[] = {USER_DATA, USER_CODE, USER_DATA & ~3u, 1, 2, 3};
    const vaddr_t base = 0x123000;
    struct thread *t = thread_current();
    struct space first, second;
    CHECK_THAT(c, fpu_set_fs(t, base) == 0);
    CHECK_THAT(c, space_open(&first) && found(&first) == 0);
    CHECK_THAT(c, space_open(&second));
    for (unsigned i = 0; i < sizeof left; i++) {
        page_table_load(&first.table);
        bool loaded = leave(&first, left[i]) && selectors_used();
        page_table_load(&second.table);
        uint64_t fs = read_msr(MSR_FS_BASE), finds = found(&second);
        if (!loaded || finds)
            check_fail(c, "after %#x the other one finds %#lx", left[i], finds);
        if (fs != base || thread_current() != t)
            check_fail(c, "after %#x fs begins at %#lx", left[i], fs);
    }
    page_table_load(&first.table);
    space_close(&first);
    space_close(&second);
    CHECK_THAT(c, fpu_set_fs(t, 0) == 0 && !selectors_used());
}
