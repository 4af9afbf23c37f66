/* SPDX-License-Identifier: MIT */
/* exo-exchange.c -- a process of ExOS and its child send each other bytes, words and messages, in
 * each of the ways that they can. */
#include "../exo-request.h"
#include "exchange.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/pipe.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/frames.h"
#include "exo/libos/ipc/message_ring.h"
#include "exo/libos/method/protected_pipe.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"

#define THERE   ((struct exos_pipe *)0x600080000000)
#define BACK    ((struct exos_pipe *)0x600080100000)
#define WINDOW  0x600080200000ul /* two windows to protected pipes, one after the other */
#define WORD    0x600080300000ul /* a page that both have */
#define RING    0x600080400000ul
#define PRIVATE (EXO_WRITE | EXO_NO_EXEC)

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

static uint64_t self(void) {
    return (uint64_t)exo_env_self();
}

/* The child that answers, and the other of the two. */
static long child;
static uint64_t other;

static void begin(void (*answers)(void)) {
    uint64_t parent = self();
    if ((child = exos_fork()) == 0) {
        other = parent;
        answers();
        exos_exit(0);
    }
    must(child > 0);
    other = exos_env((uint64_t)child);
}

static void end(void) {
    struct exos_end end;
    must(!exos_kill((uint64_t)child) && exos_wait(&end) == child);
    child = 0;
}

/* --- Pipes that trust each other --- */

static void echo(void) {
    static char bytes[PIPE_BYTES];
    exos_pipe_read_end(THERE);
    exos_pipe_write_end(BACK);
    for (long n; (n = exos_pipe_read(THERE, bytes, sizeof bytes)) > 0;)
        exos_pipe_write(BACK, bytes, (uint64_t)n);
}

static void make_pipes(void) {
    must(!exos_pipe(THERE) && !exos_pipe(BACK));
    exos_pipe_write_end(THERE);
    exos_pipe_read_end(BACK);
}

static void ping(uint64_t bytes) {
    static char there[PIPE_BYTES];
    must(exos_pipe_write(THERE, there, bytes) == (long)bytes);
    for (uint64_t got = 0; got < bytes;)
        got += (uint64_t)exos_pipe_read(BACK, there, bytes - got);
}

/* --- Protected ones. What is written and read is in the windows. --- */

static uint64_t pipes; /* where they are */
static struct protected_pipes window;
static uint64_t there, back;

static void open_window(uint64_t at) {
    must(!protected_pipe_open(&window, pipes, (void *)at, EXOS_SHARED));
}

static void protected_echo(void) {
    open_window(WINDOW + PROTECTED_PIPE_BYTES);
    for (long n; (n = protected_pipe_read(&window, there, PROTECTED_PIPE_BYTES)) > 0;)
        protected_pipe_write(&window, back, (size_t)n);
}

static void make_protected_pipes(void) {
    open_window(WINDOW);
    there = (uint64_t)protected_pipe_make(&window);
    back = (uint64_t)protected_pipe_make(&window);
}

static void give_ends(void) {
    must(!protected_pipe_give(&window, there, PIPE_READER, other));
    must(!protected_pipe_give(&window, back, PIPE_WRITER, other));
}

static void protected_ping(uint64_t bytes) {
    must(protected_pipe_write(&window, there, bytes) == (long)bytes);
    for (uint64_t got = 0; got < bytes;)
        got += (uint64_t)protected_pipe_read(&window, back, bytes - got);
}

/* --- A word in memory --- */

static volatile uint64_t *const word = (volatile uint64_t *)WORD;

static void change_back(void) {
    for (;;) {
        while (!*word)
            exo_env_yield(other);
        *word = 0;
    }
}

static void change(void) {
    *word = 1;
    while (*word)
        exo_env_yield(other);
}

/* --- Messages --- */

static struct ring ring;

static void make_ring(void) {
    const struct cap who = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    must(!frames_map(0, 0, 0, RING, 1, PRIVATE));
    must(!ring_begin(&ring, 0, (struct exo_message *)RING, 1, who));
}

/* Takes the next message when it is there, and sends it back. */
static void send_back(void) {
    make_ring();
    for (;;) {
        const volatile struct exo_message *m;
        uint64_t words[EXO_RING_WORDS];
        while (!(m = ring_look(&ring)))
            exo_env_yield(other);
        for (unsigned i = 0; i < EXO_RING_WORDS; i++)
            words[i] = m->word[i];
        uint64_t from = m->from;
        ring_take(&ring);
        must(!exo_ring_send(0, from, words));
    }
}

static void send(void) {
    const uint64_t words[EXO_RING_WORDS] = {1};
    must(!exo_ring_send(0, other, words));
    while (!ring_look(&ring))
        exo_env_yield(other);
    ring_take(&ring);
}

#define TIME(...)                                                                                  \
    do {                                                                                           \
        bench_start(b);                                                                            \
        __VA_ARGS__;                                                                               \
        bench_stop(b);                                                                             \
        return true;                                                                               \
    } while (0)

bool exchange(struct bench *b, uint64_t request, uint64_t argument) {
    bool begins = !child;
    switch (request) {
    case EXOS_PIPE:
        if (begins)
            make_pipes(), begin(echo);
        TIME(ping(argument));
    case EXOS_PIPES:
        pipes = argument;
        return true;
    case EXOS_PROTECTED_PIPE:
        if (begins)
            make_protected_pipes(), begin(protected_echo), give_ends();
        TIME(protected_ping(argument));
    case EXOS_SHARED_MEMORY:
        if (begins)
            must(!frames_map(0, 0, 0, WORD, 1, PRIVATE | EXOS_SHARED)), *word = 0,
                                                                        begin(change_back);
        TIME(change());
    case EXOS_MESSAGE_RING:
        if (begins)
            begin(send_back), make_ring(), exo_env_yield(other); /* which makes one, too */
        TIME(send());
    case EXOS_STOP:
        end();
        return true;
    default:
        return false;
    }
}
