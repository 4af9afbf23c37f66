/* SPDX-License-Identifier: MIT */
/* typing.h -- from the types that a compiler described to the shapes that the verifier works with.
 *
 * A kind of program is described by a few lines of data: the name of a function type, and what
 * programs may do with which types. Everything else (fields, offsets, sizes, what points where)
 * comes from BTF: the kernel's own, as the build made it from its headers. A program's BTF is only
 * compared with it, by fingerprint_all's fingerprints; what it says is never believed.
 *
 * In a signature whatever C says is left out (SHAPE_NONE), and filled in here:
 *     integer, enum              a number; a program's bool is 0 or 1
 *     pointer to struct, union   an object; or its bytes, if granted as SHAPE_MEMORY
 *     pointer to anything else   that many bytes; const: to be read only
 *     void *                     with LENGTH_FOLLOWS, as many bytes as the next argument says
 *     pointer to a function      one of the program's, if said to be SHAPE_FUNCTION
 *     pointer to such a pointer  a field that owns an object, if said to be SHAPE_FIELD
 * Flags, ranges and a number of bytes may be given beside it. A shape that is given stands, as long
 * as it is a number where C has a number.
 *
 * A type has the fields that are granted. What is granted of no field is out of reach, and a type
 * of which nothing is granted can only be passed on: a capability is simply a pointer. A field that
 * is a pointer can be read at most, may be null unless its grant gives it a shape, and is an object
 * if it points to a structure; or it OWNS what it points to (kind.h). Fields of structures and
 * arrays inside count as the type's own and are named as in C: "frame.pc", "slot[3].key". Numbers
 * side by side with the same rights may be accessed as one ("a..c"), an array of them at constant
 * indices; a union can be granted when it holds no address. */
#ifndef ENGINE_TYPING_H
#define ENGINE_TYPING_H

#include "engine/domain.h"
#include "engine/kind.h"
#include "engine/base/report.h"

#define TYPING_FIELDS_MAX 4096

struct typing_grant {
    const char *type;   /* the tag of a struct or union */
    const char *field;  /* and all that it contains; null: every field that no other grant names */
    uint8_t may;        /* MAY_READ, MAY_WRITE, both, none, or OWNS */
    struct shape shape; /* what C does not say; without a field, SHAPE_MEMORY: the type is plain
                           bytes, which can be calculated with */
};

struct kind_description {
    struct kind kind; /* complete but for what C says of its entry */
    /* Name of a function, of a pointer to one, or of a typedef of either; null: the entry is
     * complete, and declarations do not count. */
    const char *prototype;
    /* Or the type that each program itself declares: for functions that others call. */
    bool own;
    const struct types *types; /* that know this name */
    const struct typing_grant *grant;
    uint32_t grants;
};

struct typing_object;

/* A kind with its types. */
struct typing {
    struct kind kind; /* complete */
    const struct kind_description *description;
    struct arena arena;
    struct typing_object
        *object;        /* the types of which something is granted, and what they lead to */
    uint32_t prototype; /* the FUNC_PROTO, or 0 */
};

/* False, with *why set and nothing left allocated, when the description contradicts the types. The
 * description, its types and the hooks must outlive the typing. */
bool typing_open(struct typing *typing, const struct hooks *hooks,
                 const struct kind_description *description, struct report *why);
void typing_close(struct typing *typing);

/* For programs of one object: objects of types that the kind does not know have their identity
 * here. */
struct typing_scope {
    const struct typing *typing;
    const struct types *types; /* the object's own */
    struct arena arena;        /* the caller's, which sets its hooks and releases it */
    struct typing_object *object;
};

/* Is a program, a FUNC of an object's types, declared as its kind wants it? Gives the kind with
 * this program's entry. */
bool typing_program(struct typing_scope *scope, const struct types *types, uint32_t function,
                    const char *name, struct kind *kind, struct report *why);

/* What a global function of an object, a FUNC of its types, declares of itself: for calls within
 * its own program. Numbers go in and one comes out; addresses may be null unless the parameter has
 * the tag btf_decl_tag("arg:nonnull"); structures of the object's own that hold no address are
 * memory. False, with *why set, when the declaration says too little: addresses that are given
 * back, void
 * *. */
bool typing_contract(struct typing_scope *scope, const struct types *types, uint32_t function,
                     const char *name, struct signature *signature, struct report *why);

/* Completes the signature of a function that programs call, whose FUNC_PROTO is `type` of `types`.
 * The result uses memory of the scope and of the typing. */
bool typing_signature(struct typing_scope *scope, const struct types *types, uint32_t type,
                      const char *name, struct signature *signature, struct report *why);

#endif
