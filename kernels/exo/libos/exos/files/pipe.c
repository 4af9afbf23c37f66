/* SPDX-License-Identifier: MIT */
/* pipe.c -- see pipe.h. One writer and one reader: each counter has one who changes it, after the
 * bytes are there or taken. */
#include "exo/libos/exos/files/pipe.h"

#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"

long exos_pipe(struct exos_pipe *at) {
    long error = frames_map(0, 0, 0, (uint64_t)at, (sizeof *at + PAGE - 1) / PAGE,
                            EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED);
    if (!error)
        at->written = at->read = at->writer = at->reader = 0;
    return error;
}

void exos_pipe_write_end(struct exos_pipe *p) {
    p->writer = (uint64_t)exo_env_self();
}

void exos_pipe_read_end(struct exos_pipe *p) {
    p->reader = (uint64_t)exo_env_self();
}

/* The other gets the processor. False: it has ended. */
static bool wait_for(uint64_t env) {
    if (!env) {
        process_pass();
        return true;
    }
    return exo_env_yield(env) == 0;
}

/* The bytes from `position` on that lie in the ring without a break, at most n. */
static size_t piece(uint64_t position, size_t n) {
    size_t left = PIPE_BYTES - position % PIPE_BYTES;
    return n < left ? n : left;
}

long exos_pipe_read(struct exos_pipe *p, void *into, size_t bytes) {
    uint64_t read = p->read, there;
    while ((there = p->written - read) == 0)
        if (!wait_for(p->writer) && p->written == read)
            return 0;
    if (there > PIPE_BYTES)
        return -E_INVALID;
    size_t n = bytes < there ? bytes : there, first = piece(read, n);
    memcpy(into, p->bytes + read % PIPE_BYTES, first);
    if (n > first)
        memcpy((char *)into + first, p->bytes, n - first);
    p->read = read + n;
    return (long)n;
}

long exos_pipe_write(struct exos_pipe *p, const void *from, size_t bytes) {
    uint64_t written = p->written;
    for (size_t done = 0, n; done < bytes; done += n) {
        uint64_t used;
        while ((used = written - p->read) == PIPE_BYTES)
            if (!wait_for(p->reader))
                return -E_DEAD;
        if (used > PIPE_BYTES)
            return -E_INVALID;
        n = bytes - done < PIPE_BYTES - used ? bytes - done : PIPE_BYTES - used;
        n = piece(written, n);
        memcpy(p->bytes + written % PIPE_BYTES, (const char *)from + done, n);
        p->written = written += n;
    }
    return (long)bytes;
}
