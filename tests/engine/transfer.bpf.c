/* SPDX-License-Identifier: MIT */
/* transfer.bpf.c -- programs that are passed seven arguments; all but the first are refused. */
#include "transfer.h"

#define PROGRAM(name)                                                                              \
    __attribute__((section("transfer/" #name), used)) long name(const struct transfer *t);         \
    __attribute__((section("transfer/" #name), used)) long name(const struct transfer *t)

/* All seven count: each has a digit of the result. */
PROGRAM(accepted) {
    long next = t->next ? (long)t->next->balance : 9;
    return (long)t->from->balance * 1000000 + t->to->owner * 100000 + (long)t->amount * 10000 +
           t->currency * 1000 + t->note[t->note_at] * 100 + t->note_at * 10 + next;
}

PROGRAM(beyond) {
    return t->note[t->note_at + 1];
}

PROGRAM(unbounded) {
    return t->note[t->currency];
}

PROGRAM(null) {
    return (long)t->next->balance;
}

PROGRAM(writes) {
    ((struct transfer *)t)->amount = 5;
    return 0;
}

PROGRAM(secret) {
    return t->from->secret;
}
