/* SPDX-License-Identifier: MIT */
/* abi_uarea.h -- of abi.h, what an environment and the kernel tell each other without a call, and
 * how a new one begins. */
#ifndef EXO_ABI_UAREA_H
#define EXO_ABI_UAREA_H

#define EXO_WORDS      16 /* that a control transfer takes along beside the registers */
#define EXO_KEPT       16 /* pages that it keeps, whatever is asked back: those that it names */
#define EXO_LOST_WORDS 16

/* Offsets into struct exo_uarea, for assembly. */
#define UAREA_TRAP_ENTRY     0
#define UAREA_TRAP_STACK     8
#define UAREA_TRAP           16
#define UAREA_PROLOGUE_ENTRY 64
#define UAREA_PROLOGUE_STACK 72
#define UAREA_EPILOGUE       96
#define UAREA_TRANSFER       160
#define UAREA_REPLY          184
#define UAREA_WORD_COUNT     208
#define UAREA_REFLECT        352
#define UAREA_TIMED          448
/* And into struct exo_start. */
#define START_UAREA 16
#define START_WORDS 32

#ifndef __ASSEMBLER__

#include <stdint.h>

/* A trap, as an upcall tells it. */
struct exo_trap {
    uint64_t address; /* of a page fault; 0 otherwise */
    uint64_t vector, error;
    uint64_t rip, rflags, rsp;
};

/* The u-area: what the environment tells the kernel, and the kernel it, without a call. Only the
 * environment's to write, and nothing in it is trusted. */
struct exo_uarea {
    /* Traps: the kernel goes on at trap_entry with this stack and every register as the trap found
     * it, the flags but for TF, DF and AC too. The trap is in `trap`, and trap_stack becomes 0:
     * until it is set again, a trap goes on the stack that is in use, below the red zone, with a
     * struct exo_trap there. No entry: the trap ends the environment. */
    uint64_t trap_entry, trap_stack;
    struct exo_trap trap;
    /* A slice that begins: all registers are 0 but rsp. */
    uint64_t prologue_entry, prologue_stack;
    /* A slice that is over: the kernel goes on at epilogue_entry with every register as it was, but
     * for rsp where epilogue_stack is not 0, and tells where it was. The environment saves what it
     * wants to keep, and yields. No entry, or within a critical section: it is only told, by
     * `interrupted`, and is to yield at the section's end. */
    uint64_t epilogue_entry, epilogue_stack;
    struct exo_trap epilogue; /* rip, rflags, rsp */
    uint64_t critical, interrupted;
    /* A transfer to this environment, which takes one while transfer_takes is not 0: the kernel
     * goes on at transfer_entry with this stack, all other registers the caller's, and clears
     * transfer_takes; a reply by this environment sets it to 1. */
    uint64_t transfer_entry, transfer_stack, transfer_takes;
    /* Where a reply goes on, and whose it may be; the kernel clears reply_from. */
    uint64_t reply_entry, reply_stack, reply_from;
    /* Words that a transfer or a reply takes along, to the same place in the other's u-area. */
    uint64_t word_count, word[EXO_WORDS];
    /* What the predicate said that woke it; 0: it was woken by a yield. */
    uint64_t predicate_tag;
    /* Of an environment that reflects (reflect_set): a `syscall` makes a native call where the
     * address after it is one of the native_bytes from native_first on. Any other one goes on at
     * reflect_entry with this stack and all other registers as they were, and tells where it
     * was: rip is the address after it. */
    uint64_t reflect_entry, reflect_stack, native_first, native_bytes;
    struct {
        uint64_t rip, rflags, rsp;
    } reflected;
    /* Where a slice's end goes that came since the budget is used up, if not to epilogue_entry; how
     * often that was. */
    uint64_t timeout_entry, timeouts;
    /* Of one's own timer (timer_set): when it comes next, by the TSC; 0: not any more. Within a
     * slice of one's own the kernel goes on at timer_entry then, on the stack that is in use, with
     * every register as it was, and tells where it was. Else, and within a critical section, it
     * only says that it was due. */
    uint64_t timer_at, timer_entry, timer_due;
    struct {
        uint64_t rip, rflags;
    } timed;
    /* A capability on offer: the environment that may take it (cap_acquire), the slot of the one
     * that it is made of, and the capability's word. */
    uint64_t offer_to, offer_key, offer;
    /* How many pages and pins are asked back, and until when (TSC) without force. What it calls
     * revoke_kept are addresses of pages that force leaves alone. */
    uint64_t revoke_pages, revoke_until, revoke_kept[EXO_KEPT];
    /* What was taken, in the order of time: the kernel writes lost[lost_count++ % EXO_LOST_WORDS].
     * Who finds more new ones than there are words looks through his page tables for EXO_LOST. */
    uint64_t lost_count, lost[EXO_LOST_WORDS];
    uint64_t own[4096 / 8 - 49 - EXO_WORDS - EXO_KEPT - EXO_LOST_WORDS]; /* the library's */
    /* The block that this environment's last call wanted in core (-E_NOT_IN_CORE). */
    uint32_t need_volume, need_block;
};
_Static_assert(sizeof(struct exo_uarea) == 4096, "the u-area is one page");

/* What lies at the top of a new environment's stack, at rsp, when it begins. Whoever builds one
 * puts it there; the kernel does for the first. */
#define EXO_WORDS_MAX 256
struct exo_start {
    uint64_t argument[2]; /* rdi and rsi of the program */
    uint64_t uarea;       /* where it has its u-area */
    uint64_t reserved;
    char words[EXO_WORDS_MAX];
};

_Static_assert(__builtin_offsetof(struct exo_uarea, trap) == UAREA_TRAP, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_uarea, prologue_entry) == UAREA_PROLOGUE_ENTRY, "");
_Static_assert(__builtin_offsetof(struct exo_uarea, epilogue) == UAREA_EPILOGUE, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_uarea, transfer_entry) == UAREA_TRANSFER, "");
_Static_assert(__builtin_offsetof(struct exo_uarea, reply_entry) == UAREA_REPLY, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_uarea, word_count) == UAREA_WORD_COUNT, "");
_Static_assert(__builtin_offsetof(struct exo_uarea, reflect_entry) == UAREA_REFLECT, "");
_Static_assert(__builtin_offsetof(struct exo_uarea, timed) == UAREA_TIMED, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_start, uarea) == START_UAREA, "for assembly");
_Static_assert(__builtin_offsetof(struct exo_start, words) == START_WORDS, "for assembly");

#endif
#endif
