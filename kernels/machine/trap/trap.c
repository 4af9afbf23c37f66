/* SPDX-License-Identifier: MIT */
/* trap.c -- see trap.h. The order in which an exception of the kernel's own is taken: a fixup for
 * a page fault of this very instruction at its user address (user_move.S), the innermost
 * trap_catch, a panic. */
#include "machine/trap/trap.h"

#include "machine/cpu/segment.h"
#include "machine/cpu/stack.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "machine/trap/fixup.h"
#include "machine/types.h"

_Static_assert(offsetof(struct trap_frame, rdi) == TF_RDI, "trap_frame.h");
_Static_assert(offsetof(struct trap_frame, rsi) == TF_RSI, "trap_frame.h");
_Static_assert(offsetof(struct trap_frame, rax) == TF_RAX, "trap_frame.h");
_Static_assert(offsetof(struct trap_frame, vector) == TF_VECTOR, "trap_frame.h");
_Static_assert(offsetof(struct trap_frame, error) == TF_ERROR, "trap_frame.h");
_Static_assert(offsetof(struct trap_frame, rip) == TF_RIP, "trap_frame.h");
_Static_assert(offsetof(struct trap_frame, cs) == TF_CS, "trap_frame.h");
_Static_assert(offsetof(struct trap_frame, rsp) == TF_RSP, "trap_frame.h");
_Static_assert(sizeof(struct trap_frame) == TF_SIZE, "trap_frame.h");

struct gate {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};
enum { GATE_INTERRUPT = 0x8e, GATE_USER = 0x60 };

extern const char trap_stubs[];

static struct gate idt[TRAP_VECTORS] __attribute__((aligned(16)));
static trap_fn *handlers[TRAP_VECTORS];
static trap_fn *handle_rest, *handle_step;
static uint64_t spurious;

static void set_gate(unsigned vector, const void *entry) {
    static const uint8_t ist[TRAP_EXCEPTIONS] = {
        [TRAP_NMI] = IST_NMI + 1,
        [TRAP_DOUBLE] = IST_DOUBLE + 1,
        [TRAP_MACHINE] = IST_MACHINE + 1,
        [TRAP_DEBUG] = IST_DEBUG + 1,
    };
    struct gate *g = &idt[vector];
    uint64_t at = (uint64_t)entry;
    g->offset_low = (uint16_t)at;
    g->offset_middle = (uint16_t)(at >> 16);
    g->offset_high = (uint32_t)(at >> 32);
    g->selector = KERNEL_CODE;
    g->ist = vector < TRAP_EXCEPTIONS ? ist[vector] : 0;
    g->type |= GATE_INTERRUPT;
}

void trap_table_init(void) {
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) pointer = {sizeof idt - 1, (uint64_t)idt};
    for (unsigned v = 0; v < TRAP_VECTORS; v++)
        set_gate(v, trap_stubs + v * TRAP_STUB_SIZE);
    trap_allow_user(TRAP_BREAKPOINT);
    trap_allow_user(TRAP_OVERFLOW);
    __asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
}

void trap_handle(unsigned vector, trap_fn *fn) {
    assert_that(vector < TRAP_VECTORS);
    handlers[vector] = fn;
}

void trap_handle_rest(trap_fn *fn) {
    handle_rest = fn;
}

void trap_handle_step(trap_fn *fn) {
    handle_step = fn;
}

void trap_allow_user(unsigned vector) {
    assert_that(vector < TRAP_VECTORS);
    idt[vector].type |= GATE_USER;
}

void trap_gate(unsigned vector, void (*entry)(void)) {
    assert_that(vector < TRAP_VECTORS);
    set_gate(vector, entry ? (const void *)entry : trap_stubs + vector * TRAP_STUB_SIZE);
}

/* Whether the fault is what this fixup is for: the user's page, and not the kernel's on the other
 * side of the copy; and no NMI or machine check, which may arrive at any instruction. */
static bool mends(const struct fixup *x, const struct trap_frame *f) {
    uint64_t user = *(const uint64_t *)((const char *)f + x->user);
    return f->vector == TRAP_PAGE && f->rip == x->at && read_cr2() - user < x->bytes;
}

struct fixed fixup_last;

static bool fix_up(struct trap_frame *f) {
    for (const struct fixup *x = fixups_start; x < fixups_end; x++) {
        if (mends(x, f)) {
            fixup_last = (struct fixed){fixup_last.count + 1, read_cr2(), f->error};
            f->rip = x->resume;
            return true;
        }
    }
    return false;
}

/* Exceptions of the kernel's that are none: an NMI of who panics, a step that somebody
 * asked for. */
static bool is_expected(struct trap_frame *f) {
    if (f->vector == TRAP_DEBUG && handle_step) {
        handle_step(f);
        return true;
    }
    return f->vector == TRAP_NMI && panic_is_under_way();
}

/* Called by trap_entry.S with interrupts off; the frame is left by when this returns. */
void trap_dispatch(struct trap_frame *f);
void trap_dispatch(struct trap_frame *f) {
    bool user = trap_from_user(f);
    if (!user && f->vector < TRAP_EXCEPTIONS) {
        if (fix_up(f) || (f->vector <= TRAP_NMI && is_expected(f)))
            return;
        panic_trap(f);
    }
    if (handlers[f->vector])
        handlers[f->vector](f);
    else if (f->vector == TRAP_SPURIOUS)
        spurious++;
    else if (user && handle_rest)
        handle_rest(f);
    else
        panic_trap(f);
}

uint64_t trap_spurious(void) {
    return spurious;
}

const char *trap_name(unsigned vector) {
    static const char *const names[TRAP_EXCEPTIONS] = {
        [TRAP_DIVIDE] = "divide error",
        [TRAP_DEBUG] = "debug trap",
        [TRAP_NMI] = "NMI",
        [TRAP_BREAKPOINT] = "breakpoint",
        [TRAP_OVERFLOW] = "overflow",
        [5] = "bound range exceeded",
        [TRAP_INVALID] = "invalid opcode",
        [TRAP_NO_FPU] = "FPU not available",
        [TRAP_DOUBLE] = "double fault",
        [9] = "coprocessor overrun",
        [TRAP_TSS] = "invalid TSS",
        [TRAP_SEGMENT] = "segment not present",
        [TRAP_STACK] = "stack fault",
        [TRAP_PROTECTION] = "general protection",
        [TRAP_PAGE] = "page fault",
        [TRAP_FPU] = "FPU error",
        [TRAP_ALIGNMENT] = "alignment check",
        [TRAP_MACHINE] = "machine check",
        [TRAP_SIMD] = "SIMD error",
        [20] = "virtualization exception",
        [21] = "control protection",
    };
    if (vector < TRAP_EXCEPTIONS)
        return names[vector] ? names[vector] : "reserved exception";
    return vector == TRAP_SYSCALL ? "system call" : vector == TRAP_PANIC ? "panic" : "interrupt";
}
