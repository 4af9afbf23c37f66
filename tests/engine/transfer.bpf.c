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

/* So many bytes at a place, whatever C says is there. */
static inline __attribute__((always_inline)) void *any(const volatile void *at) {
    return (void *)at;
}
#define BYTES_OF(type, at) (*(volatile type *)any(at))

/* Bytes of the structure that are no argument, or only a part of one. */
PROGRAM(padding) {
    return BYTES_OF(unsigned int, &t->currency + 1);
}

PROGRAM(half) {
    return BYTES_OF(unsigned int, &t->note);
}

PROGRAM(both) {
    return BYTES_OF(long, &t->currency);
}

PROGRAM(behind) {
    return BYTES_OF(long, t + 1);
}

PROGRAM(in_front) {
    return BYTES_OF(long, (char *)t - 8);
}

/* Where an argument lies is for the program's text to say, not for an argument. */
PROGRAM(chosen) {
    return BYTES_OF(char, (char *)t + t->note_at);
}

/* A number is no address, whatever it is passed beside; and a note is to be read only. */
PROGRAM(disguised) {
    return BYTES_OF(char, (void *)t->amount);
}

PROGRAM(writes_note) {
    BYTES_OF(char, t->note) = 1;
    return 0;
}

PROGRAM(before_note) {
    return BYTES_OF(char, t->note - 1);
}

PROGRAM(writes_purse) {
    BYTES_OF(unsigned long, &t->to->balance) = 5;
    return 0;
}

/* What was looked at is one reading of the field; another may be null again. */
PROGRAM(twice) {
    const struct purse *volatile *next = (const struct purse *volatile *)&t->next;
    return *next ? (long)(*next)->balance : 0;
}

/* Of two arguments that may be swapped none takes the other's bounds. */
PROGRAM(swapped) {
    return t->note[t->note_at + t->amount];
}

PROGRAM(hands_out) {
    return (long)t->from;
}
