/* SPDX-License-Identifier: MIT */
/* ramfs_node.c -- see ramfs.h: nodes and the pages that they hold. */
#include "exo/libos/exos/ramfs/ramfs.h"

#include "exo/defence.h"
#include "lib/error.h"
#include "lib/string.h"

void ramfs_format(struct ramfs *fs, uint32_t pages) {
    fs->pages = pages;
    fs->next_page = RAMFS_LEAST - 1;
    ramfs_new(fs, RAMFS_DIRECTORY); /* the root: nothing has a lower number */
    fs->node[RAMFS_ROOT].links = 1;
    fs->node[RAMFS_ROOT].parent = RAMFS_ROOT;
}

struct ramfs_node *ramfs_find(struct ramfs *fs, uint32_t node) {
    bool is_one = node && node < RAMFS_NODES && fs->node[node].type != RAMFS_FREE &&
                  fs->node[node].type < RAMFS_TYPES;
    return is_one ? &fs->node[node] : NULL;
}

/* --- Pages --- */

static uint32_t page_count(const struct ramfs *fs) {
    return fs->pages < RAMFS_PAGES_MAX ? fs->pages : RAMFS_PAGES_MAX;
}

/* Where page number `page` is; null: there is none of this number. */
static char *page_at(struct ramfs *fs, uint32_t page) {
    bool is_one = (page >= RAMFS_LEAST - 1 && page < page_count(fs)) || !DEFENDED(FILES_LIMITS);
    return is_one ? (char *)fs + page * RAMFS_PAGE : NULL;
}

static uint32_t page_new(struct ramfs *fs) {
    uint32_t count = page_count(fs), page = fs->next_page;
    for (uint32_t n = 0; n < count; n++, page++) {
        if (page < RAMFS_LEAST - 1 || page >= count)
            page = RAMFS_LEAST - 1;
        if (fs->used[page / 64] == ~0ul) {
            n += 63 - page % 64;
            page |= 63;
        } else if (!(fs->used[page / 64] >> page % 64 & 1)) {
            memset(page_at(fs, page), 0, RAMFS_PAGE);
            fs->used[page / 64] |= 1ul << page % 64;
            fs->next_page = page + 1;
            return page;
        }
    }
    return 0;
}

static void page_free(struct ramfs *fs, uint32_t page) {
    if (page_at(fs, page))
        fs->used[page / 64] &= ~(1ul << page % 64);
}

/* Where the number of the node's index-th page is; null: there is no such place, or, unless
 * `make`, not yet. */
static uint32_t *place_of(struct ramfs *fs, struct ramfs_node *n, uint64_t index, bool make) {
    if (index < RAMFS_DIRECT)
        return &n->direct[index];
    if (index - RAMFS_DIRECT >= RAMFS_INDIRECT)
        return NULL;
    if (!n->indirect && make)
        n->indirect = page_new(fs);
    char *others = page_at(fs, n->indirect);
    return others ? (uint32_t *)others + (index - RAMFS_DIRECT) : NULL;
}

/* The node's index-th page; null: there is none. */
static char *page_of(struct ramfs *fs, struct ramfs_node *n, uint64_t index, bool make) {
    uint32_t *place = place_of(fs, n, index, make);
    if (place && !*place && make)
        *place = page_new(fs);
    return place ? page_at(fs, *place) : NULL;
}

/* Gives back the pages from the index-th on. */
static void free_from(struct ramfs *fs, struct ramfs_node *n, uint64_t index) {
    for (uint64_t i = index; i < RAMFS_DIRECT + RAMFS_INDIRECT; i++) {
        uint32_t *place = place_of(fs, n, i, false);
        if (!place)
            break;
        page_free(fs, *place);
        *place = 0;
    }
    if (index <= RAMFS_DIRECT) {
        page_free(fs, n->indirect);
        n->indirect = 0;
    }
}

/* --- Nodes --- */

long ramfs_new(struct ramfs *fs, enum ramfs_type type) {
    for (uint32_t i = 1; i < RAMFS_NODES; i++)
        if (fs->node[i].type == RAMFS_FREE) {
            fs->node[i] = (struct ramfs_node){.type = type, .id = ++fs->next_id};
            return i;
        }
    return -E_FULL;
}

