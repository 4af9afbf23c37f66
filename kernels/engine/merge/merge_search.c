/* SPDX-License-Identifier: MIT */
/* merge_search.c -- one search: equalities into a hash table, ranges into a tree. Whoever chooses
 * what members compare with may know how the table hashes: where the values crowd it they are
 * ranges of one number each, which take logarithmic time whatever they are. */
#include "engine/assert.h"
#include "engine/base/sort.h"
#include "engine/merge/merge_internal.h"

/* What a member's conjunct takes of the number that the key names. */
struct part {
    uint64_t low, high;
    uint32_t member;
    uint16_t bit; /* of the conjunct in the member's form */
};

struct parts {
    struct part *part;
    uint32_t count;
};

static bool open_parts(struct merge_build *b, const struct merge_key *key, struct merge_list *list,
                       struct parts *parts) {
    parts->part = b->hooks->allocate(b->hooks->owner, list->count * sizeof *parts->part);
    if (!parts->part) {
        b->no_memory = true;
        return false;
    }
    while (list->count) {
        uint32_t member = merge_list_take(b, list);
        unsigned i = b->form[member].found;
        const struct conjunct *c = merge_conjunct(b, member, i);
        uint64_t high = c->high;
        if (key->prefixes) /* bits that a prefix leaves open may all be set */
            high = (high & c->mask) | (key->mask & ~c->mask);
        parts->part[parts->count++] = (struct part){c->low, high, member, (uint16_t)(1u << i)};
    }
    return true;
}

/* Makes the set of the parts that lead to the same. Their members are in no other, so that what has
 * been decided of them stays so. */
static uint32_t lead_on(struct merge_build *b, const struct part *part, const uint32_t *number,
                        uint32_t count) {
    struct merge_list list = {.count = 0};
    for (uint32_t i = 0; i < count; i++) {
        b->form[part[number[i]].member].done |= part[number[i]].bit;
        merge_list_add(b, &list, part[number[i]].member);
    }
    return merge_make_set(b, list);
}

/* --- The table --- */

/* The slot that has the value, or the first free one, MERGE_PROBES_MAX at most behind its own. */
static struct merge_slot *probe(struct merge_slot *slot, uint64_t value, unsigned bits) {
    uint32_t at = merge_hash(value, bits);
    for (unsigned n = 0; n < MERGE_PROBES_MAX; n++, at = (at + 1) & ((1u << bits) - 1))
        if (slot[at].leads == MERGE_NOBODY || slot[at].value == value)
            return &slot[at];
    return NULL;
}

/* Puts each value in, leading to the last part that has it; `same` links it with those before.
 * False: they crowd the table. */
static bool put_all(struct merge_slot *slot, const struct parts *p, uint32_t equal, uint32_t *same,
                    unsigned bits) {
    for (uint32_t i = 0; i < 1u << bits; i++)
        slot[i].leads = MERGE_NOBODY;
    for (uint32_t i = 0; i < equal; i++) {
        struct merge_slot *s = probe(slot, p->part[i].low, bits);
        if (!s)
            return false;
        same[i] = s->leads;
        *s = (struct merge_slot){p->part[i].low, i};
    }
    return true;
}

/* Slots lead to parts until here; all parts of one value become a set, in ascending order. */
static void resolve(struct merge_build *b, const struct parts *p, uint32_t first, unsigned bits,
                    const uint32_t *same, uint32_t *number) {
    for (uint32_t i = 0; i < 1u << bits && !b->no_memory; i++) {
        uint32_t part = ROW_AT(b->merge->slot, struct merge_slot, first + i)->leads, count = 0;
        if (part == MERGE_NOBODY)
            continue;
        for (; part != MERGE_NOBODY; part = same[part])
            number[count++] = part;
        for (uint32_t k = 0; k < count / 2; k++) {
            uint32_t swap = number[k];
            number[k] = number[count - 1 - k];
            number[count - 1 - k] = swap;
        }
        uint32_t leads = lead_on(b, p->part, number, count);
        if (!b->no_memory)
            ROW_AT(b->merge->slot, struct merge_slot, first + i)->leads = leads;
    }
}

