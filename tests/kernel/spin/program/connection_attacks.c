/* SPDX-License-Identifier: MIT */
/* connection_attacks.c -- see connection_attacks.h. */
#include "connection_attacks.h"

#include "lib/error.h"
#include "spin/user/connections.h"
#include "spin/user/cthreads.h"

#define SECOND 0x0a000002u
enum { GUESSES = 20000 };

static char bytes[CONNECTION_LEFT];

static uint64_t write_always(long number) {
    long wrote;
    do
        wrote = connection_send(number, bytes, sizeof bytes);
    while (wrote > 0);
    return (uint64_t)wrote;
}

/* More than there is room for at once goes in pieces. */
static uint64_t leave(long number) {
    long left = CONNECTION_LEFT, wrote = 1;
    while (left && wrote > 0) {
        wrote = connection_send(number, bytes, (uint64_t)left);
        left -= wrote;
    }
    return (uint64_t)left;
}

static uint64_t guess(void) {
    uint64_t somebodys = 0;
    for (long n = 0; n < GUESSES; n++)
        somebodys += connection_send(n, "x", 1) != -E_NOT_FOUND ||
                     connection_finish(n) != -E_NOT_FOUND || connection_close(n) != -E_NOT_FOUND;
    return somebodys;
}

static void *reads(void *number) {
    return (void *)connection_receive((long)number, bytes, sizeof bytes);
}

static uint64_t close_beside(long number) {
    struct cthread *t = NULL;
    if (cthreads_begin(&cthreads_integrated))
        t = cthread_fork(reads, (void *)number);
    for (unsigned i = 0; t && i < 1000; i++) /* it waits by then, and this one for nothing */
        (void)connection_receive(number + 1, bytes, 1);
    return t && !connection_close(number) ? (uint64_t)cthread_join(t) : 0;
}

uint64_t connection_attack(uint64_t what, uint64_t port) {
    if (what == CONNECTION_GUESSES)
        return guess();
    const long number = connection_connect(0, SECOND, (unsigned)port);
    if (number < 0 || what == CONNECTION_BESIDE)
        return number < 0 ? (uint64_t)number : close_beside(number);
    if (what == CONNECTION_WRITES)
        return write_always(number);
    if (what == CONNECTION_LEAVES)
        return leave(number);
    if (what == CONNECTION_CLOSES)
        connection_finish(number);
    return (uint64_t)connection_receive(number, bytes, sizeof bytes);
}
