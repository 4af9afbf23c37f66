/* SPDX-License-Identifier: MIT */
/* protected_pipe.h -- pipes whose ends need not trust each other. Counters and bytes are in pages
 * of a protected abstraction, the program `pipes`; an end has a window that it shares with that one
 * alone, and calls it by control transfer (method.h). */
#ifndef EXO_LIBOS_METHOD_PROTECTED_PIPE_H
#define EXO_LIBOS_METHOD_PROTECTED_PIPE_H

#include <stddef.h>
#include <stdint.h>

#define PROTECTED_PIPE_BYTES 8192ul /* of a pipe, and of a window */

/* Its methods. Who calls is told by the kernel. */
enum pipe_method {
    PIPE_WINDOW, /* (at, bits): the caller's window, mapped there, with software bits of its own */
    PIPE_MAKE,   /* (): a pipe, of which the caller has both ends; its number */
    PIPE_GIVE,   /* (pipe, end, env): that end is this environment's */
    PIPE_WRITE,  /* (pipe, bytes): from the window's beginning; how many went, and the reader */
    PIPE_READ    /* (pipe, bytes): to the window's beginning; how many came, and the writer */
};
enum pipe_end { PIPE_READER, PIPE_WRITER };

/* For one who calls the abstraction in the environment `pipes`. */
struct protected_pipes {
    uint64_t env;
    char *window;
};

/* Makes `at` the window, two pages that nothing is mapped at, whose entries get these software
 * bits. 0, -E_FULL: it has too many callers; the kernel's errors. */
long protected_pipe_open(struct protected_pipes *p, uint64_t env, void *at, uint64_t software);
/* A pipe, or -E_FULL. */
long protected_pipe_make(const struct protected_pipes *p);
/* Gives an end that the caller has. 0; -E_PERM: it has not; -E_INVALID: no pipe, no end. */
long protected_pipe_give(const struct protected_pipes *p, uint64_t pipe, enum pipe_end end,
                         uint64_t to);
/* Writes the window's first `bytes`, at most PROTECTED_PIPE_BYTES, and waits for room. `bytes`;
 * -E_PERM: the end is not the caller's; -E_DEAD: the reader has ended; -E_TOO_LONG; -E_INVALID.
 * What is written after a part of it was taken lies behind that part in the window. */
long protected_pipe_write(const struct protected_pipes *p, uint64_t pipe, size_t bytes);
/* Reads what there is into the window, at most `bytes`; waits for the first. How many; 0: the
 * writer has ended; errors as above. */
long protected_pipe_read(const struct protected_pipes *p, uint64_t pipe, size_t bytes);

#endif
