/* SPDX-License-Identifier: MIT */
/* wfs.h -- what the files of wfs share. What is on the disk is believed nowhere: a number that
 * leads out of its part of the volume is -E_DAMAGED. */
#ifndef WFS_H
#define WFS_H

#include "lib/error.h"
#include "spin/extend.h"
#include "spin/extensions/wfs/format.h"
#include "spin/services/files/file_system.h"

/* Proven by itself, at its declaration's word: not part of its callers. */
#ifdef __clang__
#define ALONE __attribute__((noinline))
#else
#define ALONE __attribute__((noipa))
#endif

/* A number with these bits of it, whatever the compiler knows of it: what is an index stays one. */
static inline unsigned long masked(unsigned long number, unsigned long mask) {
    __asm__("" : "+r"(number));
    number &= mask;
    __asm__("" : "+r"(number));
    return number;
}

/* The volume's memory: what the superblock says, and where to look first for what is free. */
enum { MAP, NODES, NAMES, DATA, ALL, NODE_COUNT, NAME_COUNT, NEXT_BLOCK, NEXT_NODE };

static inline unsigned long known(struct volume *v, unsigned what) {
    return volume_memory(v)->word[what];
}

/* --- Nodes --- */

static inline unsigned long node_block(struct volume *v, unsigned long n) {
    return known(v, NODES) + n / WFS_NODES_PER;
}

static inline struct wfs_node *node_in(struct block *b, unsigned long n) {
    return (struct wfs_node *)(b->byte + n % WFS_NODES_PER * sizeof(struct wfs_node));
}

static inline struct wfs_extent *extent_in(struct block *b, unsigned long n, unsigned long i) {
    return (struct wfs_extent *)(b->byte + masked(n * sizeof(struct wfs_node) +
                                                      offsetof(struct wfs_node, extent) +
                                                      i * sizeof(struct wfs_extent),
                                                  WFS_BLOCK - sizeof(struct wfs_extent)));
}

/* The block that has the node, held, or null: there is no such node. */
static inline struct block *node_get(struct volume *v, unsigned long n) {
    return n && n < known(v, NODE_COUNT) ? block_read(v, node_block(v, n)) : 0;
}

static inline void tell_facts(const struct wfs_node *n, struct file_call *c) {
    c->facts.kind = n->kind;
    c->facts.bytes = n->bytes;
    c->facts.links = n->links;
    c->facts.mode = n->mode;
    c->facts.owner = 0;
    c->facts.time = n->time;
}

#endif
