/* SPDX-License-Identifier: MIT */
/* body.h -- a template as bytes: what a library imports and the catalogue on disk keeps. Numbers
 * are little-endian. A header, then `members` of its class, then an ELF object of BPF with the
 * functions (or, signed, a native one), then nothing.
 *
 * These bytes are anybody's: body_read checks each. */
#ifndef EXO_XN_BODY_H
#define EXO_XN_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exo/xn/type/udf.h"

#define XN_BODY_MAGIC     0x45505954 /* "TYPE" */
#define XN_BODY_BYTES_MAX 65536
#define XN_NAME_BYTES     16 /* filled up with zeros, at least one */
#define XN_RAW_MAX        8
#define XN_MEMBERS_MAX    32

enum xn_class { XN_BASE = 1, XN_STRUCT, XN_UNION };
enum {
    XN_TAINTS = 1,    /* data of this type is on disk before what points to it */
    XN_KEEP_LAST = 2, /* of a duplicate the pointer that recovery finds last is kept: see drop */
};

/* Bytes that writes change without asking what is owned. */
struct xn_range {
    uint16_t first, bytes;
};

/* What a class has several of: a struct its parts, a union its arms, a base type of the design
 * "template" its pointer fields. */
struct xn_member {
    uint32_t value; /* of the union's field, not 0 */
    uint16_t at;    /* of the part in the block; of the first field in the window */
    uint8_t type;   /* of part or arm; of what the fields point to */
    uint8_t width;  /* of a field: 4, a block's address; 8, a struct xn_extent of this type */
    uint16_t count; /* fields side by side */
    uint16_t zero;
};

struct xn_body {
    uint32_t magic;
    uint32_t bytes; /* of all of it */
    char name[XN_NAME_BYTES];
    uint8_t number; /* of the type: XN_IMPORTED to XN_TYPES_MAX - 1; the library's choice */
    uint8_t class, flags;
    uint8_t members, raws;
    uint8_t most;    /* base: extents that a partition owns at most */
    uint16_t size;   /* of the object; up to XN_BLOCK_BYTES */
    uint16_t first;  /* base: of the first window... */
    uint16_t stride; /* ...of the next one, and how long each is; both multiples of 8 */
    uint16_t count;  /* of the windows; 0: no pointers */
    uint16_t choice; /* union: where the field is that tells the arms apart... */
    uint8_t width;   /* ...and how long: 1, 2 or 4 */
    uint8_t zero;
    uint16_t key; /* design "template": of the 8 bytes that a credential must equal for any change;
                     XN_NO_KEY: the parent is asked */
    uint32_t object; /* bytes of the ELF object; 0: no functions */
    struct xn_range raw[XN_RAW_MAX];
    /* struct xn_member [members]; unsigned char [object] */
};
#define XN_NO_KEY 0xffff
_Static_assert(sizeof(struct xn_member) == 12 && sizeof(struct xn_body) == 80, "the form on disk");

#endif
