/* SPDX-License-Identifier: MIT */
/* exo-server.c -- the environment that the processor is given to. What the clock said there is the
 * first of the u-area's own words. */
#include "server.h"

#include "exo/libos/time/sleep.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "measure/bracket.h"
#include "user/program.h"

#define TELL                                                                                       \
    BENCH_MARK_END "lfence\n\trdtsc\n\tshl $32, %rdx\n\tor %rdx, %rax\n\t"                         \
                   "mov schedule_told, %rdx\n\tmov %rax, (%rdx)\n\t"

/* Where it tells; the number that it yields by, and rdi. */
uint64_t *schedule_told, schedule_number, schedule_to;
_Noreturn void schedule_tells(void), schedule_interrupted(void);
__asm__(".pushsection .text\n"
        "schedule_tells:\n\t" TELL "mov schedule_number, %rax\n\tmov schedule_to, %rdi\n\t"
        "syscall\n\tud2\n"
        /* As if its slice had just ended, again and again: what it goes on with tells. */
        "schedule_interrupted:\n\t"
        "mov uarea, %rdx\n\tlea 1f(%rip), %rax\n\tmov %rax, 120(%rdx)\n\tmovq $2, 128(%rdx)\n\t"
        "jmp slice_ends\n1:\n\t" TELL "cmpb $0, vectors_kept\n\tje schedule_interrupted\n\t"
        "movq %rax, %xmm1\n\tjmp schedule_interrupted\n"
        ".popsection");
_Static_assert(UAREA_EPILOGUE + 24 == 120, "in the assembly");

static _Noreturn void tell(uint64_t number, uint64_t to) {
    static char stack[256] __attribute__((aligned(16)));
    schedule_number = number;
    schedule_to = to;
    uarea->prologue_stack = (uint64_t)(stack + sizeof stack);
    uarea->prologue_entry = (uint64_t)schedule_tells;
    schedule_tells();
}

static _Noreturn void sleep(void) {
    static const struct term terms[] = {{TERM_NE, 0, TERM_CONSTANT, 0}, {TERM_OR, 0, 0, 1}};
    static uint8_t code[128];
    const struct exo_variable v = {(uint64_t)uarea->own, 0};
    long bytes = predicate_of_terms(terms, 2, 1, code, sizeof code);
    uint64_t tag;
    predicate_sleep(code, (size_t)bytes, &v, 1, &tag);
    __builtin_trap();
}

uint64_t program_main(uint64_t how, uint64_t b, const char *words) {
    uint64_t client = how >> 32;
    (void)b, (void)words;
    schedule_told = uarea->own;
    switch (how & 0xffffffff) {
    case SERVER_TELLS:
        tell(client << 32 | EXO_YIELD, 0);
    case SERVER_NONE:
        tell(EXO_CALL_env_yield, 0);
    case SERVER_ALL:
        slice_keep_vectors();
        schedule_interrupted();
    case SERVER_GENERAL:
        schedule_interrupted();
    case SERVER_SLEEPS:
        sleep();
    default:
        for (;;)
            exo_env_yield(client);
    }
}
