/* SPDX-License-Identifier: MIT */
/* check.c -- see check.h. */
#include "exo/xn/type/check.h"

#include "exo/defence.h"
#include "exo/xn/type/sets.h"
#include "lib/error.h"
#include "lib/string.h"

/* A side being tried. */
struct attempt {
    const struct xn_side *side;
    struct xn_window window;
    struct xn_site shadow; /* the site, with the shadow's bytes */
    bool owns;             /* something, afterwards */
};

unsigned char *shadow_of(const struct xn_types *types, const struct xn_change *c, unsigned side) {
    bool own = side && c->side[1].at.bytes != c->side[0].at.bytes;
    return (unsigned char *)types->shadow->block[own];
}

static bool lies_in(uint32_t at, uint32_t bytes, uint32_t from, uint32_t length) {
    return at >= from && at + bytes <= from + length;
}

static bool is_raw(const struct xn_type *t, uint32_t at, uint32_t bytes) {
    for (unsigned i = 0; i < t->raws; i++)
        if (lies_in(at, bytes, t->raw[i].first, t->raw[i].bytes))
            return true;
    return false;
}

static bool all_are_raw(const struct xn_side *s) {
    for (uint32_t i = 0; i < s->changes->count; i++)
        if (!is_raw(s->at.type, s->changes->change[i].at, s->changes->change[i].bytes))
            return false;
    return true;
}

/* Are all changes in the window, or where nothing tells what is owned? While nothing is chosen yet
 * all windows stay 0: whatever will be chosen, they own nothing. */
static bool lie_well(const struct xn_types *types, const struct attempt *a) {
    const struct xn_site *site = &a->side->at;
    const struct xn_changes *changes = a->side->changes;
    bool chosen = a->window.base || !DEFENDED(XN_CHOSEN);
    for (uint32_t i = 0; i < changes->count; i++) {
        uint32_t at = changes->change[i].at, bytes = changes->change[i].bytes;
        bool own = chosen && lies_in(at, bytes, a->window.first, a->window.bytes);
        if (!own && types->meta->hits(site, at, bytes) && !is_raw(site->type, at, bytes) &&
            DEFENDED(XN_WINDOW))
            return false;
    }
    return true;
}

/* They come in runs. */
void shadow_copy(uint64_t *to, const unsigned char *bytes, unsigned first, const uint64_t *mask,
                 unsigned words) {
    const uint64_t *from = (const uint64_t *)bytes;
    for (unsigned i = 0; i < words; i += 64) {
        uint64_t left = mask[i / 64];
        if (words - i < 64)
            left &= (1ull << (words - i)) - 1;
        while (left) {
            unsigned word = (unsigned)__builtin_ctzll(left);
            uint64_t gap = ~(left >> word);
            unsigned run = gap ? (unsigned)__builtin_ctzll(gap) : 64;
            const uint64_t *source = from + first + i + word, *end = source + run;
            for (uint64_t *target = to + first + i + word; source < end;)
                *target++ = *source++;
            left = word + run < 64 ? left >> (word + run) << (word + run) : 0;
        }
    }
}

static void copy_to_shadow(const struct xn_types *types, const struct attempt *a) {
    uint64_t *to = (uint64_t *)a->shadow.bytes;
    const unsigned char *from = a->side->at.bytes;
    const struct xn_type *t = a->side->at.type;
    if (a->window.base)
        shadow_copy(to, from, a->window.first / 8, types->meta->reads(&a->window),
                    a->window.bytes / 8);
    if (t->acl || t->size_of)
        shadow_copy(to, from, 0, t->reads, XN_BLOCK_BYTES / 8);
    if (t->width)
        memcpy(a->shadow.bytes + t->choice, a->side->at.bytes + t->choice, t->width);
}

static bool is_zero(const unsigned char *bytes, unsigned n) {
    unsigned char any = 0;
    for (unsigned i = 0; i < n; i++)
        any |= bytes[i];
    return !any;
}

static bool windows_are_zero(const struct xn_site *site) {
    const struct xn_type *t = site->type;
    for (unsigned k = 0; k < t->groups; k++)
        if (!is_zero(site->bytes + t->group[k].first, t->group[k].stride * t->group[k].count))
            return false;
    return true;
}

static bool touch_no_window(const struct xn_types *types, const struct xn_side *s) {
    for (uint32_t i = 0; i < s->changes->count; i++)
        if (types->meta->hits(&s->at, s->changes->change[i].at, s->changes->change[i].bytes))
            return false;
    return true;
}

