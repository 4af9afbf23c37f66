/* SPDX-License-Identifier: MIT */
/* verified_raise.h -- raises by code that is linked to the kernel: what it calls in the place of an
 * event. The event is raised only where enough of the stack is left, and an exception of the raise
 * becomes its raiser's (Pardyak and Bershad, OSDI '96, 2): the run that called `ID` ends with it
 * and so, where that is a handler's, does the raise around it; who called `ID_try` goes on with the
 * result 0, and asks raise_caught().
 *
 *     RAISABLE(public, console_key, {.cost = KEY_COST + KEY_BUDGET});  in a file of exports
 *     RAISABLE_BUDGET(console_key, KEY_BUDGET);                      before anything is bound
 *
 * The signature's cost is what such a raise counts for where its raiser is proven to end, so what
 * is bound may take KEY_BUDGET at most, beside the intrinsic handler's KEY_COST: a change by which
 * it would take more is refused (-E_COST). A handler that raises the event again, itself or by what
 * it raises, never fits. */
#ifndef SPIN_SERVICES_VERIFIED_RAISE_H
#define SPIN_SERVICES_VERIFIED_RAISE_H

/* Of the last `ID_try` of this thread: 0, or enum raise_exception of how it ended. Once. */
#ifdef __BPF__
extern unsigned raise_caught(void) __attribute__((section(".ksyms")));
#else
unsigned raise_caught(void);

#include "engine/export.h"
#include "engine/net.h"
#include "spin/core/event.h"

/* The stack that must be left: an extension's, and the kernel's own. */
#define RAISE_STACK 8192

/* The frame is NET_ENTRY's. */
#define RAISABLE_ENTRY(name, event, raise)                                                         \
    ".pushsection .text." name ",\"ax\",@progbits\n"                                               \
    ".globl " name "\n.type " name ",@function\n" name ":\n"                                       \
    "push %rbp\nmov %rsp,%rbp\n"                                                                   \
    "push %r15\npush %r14\npush %r13\npush %rbx\n"                                                 \
    "push %r8\npush %rcx\npush %rdx\npush %rsi\npush %rdi\npush %rax\n"                            \
    "lea " event "(%rip),%rdi\nmov %rsp,%rsi\ncall " raise "\nleave\nret\n"                        \
    ".size " name ",.-" name "\n.popsection\n"

#define RAISABLE(table, id, ...)                                                                   \
    __asm__(RAISABLE_ENTRY(#id "_raise", "event_" #id, "raise_verified")                           \
                RAISABLE_ENTRY(#id "_try", "event_" #id, "raise_verified_try"));                   \
    static const struct signature raise_signature_##id = __VA_ARGS__;                              \
    EXPORT_AS(table, id, id##_raise, EXPORT_EVENT, .signature = &raise_signature_##id);            \
    EXPORT_AS(table, id##_try, id##_try, EXPORT_EVENT, .signature = &raise_signature_##id)

#define RAISABLE_BUDGET(id, instructions) (*event_##id.budget = (instructions))

/* For the entries. */
uint64_t raise_verified(const struct event *event, const struct net_call *call);
uint64_t raise_verified_try(const struct event *event, const struct net_call *call);
#endif
#endif
