/* SPDX-License-Identifier: MIT */
/* exo-user.c -- traps of an application: to its own trap entry, and until it has gone on. */
#include "traps.h"

#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_handle.h"
#include "measure/bench.h"

/* An entry that reads the clock first of all, and goes on `exception_bytes` behind the trap. */
uint64_t exception_bytes;
char exception_stack[64] __attribute__((aligned(16)));
void exception_entry(void);
__asm__(".pushsection .text\n"
        "exception_entry:\n\t" BENCH_MARK_END
        "lfence\n\trdtsc\n\tshl $32, %rdx\n\tor %rdx, %rax\n\t"
        "mov uarea, %rdx\n\tmov 40(%rdx), %rcx\n\tadd exception_bytes, %rcx\n\t"
        "mov 56(%rdx), %rsp\n\tmovq $exception_stack + 64, 8(%rdx)\n\txor %edx, %edx\n\t"
        "jmp *%rcx\n"
        ".popsection");
_Static_assert(__builtin_offsetof(struct exo_uarea, trap.rip) == 40 &&
                   __builtin_offsetof(struct exo_uarea, trap.rsp) == 56 && UAREA_TRAP_STACK == 8,
               "in the assembly above");

static void go_on(struct upcall_state *s) {
    s->trap.rip += exception_bytes;
}

static bool came;

static void note(struct upcall_state *s) {
    came = true;
    go_on(s);
}

static void raw(uint64_t bytes) {
    exception_bytes = bytes;
    uarea->trap_stack = (uint64_t)(exception_stack + sizeof exception_stack);
    uarea->trap_entry = (uint64_t)exception_entry;
}

static void library(uint64_t bytes) {
    exception_bytes = bytes;
    upcall_handle(go_on);
}

/* Whether an unaligned address traps. */
static bool traps_unaligned(void) {
    came = false;
    library(3);
    upcall_handle(note);
    check_alignment(true);
    trap_unaligned(odd());
    check_alignment(false);
    upcall_handle(0);
    return came;
}

#define ROWS(kind, instruction, bytes)                                                             \
    BENCH(kind##_dispatch, "exception/" #kind "/dispatch") {                                       \
        raw(bytes);                                                                                \
        SAMPLES(kind, bench_stop_at(b, end))                                                       \
        uarea->trap_entry = 0;                                                                     \
    }                                                                                              \
    BENCH(kind##_resumed, "exception/" #kind "/resumed") {                                         \
        library(bytes);                                                                            \
        SAMPLES(kind, (void)end; bench_stop(b))                                                    \
        upcall_handle(0);                                                                          \
    }
TRAPS(ROWS)
