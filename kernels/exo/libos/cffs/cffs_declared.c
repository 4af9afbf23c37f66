/* SPDX-License-Identifier: MIT */
/* cffs_declared.c -- C-FFS's types, as each design of a volume wants them. "template" is told which
 * bytes are pointers, and to what; "udf" has functions; others have numbers only. */
#include "exo/libos/cffs/cffs_declared.h"

#include "exo/libos/cffs/cffs_format.h"
#include "exo/xn/type/body.h"
#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "lib/string.h"

/* Parts of a directory's block: they have lower numbers than it. */
enum { LINKS = 14, SLOTS = 15 };
#define SLOT_BYTES (CFFS_POINTERS * 4 + sizeof(struct cffs_inode))
#define POINTERS   4 /* of member[] */

/* A template without functions. */
struct declared {
    struct xn_body head;
    struct xn_member member[POINTERS];
};

#define BODY(type, its_name, its_class, its_members, its_size)                                     \
    .magic = XN_BODY_MAGIC,                                                                        \
    .bytes = sizeof(struct xn_body) + (its_members) * sizeof(struct xn_member), .name = its_name,  \
    .number = (type), .class = (its_class), .members = (its_members), .size = (its_size),          \
    .key = XN_NO_KEY

#define INDEX_WINDOWS                                                                              \
    .most = CFFS_INDEX_WINDOW / 4, .first = CFFS_INDEX_AT, .stride = CFFS_INDEX_WINDOW,            \
    .count = (XN_BLOCK_BYTES - CFFS_INDEX_AT) / CFFS_INDEX_WINDOW

/* In an order in which each finds its parts. */
static const struct declared types[] = {
    {.head = {BODY(CFFS_INDEX, "cffs-index", XN_BASE, 1, XN_BLOCK_BYTES), INDEX_WINDOWS},
     .member = {{.type = XN_BYTES, .width = 4, .count = CFFS_INDEX_WINDOW / 4}}},
    {.head = {BODY(CFFS_INDEX2, "cffs-index2", XN_BASE, 1, XN_BLOCK_BYTES), INDEX_WINDOWS},
     .member = {{.type = CFFS_INDEX, .width = 4, .count = CFFS_INDEX_WINDOW / 4}}},
    {.head = {BODY(LINKS, "cffs-links", XN_BASE, 1, SLOT_BYTES), .most = CFFS_LINKS,
              .stride = SLOT_BYTES, .count = 1},
     .member = {{.type = CFFS_DIRECTORY, .width = 4, .count = CFFS_LINKS}}},
    {.head = {BODY(SLOTS, "cffs-slots", XN_BASE, 4, XN_BLOCK_BYTES - 2 * SLOT_BYTES),
              .most = CFFS_POINTERS, .stride = SLOT_BYTES,
              .count = XN_BLOCK_BYTES / SLOT_BYTES - 2},
     .member = {{.type = XN_BYTES, .width = 4, .count = CFFS_DIRECT},
                {.at = CFFS_AT_INDEX * 4, .type = CFFS_INDEX, .width = 4, .count = 1},
                {.at = CFFS_AT_INDEX2 * 4, .type = CFFS_INDEX2, .width = 4, .count = 1},
                {.at = CFFS_AT_DIRECTORY * 4, .type = CFFS_DIRECTORY, .width = 4, .count = 1}}},
    {.head = {BODY(CFFS_DIRECTORY, "cffs-directory", XN_STRUCT, 2, XN_BLOCK_BYTES)},
     .member = {{.at = SLOT_BYTES, .type = LINKS}, {.at = 2 * SLOT_BYTES, .type = SLOTS}}},
};

/* Where the design has no fields. */
static const struct xn_body plain[] = {
    {BODY(CFFS_INDEX, "cffs-index", XN_BASE, 0, XN_BLOCK_BYTES), INDEX_WINDOWS},
    {BODY(CFFS_INDEX2, "cffs-index2", XN_BASE, 0, XN_BLOCK_BYTES), INDEX_WINDOWS},
    {BODY(CFFS_DIRECTORY, "cffs-directory", XN_BASE, 0, XN_BLOCK_BYTES), .most = CFFS_POINTERS,
     .first = SLOT_BYTES, .stride = SLOT_BYTES, .count = XN_BLOCK_BYTES / SLOT_BYTES - 1},
};

long cffs_declare(struct store *store, const struct store_function functions[CFFS_TYPES],
                  void *memory) {
    static const struct store_function none;
    const bool declared = store->design < 0 || store->design == XN_TEMPLATE;
    const unsigned count = declared ? sizeof types / sizeof types[0] : CFFS_TYPES;
    long number = 0;
    for (unsigned i = 0; i < count && number >= 0; i++)
        number = declared ? store->ops->type(store, &types[i], types[i].head.bytes)
                          : store_declare(store, &plain[i],
                                          store->design == XN_UDF ? &functions[i] : &none, memory);
    return number < 0 ? number : 0;
}
