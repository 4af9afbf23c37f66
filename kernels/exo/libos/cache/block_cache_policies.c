/* SPDX-License-Identifier: MIT */
/* block_cache_policies.c -- three answers to which block leaves: see block_cache.h. */
#include "exo/libos/cache/block_cache.h"

static void becomes_newest(struct block_cache *c, uint32_t slot) {
    block_cache_move(c, slot, CACHE_MAIN);
}

static uint32_t least_recent(struct block_cache *c) {
    return block_cache_oldest(c, CACHE_MAIN);
}

static uint32_t most_recent(struct block_cache *c) {
    return block_cache_newest(c, CACHE_MAIN);
}

const struct block_cache_policy block_cache_lru = {.used = becomes_newest, .victim = least_recent};
const struct block_cache_policy block_cache_mru = {.used = becomes_newest, .victim = most_recent};

/* --- 2Q: A1in is CACHE_YOUNG, Am is CACHE_MAIN, A1out is CACHE_GHOSTS --- */

/* Who is wanted again after it left, as one that came once, is wanted often. */
static void came_2q(struct block_cache *c, uint32_t slot) {
    bool again = c->slot[slot].queue == CACHE_GHOSTS;
    block_cache_move(c, slot, again ? CACHE_MAIN : CACHE_YOUNG);
}

/* Uses that follow each other closely count as one: the order of A1in is that of coming. */
static void used_2q(struct block_cache *c, uint32_t slot) {
    if (c->slot[slot].queue == CACHE_MAIN)
        becomes_newest(c, slot);
}

static void left_2q(struct block_cache *c, uint32_t slot) {
    if (c->slot[slot].queue == CACHE_YOUNG)
        block_cache_move(c, slot, CACHE_GHOSTS);
}

static uint32_t victim_2q(struct block_cache *c) {
    uint32_t slot = 0;
    if (c->queue[CACHE_YOUNG].count > c->limit / 4)
        slot = block_cache_oldest(c, CACHE_YOUNG);
    return slot ? slot : block_cache_oldest(c, CACHE_MAIN);
}

const struct block_cache_policy block_cache_2q = {came_2q, used_2q, left_2q, victim_2q};
