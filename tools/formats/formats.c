/* SPDX-License-Identifier: MIT */
/* formats.c -- how each format writes what it owns. */
#include "formats.h"

#include <string.h>

static void put32(unsigned char *at, uint32_t value) {
    memcpy(at, &value, sizeof value);
}

/* An inode of the Fast File System: addresses of blocks. */
static void write_inode(unsigned char *w, const struct xn_extent *child, unsigned n,
                        enum step step) {
    put32(w, 0100644);
    memset(w + 64, 0, 48);
    for (unsigned i = 0; i < n; i++)
        put32(w + 64 + 4 * (step == STEP_REWRITE ? n - 1 - i : i), child[i].block);
}

/* ext4's: logical block, length, upper and lower half of the address. */
static void write_extents(unsigned char *w, const struct xn_extent *child, unsigned n,
                          enum step step) {
    (void)step;
    memset(w, 0, 96);
    for (unsigned i = 0, logical = 0; i < n; logical += child[i++].count) {
        put32(w + 12 * i, logical);
        put32(w + 12 * i + 4, child[i].count);
        put32(w + 12 * i + 8, child[i].block);
    }
}

/* Four entries of a directory, each with its file's inode. */
static void write_embedded(unsigned char *w, const struct xn_extent *child, unsigned n,
                           enum step step) {
    memset(w, 0, FORMAT_WINDOW);
    for (unsigned i = 0; i < n; i++) {
        strcpy((char *)w + 128 * i, step == STEP_REWRITE ? "renamed" : "name");
        put32(w + 128 * i + 64, child[i].block);
    }
}

/* The first one of a chain, whose every block begins with the address of the next one. */
static void write_head(unsigned char *w, const struct xn_extent *child, unsigned n,
                       enum step step) {
    (void)step;
    put32(w, n ? child[n - 1].block : 0);
}

/* A node: how many, then keys and children in their order; what is behind the last one stays. */
static void write_node(unsigned char *w, const struct xn_extent *child, unsigned n,
                       enum step step) {
    put32(w, n);
    for (unsigned i = 0; i < n; i++) {
        unsigned from = step == STEP_SECOND || step == STEP_REWRITE ? n - 1 - i : i;
        put32(w + 4 + 8 * i, 1000 - child[from].block);
        put32(w + 8 + 8 * i, child[from].block);
    }
}

/* Two places for the root of a log, written in turn; the one that was not written may still be the
 * same root. */
static void write_roots(unsigned char *w, const struct xn_extent *child, unsigned n,
                        enum step step) {
    unsigned slot = step == STEP_FREE ? 0 : step == STEP_SECOND ? 1 : 0;
    if (!n)
        return;
    put32(w + 16 * slot, step);
    put32(w + 16 * slot + 8, step == STEP_REWRITE ? child[0].block : child[n - 1].block);
    if (step == STEP_FOREIGN)
        put32(w + 24, child[0].block);
}

/* A first address, and how far it is from each to the next one. */
static void write_deltas(unsigned char *w, const struct xn_extent *child, unsigned n,
                         enum step step) {
    (void)step;
    memset(w, 0, 32);
    if (!n)
        return;
    put32(w, child[0].block);
    w[4] = (unsigned char)n;
    for (unsigned i = 1; i < n; i++)
        put32(w + 4 + 4 * i, child[i].block - child[i - 1].block);
}

/* Pointers that count when their sum is right. */
static void write_summed(unsigned char *w, const struct xn_extent *child, unsigned n,
                         enum step step) {
    uint32_t sum = 0x5a5a5a5a;
    memset(w, 0, 36);
    if (step == STEP_FOREIGN) /* the sum is spoilt: nothing counts any more */
        n--;
    for (unsigned i = 0; i < n; i++) {
        put32(w + 4 + 4 * i, child[i].block);
        sum ^= child[i].block;
    }
    put32(w, step == STEP_FOREIGN ? 1 : sum);
}

/* Records one behind the other: length, kind, bytes; a name's length moves what is behind it. */
static void write_records(unsigned char *w, const struct xn_extent *child, unsigned n,
                          enum step step) {
    const char *name = step == STEP_REWRITE ? "a_longer_name" : "name";
    unsigned length = 2 + (unsigned)strlen(name), at = length;
    memset(w, 0, 64);
    w[0] = (unsigned char)length;
    w[1] = 2;
    memcpy(w + 2, name, length - 2);
    for (unsigned i = 0; i < n; i++, at += 6) {
        w[at] = 6;
        w[at + 1] = 1;
        put32(w + at + 2, child[i].block);
    }
}

