/* SPDX-License-Identifier: MIT */
/* raw_store.c -- see raw_store.h: the volume: its superblock with the roots, its map, and its
 * memory. */
#include "exo/libos/disk/raw_store.h"
#include "exo/libos/disk/raw_order.h"
#include "exo/libos/disk/raw_own.h"
#include "lib/error.h"
#include "lib/string.h"

#define RAW_MAGIC 0x4f574152u /* "RAWO" */

static uint32_t map_blocks(uint32_t blocks) {
    return (blocks + 8 * STORE_BLOCK - 1) / (8 * STORE_BLOCK);
}

static size_t words(uint32_t blocks) {
    return (size_t)map_blocks(blocks) * STORE_BLOCK;
}

size_t raw_store_bytes(uint32_t blocks, uint32_t pages) {
    return (size_t)pages * (STORE_BLOCK + sizeof(char *) + sizeof(uint32_t)) + STORE_BLOCK +
           2 * words(blocks) + (size_t)blocks * (sizeof(struct raw_block) + sizeof(uint32_t)) +
           RAW_RECORDS * sizeof(struct raw_record) + 64;
}

long raw_store_format(struct raw_disk *disk, unsigned char *page) {
    uint32_t maps = map_blocks(disk->blocks);
    if (disk->blocks < 8 + maps)
        return -E_INVALID;
    for (uint32_t m = 0; m <= maps; m++) {
        uint32_t n = maps - m; /* the superblock is the last */
        memset(page, 0, STORE_BLOCK);
        if (n == 1)
            for (uint32_t b = 0; b <= maps; b++)
                page[b / 8] |= (unsigned char)(1u << b % 8);
        if (n == 0) {
            struct raw_super *super = (struct raw_super *)page;
            super->magic = RAW_MAGIC;
            super->blocks = disk->blocks;
            super->clean = 1;
        }
        long error = disk->transfer(disk, true, n, 1, &page);
        if (error < 0)
            return error;
    }
    return disk->flush(disk);
}

/* --- Roots --- */

static struct raw_root *root_find(struct raw_store *r, const char name[16]) {
    for (uint32_t i = 0; i < RAW_ROOTS; i++)
        if (r->super->root[i].at.count && !memcmp(r->super->root[i].name, name, 16))
            return &r->super->root[i];
    return NULL;
}

/* The superblock is small and whole, and written at once. */
static long super_write(struct raw_store *r) {
    long error = raw_mark(r);
    unsigned char *page = (unsigned char *)r->super;
    if (error == 0)
        error = raw_transfer(r, true, 0, 1, &page);
    return error < 0 ? error : raw_op_flush(&r->store);
}

long raw_op_root(struct store *s, const char name[16], struct store_child *child) {
    struct raw_store *r = (struct raw_store *)s;
    const struct raw_root *root = root_find(r, name);
    if (root == NULL)
        return -E_NOT_FOUND;
    if (root->at.block < s->first || root->at.block >= s->blocks || root->at.count != 1)
        return -E_DAMAGED;
    *child = (struct store_child){.at = root->at};
    r->block[root->at.block].known = 1;
    return 0;
}

long raw_op_root_new(struct store *s, const char name[16], struct xn_extent at, bool temporary) {
    struct raw_store *r = (struct raw_store *)s;
    if (root_find(r, name) || !store_is_free(s, at.block) || at.block < s->first)
        return -E_EXISTS;
    struct raw_root *root = r->super->root;
    while (root < r->super->root + RAW_ROOTS && root->at.count)
        root++;
    if (root == r->super->root + RAW_ROOTS || raw_page_for(r, at.block) == NULL)
        return -E_FULL;
    memset(r->block[at.block].page, 0, STORE_BLOCK);
    raw_allocated(r, at.block, at.type, 0, 0);
    uint32_t block = at.block; /* a root's block is on the disk before its name is */
    long error = raw_op_writeback(s, &block, 1, true);
    if (error == 0)
        error = raw_op_flush(s);
    if (error == 0) {
        *root = (struct raw_root){.at = at, .temporary = temporary};
        memcpy(root->name, name, 16);
        error = super_write(r);
    }
    return error;
}

