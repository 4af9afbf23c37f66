/* SPDX-License-Identifier: MIT */
/* trap.c -- traps name what happened, exactly, and leave everything else as it was. */
#include "access.h"
#include "vectors.h"

#include "lib/string.h"
#include "floor/abi.h"
#include "machine/cpu/segment.h"
#include "machine/trap/catch.h"
#include "machine/device/apic.h"
#include "machine/report/panic.h"
#include "machine/cpu/stack.h"
#include "machine/device/timer.h"
#include "machine/user/user.h"
#include "machine/cpu/x86.h"
#include "measure/bench.h"

/* Exceptions that an instruction of kernel mode raises by itself. */
static void divide(void *unused) {
    (void)unused;
    __asm__ volatile("xor %%ecx, %%ecx\n\tdiv %%ecx" : : : "rax", "rcx", "rdx", "cc");
}

static void breakpoint(void *unused) {
    (void)unused;
    __asm__ volatile("int3");
}

static void invalid(void *unused) {
    (void)unused;
    __asm__ volatile("ud2");
}

static void fpu(void *unused) {
    (void)unused;
    __asm__ volatile("fninit");
}

static void non_canonical(void *unused) {
    (void)unused;
    (void)*(volatile char *)0x0000900000000000;
}

static void bad_selector(void *unused) {
    (void)unused;
    __asm__ volatile("mov %0, %%es" : : "r"(0x48));
}

static void single_step(void *unused) {
    (void)unused;
    __asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\tnop" : : : "memory", "cc");
}

CHECK(trap_exceptions, "trap/each_exception_names_itself") {
    static const struct {
        void (*raise)(void *);
        uint64_t vector, error;
    } cases[] = {
        {divide, TRAP_DIVIDE, 0},
        {single_step, TRAP_DEBUG, 0},
        {breakpoint, TRAP_BREAKPOINT, 0},
        {invalid, TRAP_INVALID, 0},
        {fpu, TRAP_NO_FPU, 0},
        {non_canonical, TRAP_PROTECTION, 0},
        {bad_selector, TRAP_PROTECTION, 0x48},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trap_frame f;
        if (!trap_catch(&f, cases[i].raise, NULL) || f.vector != cases[i].vector ||
            f.error != cases[i].error || f.cs != KERNEL_CODE)
            check_fail(c, "case %u: vector %lu error %#lx instead of %lu, %#lx", i, f.vector,
                       f.error, cases[i].vector, cases[i].error);
    }
}

static struct trap_frame interrupt_frame;

static void keep_frame(struct trap_frame *f) {
    interrupt_frame = *f;
}

static void deliver(void *vector) {
    vector_deliver((unsigned)(uint64_t)vector, vector_registers, NULL);
}

static bool has_pattern(const struct trap_frame *f) {
    const uint64_t *saved = &f->r15;
    for (unsigned i = 0; i < VECTOR_REGISTERS; i++)
        if (saved[i] != vector_registers[i])
            return false;
    return true;
}

/* Through the gates of the IDT as the CPU would enter them, with an error code where the CPU pushes
 * one. */
CHECK(trap_vectors, "trap/all_256_vectors_save_every_register") {
    for (unsigned v = 0; v < TRAP_VECTORS; v++) {
        uint64_t error = vector_has_error(v) ? VECTOR_ERROR : 0;
        struct trap_frame f = {0};
        if (v < TRAP_EXCEPTIONS) {
            if (!trap_catch(&f, deliver, (void *)(uint64_t)v))
                check_fail(c, "vector %u: was not caught", v);
        } else {
            trap_handle(v, keep_frame);
            trap_gate(v, NULL);
            interrupt_frame = (struct trap_frame){0};
            deliver((void *)(uint64_t)v);
            trap_handle(v, NULL);
            f = interrupt_frame;
        }
        if (f.vector != v || f.error != error || !has_pattern(&f))
            check_fail(c, "vector %u: frame says vector %lu error %#lx, registers %s", v, f.vector,
                       f.error, has_pattern(&f) ? "right" : "wrong");
    }
}

CHECK(trap_return, "trap/an_interrupt_gives_every_register_back") {
    uint64_t after[VECTOR_REGISTERS] = {0};
    trap_handle(TRAP_TIMER, keep_frame);
    vector_deliver(TRAP_TIMER, vector_registers, after);
    trap_handle(TRAP_TIMER, NULL);
    CHECK_THAT(c, memcmp(after, vector_registers, sizeof after) == 0);
}

/* With the stack in the guard page the page fault cannot be pushed. */
static void overflow_stack(void *guard) {
    __asm__ volatile("mov %0, %%rsp\n\tpush %%rax" : : "r"(guard) : "memory");
}

CHECK(trap_double, "trap/a_double_fault_has_its_own_stack") {
    struct trap_frame f;
    char *guard = ist_stacks[0][IST_MACHINE].guard + PAGE_SIZE / 2;
    CHECK_THAT(c, trap_catch(&f, overflow_stack, guard));
    CHECK_THAT(c, f.vector == TRAP_DOUBLE && f.rsp == (uint64_t)guard && f.error == 0);
}

