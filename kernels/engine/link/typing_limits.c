/* SPDX-License-Identifier: MIT */
/* typing_limits.c -- numbers of which not every one is a value of their type. The kernel's C takes
 * for granted that a bool is 0 or 1, and its switches that an enum is between its least and its
 * greatest enumerator (not one of them: flags are combined). So a program may write nothing else
 * there. What the range does not tell of exactly enough is not written at all: enums with negative
 * enumerators, for a shape's range is unsigned, and those that have only 0 or are not described. */
#include "engine/link/typing_part.h"

static struct limits limits_of_enum(const struct btf *btf, const struct btf_type *t) {
    struct limits l = {.limited = true, .min = UINT64_MAX};
    for (uint32_t i = 0; i < t->len; i++) {
        int64_t value = btf_enumerator(btf, t, i).value;
        l.closed = l.closed || value < 0;
        l.min = (uint64_t)value < l.min ? (uint64_t)value : l.min;
        l.max = (uint64_t)value > l.max ? (uint64_t)value : l.max;
    }
    l.closed = l.closed || l.max == 0;
    return l;
}

struct limits typing_limits(const struct btf *btf, uint32_t id) {
    struct btf_type t = btf_type(btf, btf_base(btf, id, NULL));
    if (t.kind == BTF_INT && btf_integer(btf, &t).encoding & BTF_INT_BOOL)
        return (struct limits){.limited = true, .max = 1};
    if (t.kind == BTF_ENUM || t.kind == BTF_ENUM64)
        return limits_of_enum(btf, &t);
    return (struct limits){.limited = false};
}

/* Bits are stored among others: either all that fit are values, or none is written. */
struct limits typing_limits_of_bits(const struct btf *btf, const struct btf_member *m) {
    struct limits l = typing_limits(btf, m->type);
    bool all = m->bits && l.min == 0 && l.max >= UINT64_MAX >> (64 - m->bits);
    return (struct limits){.closed = l.limited && (l.closed || !all)};
}

bool typing_has_limits(const struct btf *btf, uint32_t id) {
    struct btf_type t = btf_type(btf, btf_base(btf, id, NULL));
    uint32_t child;
    if (t.kind == BTF_ARRAY)
        return typing_has_limits(btf, btf_array(btf, &t).element);
    if (t.kind != BTF_STRUCT && t.kind != BTF_UNION)
        return typing_limits(btf, t.id).limited;
    for (uint32_t i = 0; btf_child(btf, &t, i, &child); i++)
        if (typing_has_limits(btf, child))
            return true;
    return false;
}
