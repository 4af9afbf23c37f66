/* SPDX-License-Identifier: MIT */
/* typing_part.h -- shared by typing.c (signatures) and typing_object.c (fields) only. */
#ifndef ENGINE_TYPING_PART_H
#define ENGINE_TYPING_PART_H

#include "engine/typing.h"

/* A type that values can have the address of. */
struct typing_object {
    struct typing_object *next;
    struct object_type type;
    const struct types *types;
    uint32_t id;
    bool plain; /* granted as bytes */
    bool filled;
};

/* What there is behind a pointer. */
struct pointee {
    uint32_t id; /* without typedefs and qualifiers */
    struct btf_type type;
    bool constant;
};
struct pointee typing_pointee(const struct btf *btf, const struct btf_type *pointer);

/* Integers, enums and floats. */
bool typing_is_number(enum btf_kind kind);
/* Does a value of this type hold no address? */
bool typing_is_plain(const struct btf *btf, uint32_t id);

/* The object type of a STRUCT, UNION or FWD; null when out of memory. */
struct typing_object *typing_object(struct typing_scope *scope, const struct types *types,
                                    uint32_t id);

/* Completes the shape of a pointer to this; `may` what is granted by constness alone. */
bool typing_pointer(struct typing_scope *scope, const struct types *types, struct pointee to,
                    const char *name, struct shape *shape, struct report *why);

/* Gives every type of which something is granted its fields. */
bool typing_fill(struct typing_scope *scope, struct report *why);

/* Which numbers a type has: all that its bytes hold, or only those from min to max; or `closed`:
 * which they are cannot be said by a range, so that no program writes it. */
struct limits {
    bool limited, closed;
    uint64_t min, max;
};
struct limits typing_limits(const struct btf *btf, uint32_t id);
struct limits typing_limits_of_bits(const struct btf *btf, const struct btf_member *m);
/* Is any part of the type, unions and all, such a number? */
bool typing_has_limits(const struct btf *btf, uint32_t id);

#endif