/* May what the block's windows mean become what it is in the shadow? */
static int check_choice(const struct xn_types *types, const struct xn_change *c,
                        const struct attempt *a) {
    const struct xn_type *t = a->side->at.type;
    const unsigned char *old = a->side->at.bytes + t->choice, *new = a->shadow.bytes + t->choice;
    struct xn_window window;
    if (!memcmp(old, new, t->width) || !DEFENDED(XN_CHOICE))
        return 0;
    if (c->operation != XN_WRITE)
        return -E_OWNS;
    if (is_zero(old, t->width)) {
        int error = types->meta->window(types, &a->shadow, 0, &window);
        return error;
    }
    bool empty = windows_are_zero(&a->side->at) && touch_no_window(types, a->side);
    return is_zero(new, t->width) && t->returns && empty ? 0 : -E_OWNS;
}

/* No partition beyond what counts owns anything. The size's old value is trusted for all others. */
static int check_size(const struct xn_types *types, const struct attempt *a) {
    const struct xn_program *size = a->side->at.type->size_of;
    uint8_t *stack = types->shadow->stack;
    uint64_t is = function_run(size, (uintptr_t)a->shadow.bytes, 0, 0, 0, stack);
    if (is > XN_BLOCK_BYTES || (a->owns && a->window.first + (uint32_t)a->window.bytes > is))
        return -E_OWNS;
    if (is >= function_run(size, (uintptr_t)a->side->at.bytes, 0, 0, 0, stack))
        return 0;
    struct xn_extent *out = types->shadow->after;
    for (uint32_t p = 0; p < types->meta->partitions(&a->side->at); p++) {
        struct xn_window w;
        if (p == a->side->partition || types->meta->window(types, &a->side->at, p, &w) ||
            w.first + (uint32_t)w.bytes <= is || !w.base)
            continue;
        memset(out, 0, w.most * sizeof *out);
        if (types->meta->owned(types, &a->side->at, &w, out))
            return -E_OWNS;
    }
    return 0;
}

static int compare(const struct xn_types *types, struct attempt *a) {
    const struct xn_meta *meta = types->meta;
    struct xn_extent *before = types->shadow->before, *after = types->shadow->after;
    if (DEFENDED(XN_CLEARED)) {
        memset(before, 0, a->window.most * sizeof *before);
        memset(after, 0, a->window.most * sizeof *after);
    }
    int befores = meta->owned(types, &a->side->at, &a->window, before);
    int afters = meta->owned(types, &a->shadow, &a->window, after);
    if (befores < 0 || afters < 0)
        return -E_INVALID;
    a->owns = afters > 0;
    return sets_differ_by(types, before, (unsigned)befores, after, (unsigned)afters, a->side->take,
                          a->side->add) ||
                   !DEFENDED(XN_SETS)
               ? 0
               : -E_OWNS;
}

static int begin(const struct xn_types *types, const struct xn_change *c, unsigned i,
                 struct attempt *a) {
    a->side = &c->side[i];
    a->shadow = a->side->at;
    a->shadow.bytes = shadow_of(types, c, i);
    int error = types->meta->window(types, &a->side->at, a->side->partition, &a->window);
    if (error && c->operation == XN_WRITE) { /* of bytes that are no partition's */
        a->window = (struct xn_window){.base = NULL};
        error = 0;
    }
    if (error || !lie_well(types, a))
        return -E_INVALID;
    if (a->side->add.count && !xn_extent_is_sound(types, a->side->add) && DEFENDED(XN_SOUND))
        return -E_INVALID;
    copy_to_shadow(types, a);
    return 0;
}

/* Within one block: two windows that are written together or not at all. */
static int check_together(const struct xn_types *types, const struct attempt a[2]) {
    if (a[0].side->at.bytes != a[1].side->at.bytes)
        return 0;
    bool apart = a[0].side->partition != a[1].side->partition;
    bool together = a[0].window.first / types->atom == a[1].window.first / types->atom;
    return apart && (together || !DEFENDED(XN_MOVE)) ? 0 : -E_INVALID;
}

/* Before and after. */
static int try(const struct xn_types *types, const struct xn_change *c, struct attempt *a) {
    const struct xn_type *t = a->side->at.type;
    int error = t->width ? check_choice(types, c, a) : 0;
    if (error)
        return error;
    if (!a->window.base && c->operation != XN_WRITE)
        return -E_INVALID; /* nothing is chosen that could own */
    a->owns = false;
    if (a->window.base)
        error = compare(types, a);
    return error || !t->size_of || !DEFENDED(XN_SIZE) ? error : check_size(types, a);
}

int sets_check(struct xn_types *types, const struct xn_change *c) {
    struct attempt a[2];
    int error = 0;
    for (unsigned i = 0; i < c->sides && !error; i++)
        error = begin(types, c, i, &a[i]);
    if (!error && c->sides == 2)
        error = check_together(types, a);
    if (error)
        return error;
    for (unsigned i = 0; i < c->sides; i++)
        changes_apply(c->side[i].changes, a[i].shadow.bytes);
    if (c->operation == XN_WRITE && all_are_raw(&c->side[0]))
        return 0;
    for (unsigned i = 0; i < c->sides && !error; i++)
        error = try(types, c, &a[i]);
    return error;
}
