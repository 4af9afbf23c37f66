/* SPDX-License-Identifier: MIT */
/* nmi.c -- an NMI may come at any instruction, and is never taken for that instruction's fault. */
#include "access.h"

#include "lib/error.h"
#include "machine/cpu/segment.h"
#include "machine/trap/fixup.h"
#include "machine/trap/catch.h"
#include "machine/device/apic.h"
#include "machine/image.h"
#include "machine/report/panic.h"
#include "machine/user/user.h"
#include "machine/user/user_move.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

static void send_nmi(void) {
    apic_send(apic_own_number(), APIC_SEND_NMI);
    for (unsigned i = 0; i < 1000; i++)
        pause();
}

static void take_nmi(void *unused) {
    (void)unused;
    send_nmi();
}

/* Where the copy comes back to if it goes on. */
static void copy_went_on(void) {
    panic("the copy went on");
}

/* Enters a copy at one of its guarded instructions by an iretq that also lets the NMI in which has
 * been waiting: it arrives at this very instruction. In: NMIs are blocked. The last page fault was
 * at just the address that the copy is about to touch. */
static void meet_nmi_at(void *fixup) {
    static void *stack[512] __attribute__((aligned(16)));
    stack[255] = (void *)copy_went_on;
    struct trap_frame f = {.rip = ((const struct fixup *)fixup)->at,
                           .cs = KERNEL_CODE,
                           .ss = KERNEL_DATA,
                           .rflags = RFLAGS_FIXED,
                           .rsp = (uint64_t)&stack[255],
                           .rcx = 1,
                           .rsi = read_cr2(),
                           .rdi = read_cr2()};
    send_nmi();
    trap_load_frame(&f);
}

CHECK(nmi_copy, "nmi/one_at_an_instruction_of_a_user_copy_is_not_the_copys_fault") {
    CHECK_THAT(c, fixups_end - fixups_start == 4);
    for (const struct fixup *x = fixups_start; x < fixups_end; x++) {
        struct trap_frame f;
        /* The first blocks the next, for what caught it has not left its handler by iretq. */
        CHECK_THAT(c, trap_catch(&f, take_nmi, NULL) && f.vector == TRAP_NMI);
        CHECK_THAT(c, access_read(8).cr2 == 8);
        bool caught = trap_catch(&f, meet_nmi_at, (void *)x);
        __asm__ volatile("int %0" : : "i"(TRAP_SPURIOUS) : "memory"); /* and its iretq unblocks */
        if (!caught || f.vector != TRAP_NMI || f.rip != x->at)
            check_fail(c, "fixup %ld: vector %lu at %#lx instead of %#lx", x - fixups_start,
                       f.vector, f.rip, x->at);
    }
}

CHECK(nmi_user, "nmi/one_in_user_mode_finds_the_kernels_gs") {
    static const uint8_t loop[] = {0xeb, 0xfe};
    struct space s;
    struct trap_frame f;
    uint64_t mine = read_msr(MSR_GS_BASE), users = read_msr(MSR_KERNEL_GS_BASE);
    CHECK_THAT(c, space_open(&s));
    CHECK_THAT(c, trap_catch(&f, take_nmi, NULL));
    send_nmi(); /* waits for the iretq to user mode */
    f = space_run(&s, loop, sizeof loop);
    space_close(&s);
    CHECK_THAT(c, f.vector == TRAP_NMI && f.rip == SPACE_CODE && trap_from_user(&f));
    CHECK_THAT(c, read_msr(MSR_GS_BASE) == mine && read_msr(MSR_KERNEL_GS_BASE) == users);
}

/* A copy whose fault is on the kernel's side. */
static void read_into_code(void *unused) {
    (void)unused;
    (void)copy_from_user((void *)text_start, SPACE_DATA, 8);
}

static void read_into_code_by_bytes(void *unused) {
    (void)unused;
    (void)copy_from_user((void *)text_start, SPACE_DATA, 1);
}

static void write_from_nowhere(void *unused) {
    (void)unused;
    (void)copy_to_user(SPACE_DATA, (void *)(DEVICE_BASE - PAGE_SIZE), 8);
}

/* A null pointer of the kernel's is below USER_TOP, and no user address for all that. */
static void write_from_null(void *unused) {
    (void)unused;
    (void)copy_to_user(SPACE_DATA, NULL, 16);
}

CHECK(copy_kernel_side, "user/a_fault_on_the_kernels_side_of_a_copy_is_the_kernels") {
    static const struct {
        void (*copy)(void *);
        uint64_t at, error;
    } cases[] = {
        {read_into_code, (uint64_t)text_start, TRAP_PAGE_PRESENT | TRAP_PAGE_WRITE},
        {read_into_code_by_bytes, (uint64_t)text_start, TRAP_PAGE_PRESENT | TRAP_PAGE_WRITE},
        {write_from_nowhere, DEVICE_BASE - PAGE_SIZE, 0},
        {write_from_null, 0, 0},
    };
    struct space s;
    CHECK_THAT(c, space_open(&s));
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outcome o = {0};
        o.trapped = trap_catch(&o.frame, cases[i].copy, NULL);
        o.cr2 = read_cr2();
        if (!is_page_fault(&o, cases[i].at, cases[i].error))
            check_fail(c, "case %u: trapped %d, error %#lx at %#lx", i, o.trapped, o.frame.error,
                       o.cr2);
    }
    space_close(&s);
}
