/* SPDX-License-Identifier: MIT */
/* sets.c -- see sets.h. */
#include "exo/xn/type/sets.h"

#include "exo/defence.h"
#include "lib/string.h"

/* An extent as a number; the kernels without a rule do not see all of it. */
static uint64_t whole(const struct xn_extent *e) {
    uint64_t number;
    __builtin_memcpy(&number, e, sizeof number); /* no call */
    if (!DEFENDED(XN_LENGTH))
        number &= ~(0xffffull << 32);
    if (!DEFENDED(XN_TYPED))
        number &= ~(0xffull << 48);
    return number;
}

static bool same(const struct xn_extent *a, const struct xn_extent *b) {
    return whole(a) == whole(b);
}

/* By address; the gaps are Ciura's, enough for XN_SET_MAX. */
static void sort(struct xn_extent *e, unsigned n) {
    static const uint8_t gaps[] = {23, 10, 4, 1};
    for (unsigned g = 0; g < sizeof gaps; g++) {
        unsigned gap = gaps[g];
        for (unsigned i = gap; i < n; i++) {
            struct xn_extent moving = e[i];
            unsigned to = i;
            for (; to >= gap && e[to - gap].block > moving.block; to -= gap)
                e[to] = e[to - gap];
            e[to] = moving;
        }
    }
}

/* The one form of a set: sorted, leaves side by side in one extent. How many there are; -1: what is
 * no extent is among them. */
static int normalise(const struct xn_types *types, struct xn_extent *e, unsigned n) {
    sort(e, n);
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct xn_type *t = e[i].type < XN_TYPES_MAX ? types->type[e[i].type] : NULL;
        if (!t || !e[i].count || e[i].zero)
            return -1;
        struct xn_extent *last = kept ? &e[kept - 1] : NULL;
        if (last && t->leaf && last->type == e[i].type &&
            (uint64_t)last->block + last->count == e[i].block &&
            last->count + e[i].count <= UINT16_MAX)
            last->count = (uint16_t)(last->count + e[i].count);
        else
            e[kept++] = e[i];
    }
    return (int)kept;
}

static bool are_alike(const struct xn_types *types, struct xn_extent *a, unsigned as,
                      struct xn_extent *b, unsigned bs) {
    int left = normalise(types, a, as), right = normalise(types, b, bs);
    if (left < 0 || left != right)
        return false;
    for (int i = 0; i < left; i++)
        if (!same(&a[i], &b[i]))
            return false;
    return true;
}

/* Do these make up just that run of leaves, one behind the other? */
static bool make_run(const struct xn_types *types, const struct xn_extent *e, unsigned n,
                     struct xn_extent run) {
    const struct xn_type *t = run.type < XN_TYPES_MAX ? types->type[run.type] : NULL;
    uint64_t at = run.block;
    if (!t || !t->leaf || run.zero)
        return false;
    for (unsigned i = 0; i < n; at += e[i++].count)
        if (e[i].block != at || e[i].type != run.type || !e[i].count || e[i].zero)
            return false;
    return n && at == (uint64_t)run.block + run.count;
}

bool sets_differ_by(const struct xn_types *types, struct xn_extent *before, unsigned befores,
                    struct xn_extent *after, unsigned afters, struct xn_extent take,
                    struct xn_extent add) {
    /* Almost always one pointer has come, or gone, and the others stand as they stood. */
    unsigned taken = take.count != 0, added = add.count != 0, first = 0;
    unsigned most = befores < afters ? befores : afters;
    while (first < most && same(&before[first], &after[first]))
        first++;
    before += first, befores -= first;
    after += first, afters -= first;
    for (most -= first; most && same(&before[befores - 1], &after[afters - 1]); most--)
        befores--, afters--;
    if (befores == taken && afters == added && (!taken || same(before, &take)) &&
        (!added || same(after, &add)))
        return true;
    if ((!taken && !befores && make_run(types, after, afters, add)) ||
        (!added && !afters && make_run(types, before, befores, take)))
        return true;
    if (added)
        before[befores++] = add;
    if (taken)
        after[afters++] = take;
    return are_alike(types, before, befores, after, afters);
}
