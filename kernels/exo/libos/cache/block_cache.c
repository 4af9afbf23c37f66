/* SPDX-License-Identifier: MIT */
/* block_cache.c -- slots, the blocks that they stand for, and their queues: see block_cache.h. */
#include "exo/libos/cache/block_cache.h"

static uint32_t ghosts_of(uint32_t limit) {
    return limit / 2;
}

/* One more than there are at once: a ghost becomes free before it is too many. */
static uint32_t slots_of(uint32_t limit) {
    return limit + ghosts_of(limit) + 1;
}

static uint32_t buckets_of(uint32_t limit) {
    uint32_t n = 1;
    while (n < limit)
        n *= 2;
    return n;
}

size_t block_cache_bytes(uint32_t limit) {
    return (slots_of(limit) + 1ul) * sizeof(struct block_cache_slot) +
           buckets_of(limit) * sizeof(uint32_t);
}

/* --- Queues --- */

static void take_out(struct block_cache *c, uint32_t slot) {
    struct block_cache_slot *s = &c->slot[slot];
    struct block_cache_queue *q = &c->queue[s->queue];
    *(s->older ? &c->slot[s->older].newer : &q->oldest) = s->newer;
    *(s->newer ? &c->slot[s->newer].older : &q->newest) = s->older;
    q->count--;
}

static void put_newest(struct block_cache *c, uint32_t slot, enum block_cache_queues to) {
    struct block_cache_slot *s = &c->slot[slot];
    struct block_cache_queue *q = &c->queue[to];
    s->queue = (uint8_t)to;
    s->older = q->newest;
    s->newer = 0;
    *(q->newest ? &c->slot[q->newest].newer : &q->oldest) = slot;
    q->newest = slot;
    q->count++;
}

void block_cache_move(struct block_cache *c, uint32_t slot, enum block_cache_queues to) {
    take_out(c, slot);
    put_newest(c, slot, to);
}

uint32_t block_cache_oldest(const struct block_cache *c, enum block_cache_queues q) {
    uint32_t slot = c->queue[q].oldest;
    while (slot && c->slot[slot].stays)
        slot = c->slot[slot].newer;
    return slot;
}

uint32_t block_cache_newest(const struct block_cache *c, enum block_cache_queues q) {
    uint32_t slot = c->queue[q].newest;
    while (slot && c->slot[slot].stays)
        slot = c->slot[slot].older;
    return slot;
}

/* --- Blocks --- */

static uint32_t *bucket_of(const struct block_cache *c, uint32_t block) {
    return &c->bucket[block & (c->buckets - 1)];
}

uint32_t block_cache_find(const struct block_cache *c, uint32_t block) {
    uint32_t slot = *bucket_of(c, block);
    while (slot && c->slot[slot].block != block)
        slot = c->slot[slot].chain;
    return slot;
}

static void link(struct block_cache *c, uint32_t slot, uint32_t block) {
    uint32_t *bucket = bucket_of(c, block);
    c->slot[slot].block = block;
    c->slot[slot].chain = *bucket;
    *bucket = slot;
}

static void make_free(struct block_cache *c, uint32_t slot) {
    uint32_t *at = bucket_of(c, c->slot[slot].block);
    while (*at != slot)
        at = &c->slot[*at].chain;
    *at = c->slot[slot].chain;
    block_cache_move(c, slot, CACHE_FREE);
}

void block_cache_begin(struct block_cache *c, uint32_t limit,
                       const struct block_cache_policy *policy, void *own, void *memory) {
    *c = (struct block_cache){
        .policy = policy, .own = own, .limit = limit, .buckets = buckets_of(limit), .slot = memory};
    c->bucket = (uint32_t *)&c->slot[slots_of(limit) + 1];
    for (uint32_t slot = 1; slot <= slots_of(limit); slot++)
        put_newest(c, slot, CACHE_FREE);
}

bool block_cache_use(struct block_cache *c, uint32_t block) {
    uint32_t slot = block_cache_find(c, block);
    if (!slot || !block_cache_has(&c->slot[slot]))
        return false;
    if (c->policy->used)
        c->policy->used(c, slot);
    return true;
}

/* Who could not leave is asked again when there was room for another one. */
static void ask_again(struct block_cache *c) {
    for (uint32_t slot = 1; c->staying && slot <= slots_of(c->limit); slot++) {
        c->staying -= c->slot[slot].stays;
        c->slot[slot].stays = false;
    }
}

void block_cache_add(struct block_cache *c, uint32_t block) {
    uint32_t slot = block_cache_find(c, block);
    ask_again(c);
    if (!slot) {
        slot = c->queue[CACHE_FREE].oldest;
        link(c, slot, block);
    }
    if (c->policy->came)
        c->policy->came(c, slot);
    if (!block_cache_has(&c->slot[slot]))
        block_cache_move(c, slot, CACHE_MAIN);
}

/* A policy's answer, of whoever's code. */
static bool may_leave(const struct block_cache *c, uint32_t slot) {
    return slot && slot <= slots_of(c->limit) && block_cache_has(&c->slot[slot]) &&
           !c->slot[slot].stays;
}

uint32_t block_cache_victim(struct block_cache *c) {
    uint32_t slot = c->policy->victim(c);
    if (!may_leave(c, slot))
        slot = block_cache_oldest(c, CACHE_YOUNG);
    if (!may_leave(c, slot))
        slot = block_cache_oldest(c, CACHE_MAIN);
    return slot ? c->slot[slot].block : 0;
}

void block_cache_leave(struct block_cache *c, uint32_t block) {
    uint32_t slot = block_cache_find(c, block);
    if (c->policy->left)
        c->policy->left(c, slot);
    if (c->slot[slot].queue != CACHE_GHOSTS)
        make_free(c, slot);
    while (c->queue[CACHE_GHOSTS].count > ghosts_of(c->limit))
        make_free(c, c->queue[CACHE_GHOSTS].oldest);
}

void block_cache_stay(struct block_cache *c, uint32_t block) {
    c->slot[block_cache_find(c, block)].stays = true;
    c->staying++;
}

void block_cache_forget(struct block_cache *c, uint32_t block) {
    uint32_t slot = block_cache_find(c, block);
    if (slot && block_cache_has(&c->slot[slot]) && c->policy->left)
        c->policy->left(c, slot);
    if (slot)
        make_free(c, slot);
}