long raw_op_root_remove(struct store *s, const char name[16]) {
    struct raw_store *r = (struct raw_store *)s;
    struct raw_root *root = root_find(r, name);
    if (root == NULL)
        return -E_NOT_FOUND;
    uint32_t block = root->at.block;
    if (r->block[block].holds)
        return -E_BUSY;
    memset(root, 0, sizeof *root);
    long error = super_write(r);
    if (error == 0)
        raw_drop(r, block, 0);
    return error;
}

long raw_op_type(struct store *s, const void *body, size_t bytes) {
    (void)s; /* types are the library's own business here */
    (void)body;
    return bytes > 0 ? 0 : -E_INVALID;
}

static const struct store_ops raw_ops = STORE_OPS(raw_op_);

/* --- The volume --- */

static void *take(unsigned char **memory, size_t bytes) {
    void *taken = *memory;
    *memory += (bytes + 7) & ~7ul;
    return taken;
}

void raw_store_unclaim(struct raw_store *r) {
    memset(r->map, 0, words(r->store.blocks));
    for (uint32_t b = 0; b < r->store.first; b++)
        r->map[b / 64] |= 1ul << b % 64;
}

long raw_store_claim(struct raw_store *r, uint32_t block, uint32_t count) {
    if (block < r->store.first || block >= r->store.blocks || count > r->store.blocks - block)
        return -E_INVALID;
    for (uint32_t i = 0; i < count; i++)
        if (!store_is_free(&r->store, block + i))
            return -E_EXISTS;
    for (uint32_t i = 0; i < count; i++)
        r->map[(block + i) / 64] |= 1ul << (block + i) % 64;
    return 0;
}

long raw_store_open(struct raw_store *r, struct raw_disk *disk, void *memory, uint32_t pages) {
    unsigned char *at = memory;
    uint32_t blocks = disk->blocks, maps = map_blocks(blocks);
    *r = (struct raw_store){.disk = disk, .maps = maps, .pages = pages};
    r->store = (struct store){.ops = &raw_ops,
                              .blocks = blocks,
                              .atom = disk->atom,
                              .first = 1 + maps,
                              .design = -1,
                              .pointer_bytes = 4};
    r->super = take(&at, STORE_BLOCK);
    unsigned char *cache = take(&at, (size_t)pages * STORE_BLOCK);
    r->map = take(&at, words(blocks));
    r->dirty = take(&at, words(blocks));
    r->block = take(&at, blocks * sizeof *r->block);
    r->record = take(&at, RAW_RECORDS * sizeof *r->record);
    r->spare = take(&at, pages * sizeof *r->spare);
    r->cached = take(&at, pages * sizeof *r->cached);
    r->unflushed = take(&at, blocks * sizeof *r->unflushed);
    r->store.map = r->map;
    for (uint32_t i = 0; i < pages; i++)
        r->spare[r->spares++] = cache + (size_t)i * STORE_BLOCK;
    unsigned char *page = (unsigned char *)r->super;
    long error = blocks < 8 + maps ? -E_DAMAGED : raw_transfer(r, false, 0, 1, &page);
    if (error < 0)
        return error;
    if (r->super->magic != RAW_MAGIC || r->super->blocks > blocks || r->super->blocks < 8 + maps)
        return -E_DAMAGED;
    r->open = true;
    for (uint32_t m = 0; m < maps && error == 0; m++) {
        page = (unsigned char *)r->map + (size_t)m * STORE_BLOCK;
        error = raw_transfer(r, false, 1 + m, 1, &page);
    }
    if (error < 0)
        return error;
    for (uint32_t b = 0; b < r->store.first; b++)
        r->map[b / 64] |= 1ul << b % 64;
    if (r->super->clean)
        return 0;
    raw_store_unclaim(r);
    return 1;
}

long raw_store_close(struct raw_store *r) {
    long error = store_sync(&r->store, false);
    if (error < 0 || !r->marked)
        return error;
    for (uint32_t m = 0; m < r->maps && error == 0; m++) {
        unsigned char *page = (unsigned char *)r->map + (size_t)m * STORE_BLOCK;
        error = raw_transfer(r, true, 1 + m, 1, &page);
    }
    if (error == 0)
        error = raw_flush(r);
    r->super->clean = 1;
    unsigned char *page = (unsigned char *)r->super;
    if (error == 0)
        error = raw_transfer(r, true, 0, 1, &page);
    if (error == 0)
        error = raw_flush(r);
    r->marked = false;
    return error;
}
