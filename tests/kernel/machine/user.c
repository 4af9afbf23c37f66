/* SPDX-License-Identifier: MIT */
/* user.c -- user memory is copied or refused, never followed into the kernel; frames that anybody
 * altered do no harm to the kernel. */
#include "access.h"
#include "syscall_probe.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/segment.h"
#include "machine/cpu/current.h"
#include "machine/user/program.h"
#include "machine/trap/syscall.h"
#include "machine/trap/catch.h"
#include "machine/user/user.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

CHECK(user_copy, "user/copies_arrive") {
    static const char text[] = "twenty-seven bytes of text";
    char back[sizeof text] = "";
    struct space s;
    CHECK_THAT(c, space_open(&s));
    int to = copy_to_user(SPACE_DATA + 3, text, sizeof text);
    int from = copy_from_user(back, SPACE_DATA + 3, sizeof back);
    long length = copy_string_from_user(back, SPACE_DATA + 3, sizeof back);
    space_close(&s);
    CHECK_THAT(c, to == 0 && from == 0 && length == sizeof text - 1);
    CHECK_THAT(c, memcmp(text, back, sizeof text) == 0);
}

CHECK(user_refused, "user/what_is_not_the_users_is_refused") {
    static const struct {
        vaddr_t at;
        size_t n;
    } bad[] = {
        {0, 1},                          /* never mapped */
        {SPACE_DATA + PAGE_SIZE, 1},     /* not mapped */
        {SPACE_DATA + PAGE_SIZE - 8, 9}, /* its end is not */
        {SPACE_DATA + PAGE_SIZE - 3, 4}, /* the same in the bytes after the words */
        {USER_TOP - 1, 2},               /* out of user space */
        {USER_TOP, 1},
        {0x0000900000000000, 1},     /* non-canonical */
        {KERNEL_BASE + 0x200000, 1}, /* the kernel's */
        {DIRECT_BASE, 8},
        {SPACE_DATA, -1ul}, /* wraps around */
        {-8ul, 16},
    };
    char buffer[64];
    struct space s;
    CHECK_THAT(c, space_open(&s));
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (copy_from_user(buffer, bad[i].at, bad[i].n) != -E_FAULT)
            check_fail(c, "read of %lu bytes at %#lx was not refused", bad[i].n, bad[i].at);
        if (copy_to_user(bad[i].at, buffer, bad[i].n) != -E_FAULT)
            check_fail(c, "write of %lu bytes at %#lx was not refused", bad[i].n, bad[i].at);
    }
    int constant = copy_to_user(SPACE_CODE, buffer, 1);
    struct outcome o = access_read(SPACE_DATA);
    space_close(&s);
    CHECK_THAT(c, constant == -E_FAULT);
    CHECK_THAT(c, o.trapped || !cpu_features.smap); /* SMAP is closed again after the faults */
}

CHECK(user_strings, "user/a_string_must_end_in_its_room_and_in_user_memory") {
    char out[16];
    struct space s;
    CHECK_THAT(c, space_open(&s));
    memset(s.data, 'x', PAGE_SIZE);
    long no_end = copy_string_from_user(out, SPACE_DATA, sizeof out);
    long off_the_page = copy_string_from_user(out, SPACE_DATA + PAGE_SIZE - 4, sizeof out);
    s.data[PAGE_SIZE - 1] = 0;
    long at_the_end = copy_string_from_user(out, SPACE_DATA + PAGE_SIZE - 4, sizeof out);
    long kernel = copy_string_from_user(out, KERNEL_BASE + 0x200000, sizeof out);
    space_close(&s);
    CHECK_THAT(c, no_end == -E_TOO_LONG && off_the_page == -E_FAULT && kernel == -E_FAULT);
    CHECK_THAT(c, at_the_end == 3 && memcmp(out, "xxx", 4) == 0);
}

CHECK(user_end, "user/the_last_byte_of_user_space_can_be_copied_and_none_behind") {
    char bytes[16];
    struct space s;
    CHECK_THAT(c, space_open(&s));
    CHECK_THAT(c, program_map(&s.table, USER_TOP - PAGE_SIZE, 1, PAGE_WRITE) == 0);
    int last = copy_from_user(bytes, USER_TOP - sizeof bytes, sizeof bytes);
    int write = copy_to_user(USER_TOP - 1, bytes, 1);
    int behind = copy_from_user(bytes, USER_TOP - sizeof bytes + 1, sizeof bytes);
    space_close(&s);
    CHECK_THAT(c, last == 0 && write == 0 && behind == -E_FAULT);
}

CHECK(user_start, "user/a_new_frame_has_interrupts_as_it_was_told_and_nothing_in_its_registers") {
    struct trap_frame on, off;
    memset(&on, 0xff, sizeof on);
    user_frame_init(&on, 0x400000, 0x500000, true);
    user_frame_init(&off, 0x400000, 0x500000, false);
    CHECK_THAT(c, on.rflags == (RFLAGS_FIXED | RFLAGS_IF) && off.rflags == RFLAGS_FIXED);
    CHECK_THAT(c, !(on.rax | on.rbx | on.rcx | on.rdx | on.rsi | on.rdi | on.rbp | on.r8 | on.r15));
}

CHECK(user_stack, "user/a_run_leaves_the_stack_of_entries_as_it_was") {
    static const uint8_t ud2[] = {0x0f, 0x0b};
    struct space s;
    uint64_t before = cpu_this()->tss.rsp[0];
    CHECK_THAT(c, space_open(&s));
    space_run(&s, ud2, sizeof ud2);
    space_close(&s);
    CHECK_THAT(c, cpu_this()->tss.rsp[0] == before && thread_current()->top == before);
}

static void return_from_none(void *unused) {
    (void)unused;
    user_return(0);
}

