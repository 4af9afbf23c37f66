/* SPDX-License-Identifier: MIT */
/* words.c -- see words.h. */
#include "exo/xn/store/words.h"

#include "exo/xn/store/registry.h"

struct xn_entry *word_entry(const struct xn *x, uint32_t volume, uint32_t block) {
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
