/* SPDX-License-Identifier: MIT */
/* fpu.c -- nothing of another owner is in any register after a switch: each thread fills all it has
 * with numbers of its own and looks, each time that it goes on. */
#include "../access.h"
#include "each_instruction.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/segment.h"
#include "machine/cpu/x86.h"
#include "machine/thread/fpu.h"
#include "machine/thread/thread.h"
#include "machine/trap/catch.h"
#include "machine/user/user.h"
#include "measure/bench.h"

/* All that user code can put into such registers. */
struct registers {
    uint64_t vector[16][4]; /* ymm; xmm where there is no AVX, the upper halves 0 */
    uint64_t x87;           /* the number in st0 */
    uint32_t mxcsr;
    uint32_t fcw; /* 16 bits of it */
};

#define EACH_VECTOR(X)                                                                             \
    X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

static void put(const struct registers *r) {
    if (cpu_features.avx) {
#define PUT(n) __asm__ volatile("vmovups %0, %%ymm" #n : : "m"(r->vector[n]));
        EACH_VECTOR(PUT)
#undef PUT
    } else {
#define PUT(n) __asm__ volatile("movups %0, %%xmm" #n : : "m"(r->vector[n]));
        EACH_VECTOR(PUT)
#undef PUT
    }
    __asm__ volatile("fninit\n\tfildll %0\n\tldmxcsr %1\n\tfldcw %2"
                     :
                     : "m"(r->x87), "m"(r->mxcsr), "m"(r->fcw));
}

static void get(struct registers *r) {
    memset(r, 0, sizeof *r);
    if (cpu_features.avx) {
#define GET(n) __asm__ volatile("vmovups %%ymm" #n ", %0" : "=m"(r->vector[n]));
        EACH_VECTOR(GET)
#undef GET
    } else {
#define GET(n) __asm__ volatile("movups %%xmm" #n ", %0" : "=m"(r->vector[n]));
        EACH_VECTOR(GET)
#undef GET
    }
    __asm__ volatile("fistpll %0\n\tfildll %0\n\tstmxcsr %1\n\tfnstcw %2"
                     : "=m"(r->x87), "=m"(r->mxcsr), "+m"(r->fcw));
}

static struct registers drawn(uint64_t number) {
    struct registers r;
    memset(&r, 0, sizeof r);
    for (unsigned i = 0; i < 16; i++)
        for (unsigned k = 0; k < (cpu_features.avx ? 4 : 2); k++)
            r.vector[i][k] = number * 0x0101010101010101 + i * 8 + k;
    r.x87 = number;
    r.mxcsr = 0x1f80 | (uint32_t)(number & 3) << 13; /* its rounding */
    r.fcw = 0x37f | (uint32_t)(number & 3) << 10;
    return r;
}

static bool holds(uint64_t number) {
    struct registers is, should = drawn(number);
    get(&is);
    return memcmp(&is, &should, sizeof is) == 0;
}

/* Turns the FPU on for a check, and off again: no other program of this image may use it. */
static uint64_t cr0, cr4;

static void begin(void) {
    cr0 = read_cr0();
    cr4 = read_cr4();
    fpu_init();
}

static void end(void) {
    fpu_take(thread_current());
    write_cr4(cr4);
    write_cr0(cr0);
}

static struct thread *first, *second;
static bool seconds_hold;

static void second_fills(void *arg) {
    (void)arg;
    for (uint64_t n = 101;; n++) {
        struct registers r = drawn(n);
        put(&r);
        thread_switch(second, first);
        seconds_hold = seconds_hold && holds(n);
    }
}

static void two_fill(struct check *c) {
    first = thread_current();
    second = thread_create(second_fills, NULL);
    CHECK_THAT(c, second);
    begin();
    fpu_give(first);
    fpu_give(second);
    seconds_hold = true;
    bool firsts_hold = true;
    for (uint64_t n = 1; n <= 8; n++) {
        struct registers r = drawn(n);
        put(&r);
        thread_switch(first, second);
        firsts_hold = firsts_hold && holds(n);
    }
    end();
    thread_free(second);
    CHECK_THAT(c, firsts_hold);
    CHECK_THAT(c, seconds_hold);
}

CHECK(fpu_two, "fpu/each_thread_finds_its_own_vectors_numbers_and_modes") {
    two_fill(c);
}

/* As on a processor without XSAVE. */
CHECK(fpu_fxsave, "fpu/the_same_without_XSAVE_and_AVX") {
    bool xsave = cpu_features.xsave, avx = cpu_features.avx;
    cpu_features.xsave = cpu_features.avx = false;
    two_fill(c);
    cpu_features.xsave = xsave;
    cpu_features.avx = avx;
}

static struct registers seen;

static void second_looks(void *arg) {
    (void)arg;
    get(&seen);
    thread_switch(second, first);
}

