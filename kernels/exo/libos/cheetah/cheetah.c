/* SPDX-License-Identifier: MIT */
/* cheetah.c -- a server's memory. */
#include "exo/libos/cheetah/cheetah_own.h"

static size_t round_up(size_t bytes) {
    return (bytes + CHEETAH_HEAD - 1) & ~(size_t)(CHEETAH_HEAD - 1);
}

static size_t connections_bytes(const struct cheetah_setup *s) {
    return round_up((s->connections + 1ul) * sizeof(struct connection));
}

static size_t heads_bytes(const struct cheetah_setup *s) {
    return round_up((s->connections + 1ul) * CHEETAH_ANSWERS * CHEETAH_HEAD);
}

size_t cheetah_bytes(const struct cheetah_setup *s) {
    return s->pages * (size_t)STORE_BLOCK + round_up(sizeof(struct cheetah)) +
           connections_bytes(s) + heads_bytes(s) + (s->stretches + 1ul) * sizeof(struct stretch);
}

size_t cheetah_connection_bytes(bool buffers) {
    return sizeof(struct connection) + (buffers ? CHEETAH_ANSWERS * CHEETAH_HEAD : 0);
}

size_t cheetah_stretch_bytes(void) {
    return sizeof(struct stretch);
}

struct cheetah *cheetah_begin(const struct cheetah_setup *s, void *memory) {
    uint8_t *pages = memory, *at = pages + s->pages * (size_t)STORE_BLOCK;
    struct cheetah *c = (struct cheetah *)at;
    c->setup = *s;
    c->deadline = UINT64_MAX;
    at += round_up(sizeof *c);
    c->connection = (struct connection *)at;
    at += connections_bytes(s);
    c->heads = (uint8_t(*)[CHEETAH_ANSWERS][CHEETAH_HEAD])at;
    c->stretch = (struct stretch *)(at + heads_bytes(s));
    for (uint32_t n = s->connections; n; n--) {
        c->connection[n].next = c->free;
        c->free = n;
    }
    for (uint32_t n = 1; n <= s->stretches; n++)
        stretch_age_in(&c->stretch_ages, c->stretch, n);
    for (uint32_t i = 0; i < s->pages; i++)
        page_give(c, pages + i * (size_t)STORE_BLOCK);
    return c;
}

const struct cheetah_counts *cheetah_counts(const struct cheetah *c) {
    return &c->counts;
}

uint32_t cheetah_open(const struct cheetah *c) {
    return c->open;
}
