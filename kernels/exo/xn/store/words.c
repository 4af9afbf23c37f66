/* SPDX-License-Identifier: MIT */
/* words.c -- see words.h. */
#include "exo/xn/store/words.h"

#include "exo/defence.h"
#include "exo/xn/store/free_map.h"
#include "lib/error.h"

static struct xn_entry *word_entry(const struct xn *x, uint32_t volume, uint32_t block) {
    return entry_find(x, volume, x->volume[volume].catalogue_at + 1 + block / XN_WORDS);
}

uint64_t *word_of(void *owner, uint32_t block, bool changes) {
    const struct xn_words *w = owner;
    if (block >= w->x->volume[w->volume].blocks)
        return NULL;
    struct xn_entry *e = word_entry(w->x, w->volume, block);
    if (changes && e->version == e->submitted)
        entry_changed(w->x, e);
    return (uint64_t *)entry_bytes(w->x, e) + block % XN_WORDS;
}

void words_set(struct xn *x, uint32_t volume, uint32_t block, uint32_t count, uint64_t word) {
    struct xn_volume *v = &x->volume[volume];
    if (v->design == XN_CAPABILITY)
        for (uint32_t i = 0; i < count; i++)
            *word_of(&v->words, block + i, true) = word;
}

void blocks_free(struct xn *x, uint32_t volume, uint32_t block, uint32_t count) {
    map_free(x, volume, block, count);
    words_set(x, volume, block, count, 0);
}

bool word_is_durable(const struct xn *x, const struct xn_entry *e) {
    if (x->volume[e->volume].design != XN_CAPABILITY || e->flags & (XN_INITIALISED | XN_PINNED) ||
        !DEFENDED(XN_WORD_FIRST))
        return true;
    const struct xn_entry *with = word_entry(x, e->volume, e->block);
    return !xn_is_dirty(with) && is_durable(x, with);
}

int words_vouch(struct xn *x, const struct xn_who *who, const struct target *t,
                struct xn_extent child) {
    struct xn_request request = {
        .operation = XN_READ, .child = child, .credential = who->credential};
    int error = xn_extent_is_sound(t->v->types, child)
                    ? t->v->types->meta->may(t->v->types, &t->site, NULL, &request)
                    : -E_INVALID;
    if (error != XN_ACL_YES)
        return error < 0 ? error : -E_PERM;
    for (uint32_t i = 0; i < child.count; i++) {
        const struct xn_entry *e = entry_find(x, t->e->volume, child.block + i);
        if (e && !(e->flags & XN_SPECULATIVE) && e->parent != entry_number(x, t->e) &&
            DEFENDED(XN_WORD_TREE))
            return -E_INVALID;
    }
    return entry_vouch(x, who->account, t->e, child);
}

bool words_own(struct xn *x, uint32_t volume, uint32_t i) {
    struct xn_volume *v = &x->volume[volume];
    uint32_t block = i * XN_WORDS, end = block + XN_WORDS;
    for (; block < end && block < v->blocks; block++)
        if (*word_of(&v->words, block, false))
            *map_word(x, v, block) |= 1ull << block % 64;
    return block < v->blocks;
}