/* `int` goes through the gate as the CPU's own trap would, its stack included. */
#define INT_WITHOUT_STACK(vector)                                                                  \
    static void int_##vector(void *guard) {                                                        \
        __asm__ volatile("mov %0, %%rsp\n\tint %1" : : "r"(guard), "i"(vector) : "memory");        \
    }
INT_WITHOUT_STACK(1)
INT_WITHOUT_STACK(2)
INT_WITHOUT_STACK(18)

CHECK(trap_stacks, "trap/debug_traps_NMIs_and_machine_checks_need_no_stack_of_who_is_interrupted") {
    static const struct {
        void (*raise)(void *);
        uint64_t vector;
    } cases[] = {{int_1, TRAP_DEBUG}, {int_2, TRAP_NMI}, {int_18, TRAP_MACHINE}};
    char *guard = ist_stacks[0][IST_DOUBLE].guard + PAGE_SIZE / 2;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct trap_frame f;
        if (!trap_catch(&f, cases[i].raise, guard) || f.vector != cases[i].vector ||
            f.rsp != (uint64_t)guard)
            check_fail(c, "vector %lu arrives as %lu", cases[i].vector, f.vector);
    }
}

#define OPEN_HERE 0x70 /* the vector that a check opens to user mode */

/* Those that the floor and other checks open to user mode, before this one or behind it. */
static bool is_opened(unsigned vector) {
    return vector == CONTROL_VECTOR || vector == BARE_VECTOR || vector == OPEN_HERE ||
           vector == TRAP_SPURIOUS;
}

CHECK(trap_user_int, "trap/user_mode_may_raise_breakpoint_and_overflow_and_what_is_opened_to_it") {
    struct space s;
    CHECK_THAT(c, space_open(&s));
    for (unsigned v = 0; v < TRAP_VECTORS; v++) {
        const uint8_t code[] = {0xcd, (uint8_t)v};
        uint64_t wanted = v == TRAP_BREAKPOINT || v == TRAP_OVERFLOW ? v : TRAP_PROTECTION;
        if (is_opened(v))
            continue;
        struct trap_frame f = space_run(&s, code, sizeof code);
        if (f.vector != wanted)
            check_fail(c, "int %u arrives as %lu", v, f.vector);
    }
    space_close(&s);
}

static void send_nmi(void *unused) {
    (void)unused;
    apic_send(apic_own_number(), APIC_SEND_NMI);
    for (unsigned i = 0; i < 1000; i++)
        pause();
}

CHECK(trap_nmi, "trap/an_NMI_is_taken_with_interrupts_off") {
    struct trap_frame f;
    CHECK_THAT(c, trap_catch(&f, send_nmi, NULL) && f.vector == TRAP_NMI);
}

/* In kernel mode with the user's gs, as between `syscall` and `swapgs`: the trap flag strikes right
 * after the swapgs. */
static void trap_in_the_window(void *unused) {
    (void)unused;
    __asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\tswapgs" : : : "memory", "cc");
}

CHECK(trap_window, "trap/a_trap_before_swapgs_finds_the_kernels_gs") {
    struct trap_frame f;
    uint64_t mine = read_msr(MSR_GS_BASE), users = read_msr(MSR_KERNEL_GS_BASE);
    bool caught = trap_catch(&f, trap_in_the_window, NULL);
    uint64_t mine_after = read_msr(MSR_GS_BASE), users_after = read_msr(MSR_KERNEL_GS_BASE);
    write_msr(MSR_GS_BASE, mine);
    write_msr(MSR_KERNEL_GS_BASE, users);
    CHECK_THAT(c, caught && f.vector == TRAP_DEBUG);
    CHECK_THAT(c, mine_after == mine && users_after == users);
}

static uint64_t handler_rflags, handler_frame;

static void look_at_flags(struct trap_frame *f) {
    handler_rflags = read_rflags();
    handler_frame = (uint64_t)f;
    user_return(0);
}

/* popf with AC, NT and DF set, then the trap. */
static void run_with_flags(struct space *s, const uint8_t *trap, size_t n) {
    uint8_t code[16] = {0x68, 0x02, 0x44, 0x04, 0x00, 0x9d}; /* push $0x44402; popf */
    memcpy(code + 6, trap, n);
    space_run(s, code, 6 + n);
}

CHECK(trap_flags, "trap/flags_of_user_mode_do_not_reach_a_handler") {
    static const uint8_t code[] = {0xcd, OPEN_HERE, 0x0f, 0x0b};
    struct space s;
    CHECK_THAT(c, space_open(&s));
    trap_handle(OPEN_HERE, look_at_flags);
    trap_allow_user(OPEN_HERE);
    handler_rflags = ~0ul;
    run_with_flags(&s, code, sizeof code);
    trap_handle(OPEN_HERE, NULL);
    space_close(&s);
    CHECK_THAT(c, handler_rflags != ~0ul);
    CHECK_THAT(c, !(handler_rflags & (RFLAGS_AC | RFLAGS_NT | RFLAGS_DF | RFLAGS_IF | RFLAGS_TF)));
}

