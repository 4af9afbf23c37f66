/* SPDX-License-Identifier: MIT */
/* pipe.c -- bytes through pipes. */
#include "exo/libos/exos/files/pipe.h"

#include "cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

#define THERE ((struct exos_pipe *)0x600000000000)
#define BACK  ((struct exos_pipe *)0x600000100000)
#define TOTAL 100000u

static char buffer[20000];

/* The n-th byte that goes there. */
static char byte_of(uint64_t n) {
    return (char)(n * 7 + n / 251);
}

/* Sends back how many bytes of THERE were right, once it has ended. */
static _Noreturn void count(void) {
    uint64_t got = 0;
    long n;
    exos_pipe_read_end(THERE);
    exos_pipe_write_end(BACK);
    while ((n = exos_pipe_read(THERE, buffer, 1 + got % sizeof buffer)) > 0)
        for (long i = 0; i < n; i++, got++)
            if (got < TOTAL && buffer[i] != byte_of(got))
                exos_exit(1);
    exos_pipe_write(BACK, &got, sizeof got);
    exos_exit(n == 0 ? 0 : 2);
}

static _Noreturn void send(void) {
    exos_pipe_write_end(THERE);
    for (uint64_t sent = 0, n; sent < TOTAL; sent += n) {
        n = 1 + sent % 9973;
        n = n < TOTAL - sent ? n : TOTAL - sent;
        for (uint64_t i = 0; i < n; i++)
            buffer[i] = byte_of(sent + i);
        if (exos_pipe_write(THERE, buffer, n) != (long)n)
            exos_exit(3);
    }
    exos_exit(0);
}

uint64_t case_pipe(void) {
    struct exos_end end;
    uint64_t got = 0;
    MUST(exos_pipe(THERE) == 0 && exos_pipe(BACK) == 0);
    exos_pipe_read_end(BACK);
    long counter = exos_fork(), sender;
    if (counter == 0)
        count();
    if ((sender = exos_fork()) == 0)
        send();
    MUST(counter > 0 && sender > 0);
    MUST(exos_pipe_read(BACK, &got, sizeof got) == sizeof got && got == TOTAL);
    MUST(exos_wait(&end) == counter && !end.killed && end.status == 0);
    MUST(exos_wait(&end) == sender && !end.killed && end.status == 0);
    /* A writer that is killed ends the pipe; so does a reader. */
    exos_pipe_read_end(THERE);
    THERE->writer = 0;
    if ((sender = exos_fork()) == 0) {
        exos_pipe_write_end(THERE);
        exos_pipe_write(THERE, "abc", 3);
        for (;;)
            exo_env_yield(THERE->reader);
    }
    MUST(exos_pipe_read(THERE, buffer, 9) == 3 && buffer[2] == 'c');
    MUST(exos_kill((uint64_t)sender) == 0 && exos_pipe_read(THERE, buffer, 9) == 0);
    MUST(exos_wait(&end) == sender && end.killed);
    THERE->reader = THERE->writer; /* the dead one */
    MUST(exos_pipe_write(THERE, buffer, sizeof buffer) == -E_DEAD);
    THERE->written += PIPE_BYTES; /* spoilt */
    MUST(exos_pipe_read(THERE, buffer, 1) == -E_INVALID);
    return 0;
}
