/* SPDX-License-Identifier: MIT */
/* types.h -- the types of a volume in core: imported from their bodies, proven, and then immutable.
 * Pure: what memory and code need comes by the engine's hooks, and nothing here waits. */
#ifndef EXO_XN_TYPES_H
#define EXO_XN_TYPES_H

#include "engine/load.h"
#include "engine/native.h"
#include "exo/xn/type/body.h"

/* A function that runs interpreted, compiled or native. */
struct xn_program {
    code_entry *entry; /* null: interpreted */
    const struct program *program;
    uint64_t cost;                           /* instructions of a run, at most */
    uint64_t reads[2][XN_BLOCK_BYTES / 512]; /* what it reads of its first two arguments: a bit for
                                                each 8 bytes */
    uint64_t bytes[XN_BLOCK_BYTES / 64];     /* and of the first one for each byte */
};

/* Windows of one size and one owns function: the i-th of them is the bytes
 * [first + i * stride, + stride), and the block's partition `partition` + i. */
struct xn_group {
    uint16_t first, stride, count, partition;
    const struct xn_type *base; /* whose windows they are */
};
#define XN_GROUPS_MAX XN_MEMBERS_MAX

struct xn_type {
    char name[XN_NAME_BYTES];
    uint8_t number, class, flags;
    bool leaf; /* holds no pointers: comes in extents of several blocks, too */
    uint16_t size, partitions;
    uint16_t reads_to; /* the bytes of a window, from its beginning on, that owns may read */
    uint8_t groups, arms, raws, most, fields, width;
    uint16_t choice; /* with `width`: the field of a union, or the header of "self"... */
    bool returns;    /* ...which may become nil again: it is in one atom with all windows */
    uint16_t key;    /* design "template", or XN_NO_KEY */
    struct xn_range raw[XN_RAW_MAX];
    const struct xn_group *group;  /* groups of each arm; a type that is no union has one arm */
    const uint32_t *value;         /* of each arm */
    const struct xn_member *field; /* design "template", of a base type */
    const struct xn_program *owns, *acl, *size_of, *drop; /* null: none */
    uint64_t reads[XN_BLOCK_BYTES / 512]; /* what acl and size read of a proposed block */
    const void *body;                     /* as it was imported: a copy */
    uint32_t body_bytes;
    uint32_t memory; /* that is kept for it, but for what the engine keeps */
    struct arena arena;
    struct load load;     /* of its functions... */
    struct native native; /* ...or */
    bool has_load, has_native;
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
    uint64_t *(*word)(void *owner, uint32_t block, bool changes);
    void *owner;

    const struct xn_type *type[XN_TYPES_MAX];
    struct xn_shadow *shadow; /* of the transaction under way */
};

/* The built-in types. -E_NO_MEMORY. */
int xn_types_open(struct xn_types *types);
/* Gives everything back. */
void xn_types_close(struct xn_types *types);

/* A template being imported, in units of work: those of a proof are bounded, and the file is looked
 * through in one (engine/load.h). The structure is the caller's and stays where it is, as do the
 * types and the report; the body's bytes are copied at once. */
struct xn_importing {
    struct xn_types *types;
    struct report *why;
    struct xn_body body;
    struct xn_type *type;
    enum { XN_AT_BODY, XN_AT_PROOF, XN_AT_LAYOUT, XN_AT_TRIAL, XN_AT_END } stage;
    int result;              /* at the end */
    uint32_t arm, partition; /* tried next */
    struct typing typing[4];
    uint8_t typings;
    const struct typing *kind[4];
    struct load_request request;
    struct loading loading;
    bool loads;
};

/* Importing the same bytes again gives the same number and changes nothing. */
void xn_import_begin(struct xn_importing *importing, struct xn_types *types, const void *body,
                     size_t bytes, struct report *why);
/* -E_AGAIN: it goes on; else it is over: the type's number, or -E_EXISTS: name or number are
 * another body's; -E_INVALID, and *why says what and where: it breaks a rule; -E_NO_MEMORY. */
int xn_import_go(struct xn_importing *importing, uint32_t units);
/* It is not wanted any more: nothing is left of it. */
void xn_import_give_up(struct xn_importing *importing);
/* All of it at once; *importing is the caller's, for the stack is small. */
int xn_import(struct xn_importing *importing, struct xn_types *types, const void *body,
              size_t bytes, struct report *why);

/* The type of that name, or null. */
const struct xn_type *xn_type_named(const struct xn_types *types, const char name[XN_NAME_BYTES]);

/* May a block own this extent, as far as one can see by itself: a known type, within the volume,
 * one block unless it is a leaf's. */
static inline bool xn_extent_is_sound(const struct xn_types *types, struct xn_extent e) {
    const struct xn_type *t = e.type < XN_TYPES_MAX ? types->type[e.type] : NULL;
    return t && (e.type == XN_BYTES || e.type >= XN_IMPORTED) && !e.zero && e.count &&
           (e.count == 1 || t->leaf) && e.block && (uint64_t)e.block + e.count <= types->blocks;
}

#endif