static void free_unused(struct ramfs *fs, uint32_t node) {
    struct ramfs_node *n = ramfs_find(fs, node);
    if (!n || n->links || n->opens)
        return;
    free_from(fs, n, 0);
    n->type = RAMFS_FREE;
}

void ramfs_use(struct ramfs *fs, uint32_t node) {
    struct ramfs_node *n = ramfs_find(fs, node);
    if (n)
        n->opens++;
}

void ramfs_leave(struct ramfs *fs, uint32_t node) {
    struct ramfs_node *n = ramfs_find(fs, node);
    if (n && n->opens)
        n->opens--;
    free_unused(fs, node);
}

/* The bytes from `at` on that lie in one page, at most `most`. */
static size_t within_page(uint64_t at, size_t most) {
    size_t left = RAMFS_PAGE - at % RAMFS_PAGE;
    return left < most ? left : most;
}

long ramfs_read(struct ramfs *fs, uint32_t node, uint64_t at, void *into, size_t bytes) {
    struct ramfs_node *n = ramfs_find(fs, node);
    if (!n)
        return -E_NOT_FOUND;
    uint64_t size = n->size < RAMFS_FILE_MAX ? n->size : RAMFS_FILE_MAX;
    if (at >= size)
        return 0;
    if (bytes > size - at)
        bytes = size - at;
    for (size_t done = 0, some; done < bytes; done += some) {
        const char *page = page_of(fs, n, (at + done) / RAMFS_PAGE, false);
        some = within_page(at + done, bytes - done);
        if (page)
            memcpy((char *)into + done, page + (at + done) % RAMFS_PAGE, some);
        else
            memset((char *)into + done, 0, some);
    }
    return (long)bytes;
}

/* What lies behind the last byte of the last page becomes zeroes, which a longer file shows. */
static void clear_rest(struct ramfs *fs, struct ramfs_node *n, uint64_t size) {
    char *page = size % RAMFS_PAGE ? page_of(fs, n, size / RAMFS_PAGE, false) : NULL;
    if (page)
        memset(page + size % RAMFS_PAGE, 0, RAMFS_PAGE - size % RAMFS_PAGE);
}

long ramfs_write(struct ramfs *fs, uint32_t node, uint64_t at, const void *from, size_t bytes) {
    struct ramfs_node *n = ramfs_find(fs, node);
    if (!n)
        return -E_NOT_FOUND;
    if (at > RAMFS_FILE_MAX || (at == RAMFS_FILE_MAX && bytes))
        return -E_INVALID;
    if (bytes > RAMFS_FILE_MAX - at)
        bytes = RAMFS_FILE_MAX - at;
    size_t done = 0;
    for (size_t some; done < bytes; done += some) {
        char *page = page_of(fs, n, (at + done) / RAMFS_PAGE, true);
        some = within_page(at + done, bytes - done);
        if (!page)
            break;
        memcpy(page + (at + done) % RAMFS_PAGE, (const char *)from + done, some);
    }
    if (at + done > n->size && done)
        n->size = at + done;
    return done || !bytes ? (long)done : -E_FULL;
}

long ramfs_truncate(struct ramfs *fs, uint32_t node, uint64_t size) {
    struct ramfs_node *n = ramfs_find(fs, node);
    if (!n)
        return -E_NOT_FOUND;
    if (n->type == RAMFS_DIRECTORY)
        return -E_PERM;
    if (size > RAMFS_FILE_MAX)
        return -E_INVALID;
    if (size < n->size) {
        free_from(fs, n, (size + RAMFS_PAGE - 1) / RAMFS_PAGE);
        clear_rest(fs, n, size);
    }
    n->size = size;
    return 0;
}

long ramfs_page(struct ramfs *fs, uint32_t node, uint64_t index) {
    struct ramfs_node *n = ramfs_find(fs, node);
    if (!n)
        return -E_NOT_FOUND;
    const char *page = page_of(fs, n, index, true);
    return page ? (page - (const char *)fs) / (long)RAMFS_PAGE : -E_FULL;
}

void ramfs_unlinked(struct ramfs *fs, uint32_t node) {
    struct ramfs_node *n = ramfs_find(fs, node);
    if (n && n->links)
        n->links--;
    free_unused(fs, node);
}
