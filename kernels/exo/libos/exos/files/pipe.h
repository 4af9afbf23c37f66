/* SPDX-License-Identifier: MIT */
/* pipe.h -- a pipe between two processes that trust each other: a ring in memory that both have
 * mapped. Nothing is the kernel's but the yield of who has to wait to whom he waits for. Who spoils
 * the ring gives the other wrong bytes, and nothing else. */
#ifndef EXO_LIBOS_EXOS_FILES_PIPE_H
#define EXO_LIBOS_EXOS_FILES_PIPE_H

#include <stddef.h>
#include <stdint.h>

#define PIPE_BYTES 8192ul

struct exos_pipe {
    volatile uint64_t written, read; /* bytes, ever */
    volatile uint64_t writer;        /* environments; 0: nobody yet */
    volatile uint64_t reader;
    char bytes[PIPE_BYTES];
};

/* A pipe at `at`, in pages that stay shared over a fork. 0, or the kernel's error. */
long exos_pipe(struct exos_pipe *at);

/* This process writes the pipe from now on, or reads it. */
void exos_pipe_write_end(struct exos_pipe *p);
void exos_pipe_read_end(struct exos_pipe *p);

/* Reads what there is, but at most `bytes`; waits for the first. How many; 0: the writer has ended;
 * -E_INVALID: the ring is spoilt. */
long exos_pipe_read(struct exos_pipe *p, void *into, size_t bytes);
/* Writes all of it, and waits for room. `bytes`; -E_DEAD: the reader has ended; -E_INVALID. */
long exos_pipe_write(struct exos_pipe *p, const void *from, size_t bytes);

#endif