CHECK(fpu_first, "fpu/a_new_thread_finds_nothing_of_another_in_its_registers") {
    struct registers r = drawn(77), nothing;
    memset(&nothing, 0, sizeof nothing);
    nothing.mxcsr = 0x1f80;
    nothing.fcw = 0x37f;
    first = thread_current();
    second = thread_create(second_looks, NULL);
    CHECK_THAT(c, second);
    begin();
    fpu_give(first);
    fpu_give(second);
    put(&r);
    thread_switch(first, second);
    end();
    thread_free(second);
    seen.x87 = 0; /* st0 was empty: no number */
    CHECK_THAT(c, memcmp(&seen, &nothing, sizeof seen) == 0);
}

static void use_x87(void *arg) {
    (void)arg;
    __asm__ volatile("fninit");
}

static void use_sse(void *arg) {
    (void)arg;
    __asm__ volatile("movups %%xmm0, %0" : "=m"(seen));
}

static void use_avx(void *arg) {
    (void)arg;
    __asm__ volatile("vmovups %%ymm0, %0" : "=m"(seen));
}

static uint64_t refused[3];

static void second_tries(void *arg) {
    static void (*const tries[])(void *) = {use_x87, use_sse, use_avx};
    (void)arg;
    for (unsigned i = 0; i < 3; i++) {
        struct trap_frame f = {0};
        refused[i] = trap_catch(&f, tries[i], NULL) ? f.vector : TRAP_VECTORS;
    }
    thread_switch(second, first);
}

CHECK(fpu_none, "fpu/a_thread_that_was_given_none_cannot_look_at_those_of_the_last") {
    struct registers r = drawn(55);
    first = thread_current();
    second = thread_create(second_tries, NULL);
    CHECK_THAT(c, second);
    begin();
    fpu_give(first);
    put(&r);
    thread_switch(first, second);
    bool kept = holds(55);
    end();
    thread_free(second);
    CHECK_THAT(c, kept);
    CHECK_THAT(c, refused[0] == TRAP_NO_FPU && refused[1] == TRAP_NO_FPU);
    CHECK_THAT(c, refused[2] == (cpu_features.avx ? TRAP_NO_FPU : TRAP_INVALID));
}

CHECK(fpu_owners, "fpu/several_owners_can_be_kept_on_one_thread") {
    static struct fpu a, b;
    struct registers r = drawn(31), other = drawn(32);
    begin();
    fpu_give(thread_current());
    put(&r);
    fpu_save(&a);
    fpu_clear(&b);
    fpu_load(&b);
    put(&other);
    fpu_save(&b);
    fpu_load(&a);
    bool kept = holds(31);
    fpu_load(&b);
    kept = kept && holds(32);
    end();
    CHECK_THAT(c, kept);
}

/* The timer at every instruction; the thread that it switches to has no such registers. */
static void finds_none(void) {
    struct trap_frame f;
    hold(trap_catch(&f, use_sse, NULL) && f.vector == TRAP_NO_FPU,
         "who was given no registers finds none");
    hold(read_msr(MSR_FS_BASE) == 0, "who has no base of fs has none");
}

/* One register stands for all here: filling them takes thousands of instructions. */
static void put_mark(uint64_t mark) {
    __asm__ volatile("movq %0, %%xmm7" : : "r"(mark));
}

static bool has_mark(uint64_t mark) {
    uint64_t is;
    __asm__ volatile("movq %%xmm7, %0" : "=r"(is));
    return is == mark;
}

static void second_marks(void *arg) {
    (void)arg;
    for (uint64_t n = 101;; n++) {
        put_mark(n);
        thread_switch(second, first);
        hold(has_mark(n), "the second thread's registers are its own");
    }
}

static void switch_marked(void) {
    put_mark(11);
    cli();
    thread_switch(first, second);
    sti();
    hold(has_mark(11), "the first thread's registers are its own");
}

static void give_and_take(void) {
    fpu_give(first);
    hold(has_mark(0), "registers are given in their first state");
    put_mark(12);
    hold(has_mark(12), "registers that were given stay");
    fpu_take(first);
}

static void move_fs(void) {
    hold(!fpu_set_fs(first, SPACE_DATA) && read_msr(MSR_FS_BASE) == SPACE_DATA,
         "fs begins where it was set");
    hold(!fpu_set_fs(first, 0), "fs may begin at 0");
}

static void at_each(struct check *c, void (*operation)(void)) {
    first = thread_current();
    second = thread_create(second_marks, NULL);
    CHECK_THAT(c, second);
    begin();
    fpu_give(second);
    if (operation == switch_marked)
        fpu_give(first);
    unsigned delays = at_each_instruction(c, NULL, operation, finds_none);
    end();
    thread_free(second);
    CHECK_THAT(c, c->skipped || delays > 40);
}