CHECK(trap_debug_stack, "trap/a_debug_trap_of_user_mode_has_its_own_stack_and_flags") {
    /* push $0x44502 (AC, NT, DF, TF); popf; nop */
    static const uint8_t code[] = {0x68, 0x02, 0x45, 0x04, 0x00, 0x9d, 0x90};
    struct space s;
    struct trap_frame f;
    CHECK_THAT(c, space_open(&s));
    memcpy(s.code, code, sizeof code);
    trap_handle(TRAP_DEBUG, look_at_flags);
    user_frame_init(&f, SPACE_CODE, SPACE_STACK_TOP, false);
    handler_rflags = ~0ul;
    user_run(&f);
    trap_handle(TRAP_DEBUG, NULL);
    space_close(&s);
    CHECK_THAT(c, !(handler_rflags & (RFLAGS_AC | RFLAGS_NT | RFLAGS_DF | RFLAGS_IF | RFLAGS_TF)));
    uint64_t stack = (uint64_t)ist_stacks[0][IST_DEBUG].bytes;
    CHECK_THAT(c, handler_frame >= stack && handler_frame < stack + STACK_SIZE);
}

static void panic_here(void *unused) {
    (void)unused;
    panic("a message with the number %d", 7);
}

CHECK(trap_panic, "trap/a_panic_can_be_caught_with_its_message") {
    struct trap_frame f;
    CHECK_THAT(c, trap_catch(&f, panic_here, NULL) && f.vector == TRAP_PANIC);
    CHECK_THAT(c, strcmp(panic_message(), "a message with the number 7") == 0);
}

static void catch_inside(void *out) {
    struct trap_frame inner;
    *(bool *)out = trap_catch(&inner, breakpoint, NULL) && inner.vector == TRAP_BREAKPOINT;
    invalid(NULL);
}

static void handle_vector_256(void *unused) {
    (void)unused;
    trap_handle(TRAP_VECTORS, NULL);
}

CHECK(trap_vectors_end, "trap/a_handler_of_a_vector_that_there_is_not_is_a_panic") {
    struct trap_frame f;
    CHECK_THAT(c, trap_catch(&f, handle_vector_256, NULL) && f.vector == TRAP_PANIC);
}

CHECK(trap_nests, "trap/catches_nest") {
    struct trap_frame f;
    bool inner = false;
    CHECK_THAT(c, trap_catch(&f, catch_inside, &inner) && f.vector == TRAP_INVALID && inner);
}

CHECK(trap_interrupts, "trap/interrupts_are_as_they_were_after_a_caught_trap") {
    struct trap_frame f;
    CHECK_THAT(c, trap_catch(&f, invalid, NULL) && !(read_rflags() & RFLAGS_IF));
    sti();
    bool caught = trap_catch(&f, invalid, NULL);
    bool on = read_rflags() & RFLAGS_IF;
    cli();
    CHECK_THAT(c, caught && on && (f.rflags & RFLAGS_IF));
}

static volatile unsigned ticks;

static void tick(struct trap_frame *f) {
    (void)f;
    ticks++;
    apic_eoi();
}

CHECK(timer_once, "timer/one_shot_arrives_once_after_its_time") {
    if (!timer_hz()) {
        check_skip(c, "the machine has no clock to calibrate the timer by");
        return;
    }
    trap_handle(TRAP_TIMER, tick);
    ticks = 0;
    uint64_t start = rdtsc();
    timer_arm_ns(200000);
    while (ticks == 0)
        sti_hlt_cli();
    uint64_t took = (rdtsc() - start) * 1000 / (timer_tsc_hz() / 1000000);
    timer_arm_ns(100000);
    timer_stop();
    sti();
    for (uint64_t end = rdtsc() + timer_tsc_hz() / 2000; rdtsc() < end;)
        pause();
    cli();
    trap_handle(TRAP_TIMER, NULL);
    if (took < 190000 || took > 1000000000)
        check_fail(c, "200000 ns took %lu ns", took);
    CHECK_THAT(c, ticks == 1); /* the stopped one never came */
}

CHECK(trap_spurious, "trap/a_spurious_interrupt_is_dropped_in_either_mode") {
    static const uint8_t code[] = {0xcd, TRAP_SPURIOUS, 0x0f, 0x0b}; /* int; ud2 */
    struct space s;
    __asm__ volatile("int %0" : : "i"(TRAP_SPURIOUS) : "memory");
    CHECK_THAT(c, !(read_rflags() & RFLAGS_IF));
    CHECK_THAT(c, space_open(&s));
    trap_allow_user(TRAP_SPURIOUS);
    struct trap_frame f = space_run(&s, code, sizeof code);
    space_close(&s);
    CHECK_THAT(c, f.vector == TRAP_INVALID && f.rip == SPACE_CODE + 2);
}
