/* SPDX-License-Identifier: MIT */
/* view.h -- from types to shapes: what a kind of program may see of the structures that it is
 * handed, made from BTF and a list of grants. Nobody types in an offset.
 *
 * A structure without pointers in it whose every part has the same rights is plain memory, which
 * may be indexed; any other is an object. Of an object, neighbouring numbers of the same rights are
 * one field, since compilers load several at once; a pointer to a structure is a field of its own;
 * a pointer to anything else, a function, or a union with a pointer in it is opaque: it cannot be
 * touched. */
#ifndef ENGINE_VIEW_H
#define ENGINE_VIEW_H

#include "engine/btf.h"
#include "engine/kind.h"

#define VIEW_FIELDS_MAX 4096 /* of one object */

/* What may be done (MAY_READ, MAY_WRITE) with a member of a struct or union of this tag; a null
 * member is all of them. The first grant that fits counts; where none does, the view's own rights.
 */
struct grant {
    const char *type, *member;
    uint8_t may;
};

struct view {
    const struct btf *btf;
    struct arena *arena;
    const struct grant *grant;
    uint32_t grant_count;
    uint8_t may;                 /* where no grant fits */
    struct object_type **object; /* of each type, once it was asked for */
};

/* False when memory lacks. What the view makes lives as long as the arena. */
bool view_open(struct view *view, const struct btf *btf, struct arena *arena,
               const struct grant *grants, uint32_t grant_count, uint8_t may);

/* The shape of a parameter, result or loaded member of this type: a number, or a pointer to a
 * structure that may be null if `nullable`. SHAPE_NONE for what has none. False when memory lacks.
 */
bool view_shape(struct view *view, uint32_t type, bool nullable, struct shape *shape);

/* The signature of a FUNC or FUNC_PROTO: pointers given are not null, pointers that come back may
 * be. False when memory lacks, or when it has more than five parameters or one without a shape. */
bool view_signature(struct view *view, uint32_t type, struct signature *signature);

#endif