/* A place is free, holds addresses, or the bytes of a short file. */
static void write_tagged(unsigned char *w, const struct xn_extent *child, unsigned n,
                         enum step step) {
    memset(w, 0, FORMAT_WINDOW);
    for (unsigned i = 0; i < n; i++) {
        w[64 * i] = 1;
        put32(w + 64 * i + 8, child[i].block);
    }
    if (step >= STEP_REWRITE) {
        w[64 * 5] = 2;
        strcpy((char *)w + 64 * 5 + 8, "these bytes are a file");
    }
}

/* An entry for each block of the disk, 128 a window, in several blocks. */
static void write_table(unsigned char *w, const struct xn_extent *child, unsigned n,
                        enum step step) {
    (void)step;
    memset(w, 0, FORMAT_WINDOW);
    for (unsigned i = 0; i < n; i++)
        put32(w + 4 * (child[i].block % 128), 0x0fffffff);
}

static const struct xn_member inode_fields[] = {{.at = 64, .width = 4, .count = 12, .type = 1}};
#define ONE(where)                                                                                 \
    { .at = (where), .width = 4, .count = 1, .type = 1 }
static const struct xn_member extent_fields[] = {ONE(8),  ONE(20), ONE(32), ONE(44),
                                                 ONE(56), ONE(68), ONE(80), ONE(92)};
static const struct xn_member embedded_fields[] = {{.at = 64, .width = 4, .count = 4, .type = 1},
                                                   {.at = 192, .width = 4, .count = 4, .type = 1},
                                                   {.at = 320, .width = 4, .count = 4, .type = 1},
                                                   {.at = 448, .width = 4, .count = 4, .type = 1}};
static const struct xn_member head_fields[] = {{.at = 0, .width = 4, .count = 1, .type = 8}};
static const struct xn_member node_fields[] = {ONE(8), ONE(16), ONE(24), ONE(32), ONE(40)};
static const struct xn_member root_fields[] = {ONE(8), ONE(24)};
static const struct xn_member delta_fields[] = {ONE(0)};
static const struct xn_member summed_fields[] = {{.at = 4, .width = 4, .count = 8, .type = 1}};
static const struct xn_member record_fields[] = {ONE(8), ONE(14)};
static const struct xn_member tagged_fields[] = {{.at = 8, .width = 4, .count = 8, .type = 1},
                                                 {.at = 72, .width = 4, .count = 8, .type = 1},
                                                 {.at = 328, .width = 4, .count = 8, .type = 1}};
static const struct xn_member table_fields[] = {{.at = 0, .width = 4, .count = 64, .type = 1}};

#define FUNCTION(name)                                                                             \
    .object = formats_##name, .object_end = formats_##name##_end, .field = name##_fields,          \
    .fields = sizeof name##_fields / sizeof *name##_fields
#define OBJECT(name) extern const char formats_##name[], formats_##name##_end[]
OBJECT(inode);
OBJECT(extent);
OBJECT(embedded);
OBJECT(head);
OBJECT(node);
OBJECT(root);
OBJECT(delta);
OBJECT(summed);
OBJECT(record);
OBJECT(tagged);
OBJECT(table);

const struct format formats[FORMATS] = {
    {"bitmap and inodes", {1, 1}, write_inode, FUNCTION(inode)},
    {"extents", {4, 9}, write_extents, FUNCTION(extent)},
    {"embedded inodes", {1, 1}, write_embedded, FUNCTION(embedded)},
    {"free list inside blocks", {1, 1}, write_head, FUNCTION(head), .listed = true},
    {"B-tree", {1, 1}, write_node, FUNCTION(node)},
    {"versioned log roots", {1, 1}, write_roots, FUNCTION(root)},
    {"delta-coded pointers", {1, 1}, write_deltas, FUNCTION(delta)},
    {"pointers under a checksum", {1, 1}, write_summed, FUNCTION(summed)},
    {"shared blocks with counts", {1, 1}, write_inode, FUNCTION(inode), .shared = true},
    {"variable-length records", {1, 1}, write_records, FUNCTION(record)},
    {"tagged unions", {1, 1}, write_tagged, FUNCTION(tagged)},
    {"a table that spans blocks", {1, 1}, write_table, FUNCTION(table), .ordinal = 1, .at = 20},
};
