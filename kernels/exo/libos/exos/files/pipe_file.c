/* SPDX-License-Identifier: MIT */
/* pipe_file.c -- a pipe as a file: a node without bytes, whose pages are the ring. Any number of
 * processes read and write it, each call in a critical section. */
#include "exo/libos/exos/files/file_ops.h"
#include "lib/error.h"

#define RING (2 * RAMFS_PAGE)

static struct ramfs_node *node_of(const struct open_file *f) {
    return ramfs_find(files_tree, f->at.node);
}

/* Bytes in the ring. More than there is room for: somebody spoilt it, and it is empty again. */
static uint64_t filled(struct ramfs_node *n) {
    if (n->written - n->read > RING)
        n->read = n->written;
    return n->written - n->read;
}

/* The bytes from `position` on that lie in the ring without a break, at most n. */
static size_t piece(uint64_t position, size_t n) {
    size_t left = RING - position % RING;
    return n < left ? n : left;
}

long pipe_read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    struct ramfs_node *n = node_of(f);
    (void)at;
    if (!n)
        return -E_NOT_FOUND;
    uint64_t there = filled(n);
    if (!there && bytes)
        return n->writers ? -E_AGAIN : 0;
    if (bytes > there)
        bytes = there;
    n->size = RING; /* else ramfs_read would give nothing */
    for (size_t done = 0, some; done < bytes; done += some) {
        some = piece(n->read + done, bytes - done);
        ramfs_read(files_tree, f->at.node, (n->read + done) % RING, (char *)into + done, some);
    }
    n->read += bytes;
    ++*files_event(f->at);
    return (long)bytes;
}

/* All of it, or what there is room for where it is more than a page. */
long pipe_write(struct open_file *f, uint64_t at, const void *from, size_t bytes) {
    struct ramfs_node *n = node_of(f);
    (void)at;
    if (!n)
        return -E_NOT_FOUND;
    if (!n->readers)
        return -E_DEAD;
    uint64_t room = RING - filled(n);
    if (room < bytes && (bytes <= RAMFS_PAGE || !room))
        return -E_AGAIN;
    if (bytes > room)
        bytes = room;
    for (size_t done = 0, some; done < bytes; done += some) {
        some = piece(n->written + done, bytes - done);
        if (ramfs_write(files_tree, f->at.node, (n->written + done) % RING,
                        (const char *)from + done, some) != (long)some)
            return -E_FULL;
    }
    n->written += bytes;
    ++*files_event(f->at);
    return (long)bytes;
}

unsigned pipe_ready(const struct open_file *f) {
    struct ramfs_node *n = node_of(f);
    unsigned ready = 0;
    if (!n)
        return EXOS_POLL_ENDED;
    if (f->flags & EXOS_READ)
        ready |= (filled(n) ? EXOS_POLL_READ : 0) | (n->writers ? 0 : EXOS_POLL_ENDED);
    if (f->flags & EXOS_WRITE)
        ready |= (RING - filled(n) >= RAMFS_PAGE ? EXOS_POLL_WRITE : 0) |
                 (n->readers ? 0 : EXOS_POLL_ENDED);
    return ready;
}

/* It is not ready now, so these counters are what has to change. */
void pipe_wakes(const struct open_file *f, unsigned wanted, struct sum *s, uint64_t tag) {
    struct ramfs_node *n = node_of(f);
    if (!n)
        return;
    if ((wanted & EXOS_POLL_READ) && (f->flags & EXOS_READ)) {
        sum_term(s, TERM_NE, sum_variable(s, &n->written), TERM_CONSTANT, n->read);
        sum_end(s, tag);
    }
    if ((wanted & EXOS_POLL_WRITE) && (f->flags & EXOS_WRITE)) {
        uint64_t most = RING - RAMFS_PAGE, written = n->written;
        sum_term(s, TERM_GE, sum_variable(s, &n->read), TERM_CONSTANT,
                 written > most ? written - most : 0);
        sum_end(s, tag);
    }
    uint64_t *others = f->flags & EXOS_READ ? &n->writers : &n->readers;
    sum_term(s, TERM_EQ, sum_variable(s, others), TERM_CONSTANT, 0);
    sum_end(s, tag);
}

void pipe_counts(const struct open_file *f, int by) {
    struct ramfs_node *n = node_of(f);
    if (f->flags & EXOS_READ)
        n->readers += (uint64_t)(int64_t)by;
    if (f->flags & EXOS_WRITE)
        n->writers += (uint64_t)(int64_t)by;
}
