/* SPDX-License-Identifier: MIT */
/* quick.c -- see quick.h. What is not usual is left to check.c, which has the same rules. */
#include "exo/xn/type/quick.h"

#include "exo/defence.h"
#include "exo/xn/type/shadow.h"
#include "lib/string.h"

/* A type that has nothing but windows, of up to 64 pointers. */
static bool is_plain(const struct xn_type *t) {
    return t->owns && t->class == XN_BASE && !t->acl && !t->size_of && t->group->stride <= 512;
}

/* How many of the first n are alike; four at a time. */
static inline uint64_t alike(const uint64_t *a, const uint64_t *b, uint64_t n) {
    uint64_t i = 0;
    while (i + 4 <= n &&
           !((a[i] ^ b[i]) | (a[i + 1] ^ b[i + 1]) | (a[i + 2] ^ b[i + 2]) | (a[i + 3] ^ b[i + 3])))
        i += 4;
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

/* Is the longer list the other one, which has n extents, with this one in it? */
static bool has_one_more(const uint64_t *more, const uint64_t *less, uint64_t n, uint64_t one) {
    uint64_t at = alike(less, more, n);
    if (more[at] != one && DEFENDED(XN_QUICK_SETS))
        return false;
    return at + alike(less + at, more + at + 1, n - at) == n;
}

static inline uint64_t owned(const struct xn_type *t, uintptr_t window, uint64_t index,
                             uint64_t *out, uint8_t *stack) {
    if (DEFENDED(XN_QUICK_CLEARED))
        memset(out, 0, t->most * sizeof *out);
    return function_run(t->owns, window, index, (uintptr_t)out, 0, stack);
}

bool quick_check(struct xn_types *types, const struct xn_change *c) {
    const struct xn_side *s = &c->side[0];
    const struct xn_type *t = s->at.type;
    const struct xn_changes *changes = s->changes;
    bool comes = c->operation == XN_ALLOC;
    if ((!comes && c->operation != XN_FREE) || !is_plain(t) || s->partition >= t->partitions ||
        changes->count != 1 || changes->change[0].bytes != 8)
        return false;
    uint32_t first = t->group->first + s->partition * t->group->stride;
    uint32_t at = changes->change[0].at - first;
    if (at > t->group->stride - 8u && DEFENDED(XN_QUICK_WINDOW))
        return false;
    if (comes && !xn_extent_is_sound(types, s->add) && DEFENDED(XN_QUICK_SOUND))
        return false;
    struct xn_shadow *shadow = types->shadow;
    unsigned char *window = (unsigned char *)shadow->block[0] + first, *real = s->at.bytes + first;
    memcpy(window, real, t->reads_to);
    __builtin_memcpy(window + at, changes->bytes, 8);
    uint64_t *before = (uint64_t *)shadow->before, *after = (uint64_t *)shadow->after, one;
    uint64_t befores = owned(t, (uintptr_t)real, s->partition, before, shadow->stack);
    uint64_t afters = owned(t, (uintptr_t)window, s->partition, after, shadow->stack);
    __builtin_memcpy(&one, comes ? &s->add : &s->take, sizeof one);
    if (befores > t->most || afters > t->most)
        return false;
    return comes ? afters == befores + 1 && has_one_more(after, before, befores, one)
                 : befores == afters + 1 && has_one_more(before, after, afters, one);
}
