/* SPDX-License-Identifier: MIT */
/* protected_pipe.c -- bytes through pipes whose ends need not trust each other, beside a process
 * that does all to spoil them. */
#include "exo/libos/method/protected_pipe.h"

#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/method/method.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"

#define WINDOW(n) ((char *)0x600000000000 + (n)*2 * PROTECTED_PIPE_BYTES)
#define TOTAL     100000u

static struct protected_pipes p;

static char byte_of(uint64_t n) {
    return (char)(n * 7 + n / 251);
}

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

static void open(unsigned window) {
    if (protected_pipe_open(&p, cases_argument, WINDOW(window), EXOS_SHARED))
        exos_exit(100);
}

/* Waits until that end is its own, and writes TOTAL bytes. */
static _Noreturn void send(uint64_t pipe) {
    long n;
    open(1);
    for (uint64_t sent = 0; sent < TOTAL; sent += (uint64_t)n) {
        uint64_t bytes = 1 + sent % (PROTECTED_PIPE_BYTES - 1);
        bytes = bytes < TOTAL - sent ? bytes : TOTAL - sent;
        for (uint64_t i = 0; i < bytes; i++)
            p.window[i] = byte_of(sent + i);
        while ((n = protected_pipe_write(&p, pipe, bytes)) == -E_PERM)
            exo_env_yield(0);
        if (n != (long)bytes)
            exos_exit(101);
    }
    exos_exit(0);
}

static long ask(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    struct message m = {.word = {a, b, c, d, -1ul, -1ul}};
    long error = method_call(cases_argument, &m);
    return error ? error : (long)m.word[0];
}

/* Everything that it might be given, and others' windows, which it has from its parent. */
static _Noreturn void spoil(uint64_t pipe, uint64_t parent) {
    open(2);
    for (unsigned round = 0; round < 30; round++) {
        for (uint64_t method = 0; method < 7; method++) {
            if (method == PIPE_MAKE || method == PIPE_WINDOW)
                continue;
            long n = ask(method, pipe, method == PIPE_GIVE ? round % 2 : 1 + round * 300, self());
            if (n != (method < 5 ? -E_PERM : -E_NO_CALL))
                exos_exit(102);
        }
        if (ask(PIPE_READ, 64 + round, 1, 0) != -E_INVALID || ask(PIPE_GIVE, pipe, 2, 0) >= 0 ||
            ask(PIPE_READ, -1ul, 1, 0) != -E_INVALID || ask(PIPE_WINDOW, 0x1234, 0, 0) >= 0)
            exos_exit(103);
        memset(p.window, 0xff, PROTECTED_PIPE_BYTES); /* its own */
        exo_env_yield(round % 2 ? parent : cases_argument);
    }
    exos_exit(0);
}

/* How many right bytes came, beside one who has its turn after each read. */
static uint64_t receive(uint64_t pipe, uint64_t beside) {
    uint64_t got = 0;
    long n;
    while ((n = protected_pipe_read(&p, pipe, 1 + got % PROTECTED_PIPE_BYTES)) > 0) {
        for (long i = 0; i < n; i++, got++)
            if (p.window[i] != byte_of(got))
                return ~0ul;
        exo_env_yield(beside);
    }
    return n == 0 ? got : ~0ul;
}

uint64_t case_protected_pipe(void) {
    struct exos_end end;
    open(0);
    long pipe = protected_pipe_make(&p), other = protected_pipe_make(&p);
    MUST(pipe >= 0 && other >= 0 && other != pipe);
    uint64_t parent = self();
    long sender = exos_fork(), spoiler;
    if (sender == 0)
        send((uint64_t)pipe);
    if ((spoiler = exos_fork()) == 0)
        spoil((uint64_t)pipe, parent);
    MUST(sender > 0 && spoiler > 0);
    MUST(protected_pipe_give(&p, (uint64_t)pipe, PIPE_WRITER, exos_env((uint64_t)sender)) == 0);
    MUST(protected_pipe_write(&p, (uint64_t)pipe, 1) == -E_PERM); /* it is given away */
    MUST(receive((uint64_t)pipe, exos_env((uint64_t)spoiler)) == TOTAL);
    for (unsigned i = 0; i < 2; i++)
        MUST(exos_wait(&end) > 0 && !end.killed && end.status == 0);
    MUST(protected_pipe_read(&p, (uint64_t)pipe, 9) == 0); /* the writer has ended */
    /* A reader that is killed. */
    if ((spoiler = exos_fork()) == 0)
        for (;;)
            exo_env_yield(0);
    MUST(protected_pipe_give(&p, (uint64_t)other, PIPE_READER, exos_env((uint64_t)spoiler)) == 0);
    MUST(protected_pipe_write(&p, (uint64_t)other, PROTECTED_PIPE_BYTES) ==
         (long)PROTECTED_PIPE_BYTES);
    MUST(exos_kill((uint64_t)spoiler) == 0 && exos_wait(&end) == spoiler);
    MUST(protected_pipe_write(&p, (uint64_t)other, 1) == -E_DEAD);
    MUST(protected_pipe_write(&p, (uint64_t)other, PROTECTED_PIPE_BYTES + 1) == -E_TOO_LONG);
    return 0;
}