static void run_within(void *f) {
    user_run(f);
}

static bool run_within_panicked;

static void run_again(struct trap_frame *f) {
    struct trap_frame caught;
    run_within_panicked = trap_catch(&caught, run_within, f) && caught.vector == TRAP_PANIC;
    user_return(0);
}

CHECK(user_one_run, "user/a_thread_has_one_run_and_returns_from_that") {
    static const uint8_t int3[] = {0xcc, 0xcc};
    struct trap_frame f;
    struct space s;
    CHECK_THAT(c, trap_catch(&f, return_from_none, NULL) && f.vector == TRAP_PANIC);
    CHECK_THAT(c, space_open(&s));
    memcpy(s.code, int3, sizeof int3);
    user_frame_init(&f, SPACE_CODE, SPACE_STACK_TOP, false);
    trap_handle(TRAP_BREAKPOINT, run_again);
    user_run(&f);
    trap_handle(TRAP_BREAKPOINT, NULL);
    space_close(&s);
    CHECK_THAT(c, run_within_panicked);
}

static struct trap_frame ended;

static void take(struct trap_frame *f) {
    ended = *f;
    user_return(0);
}

/* Runs this frame until its page fault. */
static void run(struct trap_frame *f) {
    trap_handle(TRAP_PAGE, take);
    user_run(f);
    trap_handle(TRAP_PAGE, NULL);
}

CHECK(user_frames, "user/an_altered_frame_faults_in_user_mode") {
    static const vaddr_t rips[] = {0x0000800000000000,
                                   0x7fffffffffffffff,
                                   KERNEL_BASE + 0x201000,
                                   DIRECT_BASE,
                                   -1ul,
                                   USER_TOP};
    struct space s;
    CHECK_THAT(c, space_open(&s));
    for (unsigned i = 0; i < sizeof rips / sizeof rips[0]; i++) {
        struct trap_frame f;
        user_frame_init(&f, rips[i], SPACE_STACK_TOP, false);
        f.cs = KERNEL_CODE;
        f.ss = KERNEL_DATA;
        f.rflags = ~0ul & ~(RFLAGS_TF | RFLAGS_IF);
        ended = (struct trap_frame){0};
        run(&f);
        if (ended.vector != TRAP_PAGE || ended.rip != USER_TOP || ended.cs != USER_CODE ||
            ended.ss != USER_DATA || (ended.rflags & (RFLAGS_IOPL | RFLAGS_NT)))
            check_fail(c, "rip %#lx: ended with vector %lu at %#lx, cs %#lx, rflags %#lx", rips[i],
                       ended.vector, ended.rip, ended.cs, ended.rflags);
    }
    space_close(&s);
}

/* `syscall` as the very last instruction of user space: rcx is USER_TOP, canonical, and sysret
 * takes it. */
CHECK(user_canonical, "user/sysret_to_the_end_of_user_space_faults_in_user_mode") {
    static const uint8_t call[] = {0x0f, 0x05};
    struct space s;
    struct trap_frame f;
    struct page_mapping m;
    CHECK_THAT(c, space_open(&s));
    CHECK_THAT(c, program_map(&s.table, USER_TOP - PAGE_SIZE, 1, PAGE_EXECUTE) == 0);
    CHECK_THAT(c, page_walk(&s.table, USER_TOP - PAGE_SIZE, &m) == 0);
    memcpy((char *)direct(m.frame) + PAGE_SIZE - sizeof call, call, sizeof call);
    syscall_init(syscall_probe_return);
    user_frame_init(&f, USER_TOP - sizeof call, SPACE_STACK_TOP, false);
    ended = (struct trap_frame){0};
    run(&f);
    space_close(&s);
    CHECK_THAT(c, ended.vector == TRAP_PAGE && ended.rip == USER_TOP && ended.cs == USER_CODE);
    CHECK_THAT(c, ended.error == (TRAP_PAGE_USER | TRAP_PAGE_FETCH));
}

static struct trap_frame called;
static uint64_t entry_rflags;

void syscall_probe_take(struct trap_frame *f, uint64_t rflags) {
    called = *f;
    entry_rflags = rflags;
    user_return(0);
}

CHECK(user_syscall_flags, "user/flags_of_user_mode_do_not_reach_a_system_call") {
    /* push $0x44402 (AC, NT, DF); popf; syscall */
    static const uint8_t code[] = {0x68, 0x02, 0x44, 0x04, 0x00, 0x9d, 0x0f, 0x05};
    struct space s;
    CHECK_THAT(c, space_open(&s));
    syscall_init(syscall_probe_frame);
    entry_rflags = ~0ul;
    space_run(&s, code, sizeof code);
    space_close(&s);
    CHECK_THAT(c, entry_rflags != ~0ul);
    CHECK_THAT(c, !(entry_rflags & (RFLAGS_AC | RFLAGS_NT | RFLAGS_DF | RFLAGS_IF | RFLAGS_TF)));
    CHECK_THAT(c, called.vector == TRAP_SYSCALL && called.rip == SPACE_CODE + sizeof code);
    CHECK_THAT(c,
               called.rsp == SPACE_STACK_TOP && called.cs == USER_CODE && called.ss == USER_DATA);
    CHECK_THAT(c, (called.rflags & 0x44400) == 0x44400); /* they are the user's still */
}

CHECK(user_star, "user/SFMASK_clears_the_trap_flag_too") {
    uint64_t mask = read_msr(MSR_SFMASK);
    CHECK_THAT(c, (mask & RFLAGS_TF) && (mask & RFLAGS_IF) && (mask & RFLAGS_DF));
    CHECK_THAT(c, (mask & RFLAGS_AC) && (mask & RFLAGS_NT));
}
