/* SPDX-License-Identifier: MIT */
/* types.h -- the types of a volume in core: imported from their bodies, proven, and then immutable.
 * Pure: what memory and code need comes by the engine's hooks, and nothing here waits. */
#ifndef EXO_XN_TYPES_H
#define EXO_XN_TYPES_H

#include "engine/load.h"
#include "engine/native.h"
#include "exo/xn/type/body.h"

/* Windows of one size and one owns function: partition i of them is the bytes
 * [first + i * stride, + stride). Bytes of it that owns reads are in `read`, a bit for each 8. */
struct xn_group {
    uint16_t first, stride, count;
    uint16_t partition; /* the block's number of the group's first one */
    uint8_t most;
    const struct xn_program *owns; /* designs without code: null */
    const struct xn_type *base;    /* whose windows they are */
};
#define XN_GROUPS_MAX 32
#define XN_ARMS_MAX   XN_MEMBERS_MAX

/* A function that runs interpreted, compiled or native. */
struct xn_program {
    code_entry *entry; /* null: interpreted */
    const struct program *program;
    uint64_t cost;                              /* instructions of a run, at most */
    uint64_t reads[2][XN_BLOCK_BYTES / 8 / 64]; /* words that it reads of its first two arguments */
    struct load load;
    struct native native;
};

struct xn_type {
    char name[XN_NAME_BYTES];
    uint8_t number, class, flags;
    bool leaf; /* holds no pointers: may come in extents of several blocks */
    uint16_t size;
    uint16_t partitions;
    uint8_t groups, arms, raws;
    uint8_t width;   /* union: of the field... */
    uint16_t choice; /* ...and where it is */
    uint16_t key;    /* design "template", or XN_NO_KEY */
    struct xn_range raw[XN_RAW_MAX];
    struct xn_group *group;        /* arms * groups of them; of a struct or base type arms is 1 */
    uint32_t *value;               /* of each arm */
    const struct xn_member *field; /* design "template", of a base type: `fields` of them */
    uint8_t fields;
    const struct xn_program *acl, *size_of, *drop; /* null: none */
    const void *body;                              /* as it was imported: a copy */
    uint32_t body_bytes;
    uint32_t memory; /* that the kernel keeps for it */
    struct arena arena;
};

enum xn_way { XN_INTERPRETED, XN_COMPILED };
struct xn_meta;

/* The types of one volume; the owner sets the first part. */
struct xn_types {
    const struct hooks *hooks;  /* whose owner is charged */
    const struct xn_meta *meta; /* the volume's design */
    enum xn_way way;
    const uint8_t *key; /* whose signature native objects have; null: there are none */
    uint32_t atom;      /* bytes that the device writes whole: 512 to 4096 */
    uint32_t blocks;    /* of the volume: extents end below */
    /* Design "capability": the 8 bytes that the kernel keeps of a block, or null: not in core. */
    uint64_t *(*word)(void *owner, uint32_t block);
    void *owner;

    const struct xn_type *type[XN_TYPES_MAX];
    struct xn_shadow *shadow; /* of the transaction under way */
};

/* The built-in types. -E_NO_MEMORY. */
int xn_types_open(struct xn_types *types);
/* Gives everything back. */
void xn_types_close(struct xn_types *types);

/* A template from its body: its type's number; the bytes are copied. Importing the same bytes again
 * gives the same number and changes nothing. -E_EXISTS: name or number are another body's;
 * -E_INVALID, and *why says what and where: it breaks a rule; -E_NO_MEMORY. */
int xn_import(struct xn_types *types, const void *body, size_t bytes, struct report *why);

/* The type of that name, or null. */
const struct xn_type *xn_type_named(const struct xn_types *types, const char name[XN_NAME_BYTES]);

/* May a block own this extent, as far as one can see by itself: a known type, within the volume,
 * one block unless it is a leaf's. */
bool xn_extent_is_sound(const struct xn_types *types, struct xn_extent extent);

#endif