/* A table at most half full for the first `equal` parts. False: they crowd it. */
static bool make_table(struct merge_build *b, uint32_t search, const struct parts *p,
                       uint32_t equal, uint32_t *same, uint32_t *number) {
    unsigned bits = 1;
    while (1u << bits < 2 * equal)
        bits++;
    uint32_t first = ROW_ADD(b, &b->merge->slot, struct merge_slot, 1u << bits);
    if (b->no_memory)
        return true;
    if (!put_all(ROW_AT(b->merge->slot, struct merge_slot, first), p, equal, same, bits)) {
        b->merge->slot.used = first;
        return false;
    }
    struct merge_search *s = ROW_AT(b->merge->search, struct merge_search, search);
    s->slot = first;
    s->slot_bits = (uint8_t)bits;
    resolve(b, p, first, bits, same, number);
    return true;
}

/* --- The tree --- */

static bool starts_before(const void *of, uint32_t a, uint32_t b) {
    const struct part *x = &((const struct part *)of)[a], *y = &((const struct part *)of)[b];
    if (x->low != y->low)
        return x->low < y->low;
    return x->high != y->high ? x->high < y->high : x->member < y->member;
}

/* Depth is that of a balanced tree. */
static uint64_t find_most(struct merge_range *range, uint32_t start, uint32_t end) {
    uint32_t middle = start + (end - start) / 2;
    if (start == end)
        return 0;
    uint64_t left = find_most(range, start, middle), right = find_most(range, middle + 1, end);
    uint64_t most = range[middle].high;
    most = most < left ? left : most;
    range[middle].most = most < right ? right : most;
    return range[middle].most;
}

static bool same_part(const struct part *a, const struct part *b) {
    return a->low == b->low && a->high == b->high;
}

static void make_tree(struct merge_build *b, uint32_t search, const struct parts *p, uint32_t from,
                      uint32_t *number) {
    uint32_t count = p->count - from, different = 0;
    for (uint32_t i = 0; i < count; i++)
        number[i] = from + i;
    sort_numbers(number, count, starts_before, p->part);
    for (uint32_t i = 0; i < count; i++)
        different += i == 0 || !same_part(&p->part[number[i - 1]], &p->part[number[i]]);
    uint32_t first = ROW_ADD(b, &b->merge->range, struct merge_range, different), at = first;
    for (uint32_t i = 0, n; i < count && !b->no_memory; i += n) {
        const struct part *of = &p->part[number[i]];
        for (n = 1; i + n < count && same_part(of, &p->part[number[i + n]]); n++)
            continue;
        struct merge_range range = {of->low, of->high, 0, lead_on(b, p->part, number + i, n)};
        if (!b->no_memory)
            *ROW_AT(b->merge->range, struct merge_range, at++) = range;
    }
    if (b->no_memory)
        return;
    find_most(ROW_AT(b->merge->range, struct merge_range, first), 0, different);
    struct merge_search *s = ROW_AT(b->merge->search, struct merge_search, search);
    s->range = first;
    s->ranges = different;
}

/* --- Both --- */

/* Equalities come first; gives how many. */
static uint32_t part_equalities(struct parts *p, struct part *aside) {
    uint32_t equal = 0, others = 0;
    for (uint32_t i = 0; i < p->count; i++)
        if (p->part[i].low == p->part[i].high)
            p->part[equal++] = p->part[i];
        else
            aside[others++] = p->part[i];
    for (uint32_t i = 0; i < others; i++)
        p->part[equal + i] = aside[i];
    return equal;
}

uint32_t merge_make_search(struct merge_build *b, const struct merge_key *key,
                           struct merge_list list) {
    const struct hooks *h = b->hooks;
    struct parts p = {.count = 0};
    uint32_t members = list.count;
    ENGINE_ASSERT(members, "nobody is found under the key with mask %llx",
                  (unsigned long long)key->mask);
    uint32_t search = ROW_ADD(b, &b->merge->search, struct merge_search, 1);
    if (b->no_memory || !open_parts(b, key, &list, &p))
        return MERGE_NOBODY;
    *ROW_AT(b->merge->search, struct merge_search, search) =
        (struct merge_search){.source = key->source, .mask = key->mask, .next = MERGE_NOBODY};
    struct part *aside = h->allocate(h->owner, members * sizeof *aside);
    uint32_t *number = h->allocate(h->owner, 2 * members * sizeof *number);
    b->no_memory |= !aside || !number;
    if (!b->no_memory) {
        uint32_t equal = key->prefixes ? 0 : part_equalities(&p, aside);
        if (equal && !make_table(b, search, &p, equal, number + members, number))
            equal = 0;
        if (equal < p.count && !b->no_memory)
            make_tree(b, search, &p, equal, number);
    }
    h->release(h->owner, p.part, members * sizeof *p.part);
    h->release(h->owner, aside, members * sizeof *aside);
    h->release(h->owner, number, 2 * members * sizeof *number);
    return search;
}