CHECK(fpu_switch_anywhere, "fpu/at_each_instruction_of_a_switch_the_registers_are_ones_own") {
    at_each(c, switch_marked);
}

CHECK(fpu_give_anywhere, "fpu/at_each_instruction_of_giving_and_taking_nobody_else_has_them") {
    at_each(c, give_and_take);
}

CHECK(fpu_fs_anywhere, "fpu/at_each_instruction_of_a_change_of_fs_it_is_ones_own") {
    at_each(c, move_fs);
}

/* The base of fs. Both threads run the same user code, which reads where its fs begins. */
static const uint8_t read_fs[] = {
    0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, /* mov %fs:0, %rax */
    0xcc,                                     /* int3 */
    0x64, 0x48, 0x03, 0x04, 0x25, 0, 0, 0, 0, /* add %fs:0, %rax */
    0x0f, 0x0b,                               /* ud2 */
};
static struct space space;

static void change_thread(struct trap_frame *f) {
    (void)f;
    if (thread_current() == first)
        thread_switch(first, second);
    else
        thread_switch(second, first);
}

static void end_run(struct trap_frame *f) {
    user_return(f->rax);
}

static uint64_t run_at(vaddr_t rip) {
    struct trap_frame f;
    user_frame_init(&f, rip, SPACE_STACK_TOP, false);
    return user_run(&f);
}

static void run_second(void *out) {
    *(uint64_t *)out = run_at(SPACE_CODE);
    thread_switch(second, first);
}

CHECK(fpu_fs, "fpu/the_base_of_fs_is_each_threads_own") {
    uint64_t seconds = 0;
    first = thread_current();
    second = thread_create(run_second, &seconds);
    CHECK_THAT(c, second && space_open(&space));
    memcpy(space.code, read_fs, sizeof read_fs);
    ((uint64_t *)space.data)[0] = 1000;
    ((uint64_t *)space.data)[1] = 7;
    CHECK_THAT(c, fpu_set_fs(first, SPACE_DATA) == 0 && fpu_set_fs(second, SPACE_DATA + 8) == 0);
    trap_handle(TRAP_BREAKPOINT, change_thread);
    trap_handle(TRAP_INVALID, end_run);
    uint64_t firsts = run_at(SPACE_CODE);
    thread_switch(first, second);
    trap_handle(TRAP_BREAKPOINT, NULL);
    trap_handle(TRAP_INVALID, NULL);
    space_close(&space);
    thread_free(second);
    fpu_set_fs(first, 0);
    CHECK_THAT(c, firsts == 2000 && seconds == 14);
    CHECK_THAT(c, fpu_set_fs(first, USER_TOP) == -E_INVALID);
    CHECK_THAT(c, fpu_set_fs(first, KERNEL_BASE) == -E_INVALID);
    CHECK_THAT(c, read_msr(MSR_FS_BASE) == 0 && first->leave == 0 && first->enter == 0);
}

/* A selector in fs moves its base: nobody else's, even one that begins at the same place. */
static void leave_selector(void *unused) {
    (void)unused;
    for (;;) {
        __asm__ volatile("mov %0, %%fs" : : "r"(USER_DATA));
        thread_switch(second, first);
    }
}

CHECK(fpu_fs_selector, "fpu/a_selector_that_one_loads_moves_nobody_elses_fs") {
    first = thread_current();
    second = thread_create(leave_selector, NULL);
    CHECK_THAT(c, second && !fpu_set_fs(first, SPACE_DATA) && !fpu_set_fs(second, SPACE_DATA));
    thread_switch(first, second);
    uint64_t base = read_msr(MSR_FS_BASE);
    fpu_set_fs(first, 0);
    thread_free(second);
    CHECK_THAT(c, base == SPACE_DATA);
}

CHECK(fpu_wrfsbase, "fpu/user_code_cannot_move_fs_or_gs_by_itself") {
    static const uint8_t moves[][5] = {
        {0xf3, 0x48, 0x0f, 0xae, 0xd0}, /* wrfsbase %rax */
        {0xf3, 0x48, 0x0f, 0xae, 0xd8}, /* wrgsbase %rax */
        {0xf3, 0x48, 0x0f, 0xae, 0xc0}, /* rdfsbase %rax */
        {0xf3, 0x48, 0x0f, 0xae, 0xc8}, /* rdgsbase %rax: the kernel's would be an address of it */
    };
    CHECK_THAT(c, !(read_cr4() & CR4_FSGSBASE));
    CHECK_THAT(c, space_open(&space));
    for (unsigned i = 0; i < 4; i++) {
        struct trap_frame f = space_run(&space, moves[i], sizeof moves[i]);
        if (f.vector != TRAP_INVALID || f.rip != SPACE_CODE)
            check_fail(c, "instruction %u ends in %s", i, trap_name((unsigned)f.vector));
    }
    space_close(&space);
}
