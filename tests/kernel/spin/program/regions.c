/* SPDX-License-Identifier: MIT */
/* regions.c -- see regions.h. */
#include "regions.h"

#include "spin/thread_abi.h"
#include "spin/user/cthreads.h"
#include "spin/user/stubs.h"

static volatile uint64_t word, flag, seen;
static volatile bool over;

/* Adds one to a word. Only the last instruction has an effect. */
extern const char sequence_end[], kept_end[];
void sequence(volatile uint64_t *of);
/* Sets the flag, computes, and clears it; so many times, or for ever. */
void kept(volatile uint64_t *of, uint64_t rounds);
__asm__(".text\n"
        "sequence: mov (%rdi), %rax\n"
        "mov %rax, %rdx\n"
        "add $1, %rdx\n"
        "mov %rdx, %rax\n"
        "mov %rax, (%rdi)\n"
        "sequence_end: ret\n"
        "kept: movq $1, (%rdi)\n"
        "1: dec %rsi\n"
        "jnz 1b\n"
        "movq $0, (%rdi)\n"
        "kept_end: ret\n");

static void *adds(void *unused) {
    for (unsigned i = 0; i < REGIONS_ROUNDS; i++)
        sequence(&word);
    return unused;
}

static void *keeps(void *rounds) {
    for (unsigned i = 0; i < 200; i++) {
        kept(&flag, (uint64_t)rounds);
        for (volatile unsigned elsewhere = 0; elsewhere < 2000; elsewhere++)
            ;
    }
    over = true;
    return rounds;
}

static void *looks(void *unused) {
    while (!over)
        seen += flag;
    return unused;
}

/* 0, or an error. */
static long set(const void *start, const void *end, enum user_thread_region_kind kind) {
    const struct user_thread_region r = {(uint64_t)start, (uint64_t)end, kind};
    return syscall3(USER_THREAD_CALL, USER_THREAD_REGIONS, (uint64_t)&r, 1);
}

static void run_both(void *(*first)(void *), void *(*second)(void *), void *arg) {
    struct cthread *a = cthread_fork(first, arg), *b = cthread_fork(second, arg);
    cthread_join(a);
    cthread_join(b);
}

uint64_t end_with_regions(enum regions how) {
    if (!cthreads_begin(&cthreads_integrated) || spin_extend("user-threads"))
        return 0;
    if (how == REGIONS_RESTART && set(sequence, sequence_end, REGION_RESTART))
        return 0;
    if (how >= REGIONS_KEEP && set(kept, kept_end, REGION_KEEP))
        return 0;
    switch (how) {
    case REGIONS_SEQUENCE:
    case REGIONS_RESTART:
        run_both(adds, adds, 0);
        return word;
    case REGIONS_WHERE:
        return (uint64_t)sequence;
    case REGIONS_FLAG:
    case REGIONS_KEEP:
        run_both(keeps, looks, (void *)2000);
        return seen;
    case REGIONS_FOREVER:
        cthread_fork(keeps, 0); /* 0, less one, is for ever */
        while (!flag)
            ;
        return 1;
    }
    return 0;
}
