/* SPDX-License-Identifier: MIT */
/* quick.c -- the short path of the change that is made most: a pointer comes or goes, or none does.
 * What is not usual is left to check.c, which has the same rules. */
#include "exo/defence.h"
#include "exo/xn/type/check.h"
#include "exo/xn/type/shadow.h"
#include "lib/string.h"

/* A type that has nothing but windows, of up to 64 pointers. */
static bool is_plain(const struct xn_type *t) {
    return t->owns && t->class == XN_BASE && !t->size_of && t->group->stride <= 512;
}

static bool all_lie_in(const struct xn_changes *c, uint32_t first, uint32_t bytes) {
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t at = c->change[i].at - first; /* one before it is far behind it */
        if ((at >= bytes || at + c->change[i].bytes > bytes) && DEFENDED(XN_QUICK_WINDOW))
            return false;
    }
    return true;
}

/* How many of the first ones are alike, up to n; a[n] is made unlike b[n]. */
static inline uint64_t alike(uint64_t *a, const uint64_t *b, uint64_t n) {
    a[n] = ~b[n];
    for (uint64_t i = 0;; i += 4) {
        if (a[i] != b[i])
            return i;
        if (a[i + 1] != b[i + 1])
            return i + 1;
        if (a[i + 2] != b[i + 2])
            return i + 2;
        if (a[i + 3] != b[i + 3])
            return i + 3;
    }
}

/* Is the longer list the other one, which has n extents, with this one in it? */
static inline bool has_one_more(const uint64_t *more, uint64_t *less, uint64_t n, uint64_t one) {
    uint64_t at = alike(less, more, n);
    if (more[at] != one && DEFENDED(XN_QUICK_SETS))
        return false;
    return at == n || at + alike(less + at, more + at + 1, n - at) == n;
}

static inline uint64_t owned(const struct xn_type *t, uintptr_t window, uint64_t index,
                             uint64_t *out, uint8_t *stack) {
    return function_run(t->owns, window, index, (uintptr_t)out, 0, stack);
}

static bool differ(enum xn_operation operation, uint64_t child, uint64_t *before, uint64_t befores,
                   uint64_t *after, uint64_t afters) {
    if (operation == XN_ALLOC)
        return afters == befores + 1 && has_one_more(after, before, befores, child);
    if (operation == XN_FREE)
        return befores == afters + 1 && has_one_more(before, after, afters, child);
    return befores == afters && alike(before, after, befores) == befores;
}

bool quick_check(struct xn_types *types, const struct xn_change *c) {
    const struct xn_side *s = &c->side[0];
    const struct xn_type *t = s->at.type;
    if (c->sides != 1 || !is_plain(t) || s->partition >= t->partitions)
        return false;
    uint32_t first = t->group->first + s->partition * t->group->stride;
    if (!all_lie_in(s->changes, first, t->group->stride))
        return false;
    if (s->add.count && !xn_extent_is_sound(types, s->add) && DEFENDED(XN_QUICK_SOUND))
        return false;
    struct xn_shadow *shadow = types->shadow;
    unsigned char *window = (unsigned char *)shadow->block[0] + first, *real = s->at.bytes + first;
    memcpy(window, real, t->reads_to);
    if (t->acl)
        shadow_copy(shadow->block[0], s->at.bytes, 0, t->reads, XN_BLOCK_BYTES / 8);
    changes_apply(s->changes, (unsigned char *)shadow->block[0]);
    uint64_t *before = (uint64_t *)shadow->before, *after = before + t->most + 1, child;
    if (DEFENDED(XN_QUICK_CLEARED))
        memset(before, 0, (2u * t->most + 1) * sizeof *before);
    uint64_t befores = owned(t, (uintptr_t)real, s->partition, before, shadow->stack);
    uint64_t afters = owned(t, (uintptr_t)window, s->partition, after, shadow->stack);
    __builtin_memcpy(&child, c->operation == XN_ALLOC ? &s->add : &s->take, sizeof child);
    return befores <= t->most && afters <= t->most &&
           differ(c->operation, child, before, befores, after, afters);
}
