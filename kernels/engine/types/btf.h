/* SPDX-License-Identifier: MIT */
/* btf.h -- the types of an object: BTF, the format that clang and GCC write into the section .BTF
 * (docs.kernel.org/bpf/btf.html), kinds 1 to 19. btf_open checks every byte once; the readers below
 * it trust what it has accepted. Nothing is decoded ahead: a type is read from the section when it
 * is asked for, so the section's bytes must stay as they are while the types are in use.
 *
 * What holds for accepted types:
 *   1. every id and every name refers to something that exists and may stand there;
 *   2. sizes are known and consistent: a member lies inside its structure and over no other member
 * of a struct;
 *   3. no type contains itself. A cycle passes through a *reference*, a pointer to (or a function's
 * parameter or result of) a named struct or union; following everything but references ends within
 * BTF_HEIGHT_MAX steps.
 *
 * Type 0 is void. */
#ifndef ENGINE_BTF_H
#define ENGINE_BTF_H

#include "engine/base/arena.h"
#include "engine/bytes.h"
#include "engine/base/report.h"

#define BTF_BYTES_MAX  (2u << 20)
#define BTF_TYPES_MAX  (1u << 17)
#define BTF_HEIGHT_MAX 64
#define BTF_NAME_MAX   255
#define BTF_NO_SIZE    0xffffffffu /* of void, functions, forward declarations */

/* The kinds of types, in the order of their numbers. */
/* clang-format off */
#define BTF_KINDS(X) \
    X(VOID) X(INT) X(PTR) X(ARRAY) X(STRUCT) X(UNION) X(ENUM) X(FWD) X(TYPEDEF) X(VOLATILE) \
    X(CONST) X(RESTRICT) X(FUNC) X(FUNC_PROTO) X(VAR) X(DATASEC) X(FLOAT) X(DECL_TAG) X(TYPE_TAG) \
    X(ENUM64)
/* clang-format on */
enum btf_kind {
#define X(name) BTF_##name,
    BTF_KINDS(X)
#undef X
        BTF_KIND_COUNT
};

enum { BTF_INT_SIGNED = 1, BTF_INT_CHAR = 2, BTF_INT_BOOL = 4 };
enum { BTF_LINKAGE_STATIC, BTF_LINKAGE_GLOBAL, BTF_LINKAGE_EXTERN };
enum { BTF_IS_CONST = 1, BTF_IS_VOLATILE = 2 };

struct btf {
    struct bytes section;
    uint32_t strings_at, strings_len; /* in the section */
    uint32_t count;                   /* types are numbered 1 to count */
    uint32_t *at;                     /* where each type's record starts */
    uint32_t *size;                   /* bytes a value takes, or BTF_NO_SIZE */
    uint8_t *align;                   /* of a value; 1 where a structure is packed */
    uint32_t *order;   /* all types, each after those it is made of (references left out) */
    uint32_t *by_name; /* those with a name, sorted by name, kind, id */
    uint32_t named;
};

struct btf_type {
    uint32_t id;
    enum btf_kind kind;
    bool flag;          /* kind_flag: bitfields in a STRUCT, a FWD of a union, a signed ENUM */
    uint16_t len;       /* vlen: members, enumerators, parameters, variables; a FUNC's linkage */
    uint32_t type_size; /* the type referred to, or the size in bytes */
    const char *name;   /* "" when it has none */
};

struct btf_member {
    const char *name; /* "" for a struct or union without one */
    uint32_t type;
    uint32_t bit_offset;
    uint32_t bits; /* of a bitfield; 0 for any other member */
};

struct btf_enumerator {
    const char *name;
    int64_t value;
};

struct btf_parameter {
    const char *name; /* often "" */
    uint32_t type;    /* 0 is the ... at the end */
};

struct btf_array {
    uint32_t element, index, count;
};

struct btf_integer {
    uint8_t encoding; /* BTF_INT_ */
    uint8_t bits, bit_offset;
};

struct btf_variable { /* an entry of a DATASEC */
    uint32_t type, offset, size;
};

/* Checks the section and builds the tables above from the arena. False, with *why set, when a rule
 * is broken. */
bool btf_open(struct btf *btf, struct arena *arena, struct bytes section, struct report *why);

struct btf_type btf_type(const struct btf *btf, uint32_t id);

/* The i-th part of a type, i below its len. */
struct btf_member btf_member(const struct btf *btf, const struct btf_type *t, uint32_t i);
struct btf_enumerator btf_enumerator(const struct btf *btf, const struct btf_type *t, uint32_t i);
struct btf_parameter btf_parameter(const struct btf *btf, const struct btf_type *t, uint32_t i);
struct btf_variable btf_variable(const struct btf *btf, const struct btf_type *t, uint32_t i);
struct btf_array btf_array(const struct btf *btf, const struct btf_type *t);
struct btf_integer btf_integer(const struct btf *btf, const struct btf_type *t);
uint32_t btf_linkage(const struct btf *btf, const struct btf_type *t); /* of a FUNC or VAR */

/* Of a DECL_TAG: which parameter or member it is about; UINT32_MAX: the whole. */
uint32_t btf_component(const struct btf *btf, const struct btf_type *t);

/* The i-th type that t is made of: what it points to, its element, members, result then parameters,
 * variables. False when there are no more. *child may be 0, void. */
bool btf_child(const struct btf *btf, const struct btf_type *t, uint32_t i, uint32_t *child);

/* Is the step from a type of kind `from` to `to` a reference: from a pointer or function, to a
 * named struct or union, perhaps declared only, perhaps behind typedefs and qualifiers? */
bool btf_is_reference(const struct btf *btf, enum btf_kind from, uint32_t to);

/* The type behind typedefs, qualifiers and type tags. *qualifiers, which may be null, gathers
 * BTF_IS_CONST and BTF_IS_VOLATILE on the way; an array is as qualified as its elements, for C says
 * so. */
uint32_t btf_base(const struct btf *btf, uint32_t id, unsigned *qualifiers);

/* The type of this kind and name with the lowest number, or 0. */
uint32_t btf_find(const struct btf *btf, enum btf_kind kind, const char *name);

#endif
