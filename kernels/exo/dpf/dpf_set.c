/* SPDX-License-Identifier: MIT */
/* dpf_set.c -- a set of filters, from its beginning to its end. */
#include "exo/dpf/dpf_own.h"

const struct dpf_filter dpf_nobody = {.rank = 0};

struct dpf_set *dpf_open(const struct hooks *hooks) {
    return dpf_open_for(hooks, 0);
}

struct dpf_set *dpf_open_for(const struct hooks *hooks, uint32_t nodes) {
    struct dpf_set *s = hooks->allocate(hooks->owner, sizeof *s);
    if (!s)
        return NULL;
    s->hooks = *hooks;
    s->limit = (struct dpf_limit){0, UINT32_MAX, UINT32_MAX};
    s->bytes = sizeof *s;
    if (dpf_compile_begin(s) && dpf_trie_open(s, nodes))
        return s;
    dpf_close(s);
    return NULL;
}

void dpf_limit(struct dpf_set *s, const struct dpf_limit *limit) {
    s->limit = *limit;
}

static void close_filters(struct dpf_set *s, uint32_t n) {
    struct dpf_filter *f = (struct dpf_filter *)(uintptr_t)s->entry[n].filter, *after;
    if (f && f != &dpf_nobody)
        dpf_free(s, f, sizeof *f);
    for (struct dpf_group *g = dpf_node(s, n)->group, *next; g; g = next) {
        next = g->next;
        for (f = g->member; f; f = after) {
            after = f->next;
            dpf_free(s, f, sizeof *f);
        }
        g->choice->end(s, g);
    }
}

void dpf_close(struct dpf_set *s) {
    struct hooks hooks = s->hooks;
    for (uint32_t n = DPF_ROOT; n < s->room; n++)
        close_filters(s, n);
    dpf_trie_close(s);
    if (s->begin.run)
        hooks.code_unmap(hooks.owner, &s->begin);
    hooks.release(hooks.owner, s, sizeof *s);
}

struct dpf_size dpf_size(const struct dpf_set *s) {
    return (struct dpf_size){s->filters, s->nodes, s->code_bytes, s->bytes};
}
