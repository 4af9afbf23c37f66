/* SPDX-License-Identifier: MIT */
/* heap.c -- a list of free pieces for each power of two up to half a page; what is larger
 * takes pages of its own. A page cut into pieces stays cut: the heap is as large as its
 * largest use was. */
#include "machine/memory/heap.h"

#include "lib/string.h"
#include "machine/memory/frame.h"

enum { SMALLEST = 16, CLASSES = 8 }; /* 16 to 2048 */

struct piece {
    struct piece *next;
};

static struct piece *free_pieces[CLASSES];
static size_t used;

static size_t class_bytes(unsigned class) {
    return (size_t)SMALLEST << class;
}

/* The class of this many bytes; CLASSES or more for pages. */
static inline unsigned class_of(size_t bytes) {
    return bytes <= SMALLEST ? 0 : 64 - (unsigned)__builtin_clzl((bytes - 1) / SMALLEST);
}

__attribute__((noinline)) static bool cut_page(unsigned class) {
    paddr_t frame;
    if (frame_alloc(&frame))
        return false;
    struct piece *first = free_pieces[class];
    for (uint8_t *at = direct(frame), *end = at + PAGE_SIZE; at < end; at += class_bytes(class)) {
        struct piece *p = (struct piece *)at;
        p->next = first;
        first = p;
    }
    free_pieces[class] = first;
    return true;
}

static void *alloc_piece(unsigned class) {
    if (!free_pieces[class] && !cut_page(class))
        return NULL;
    struct piece *p = free_pieces[class];
    free_pieces[class] = p->next;
    return p;
}

/* Apart, so that the way of the small ones saves no registers. */
__attribute__((noinline)) static void *alloc_pages(size_t bytes) {
    paddr_t first;
    if (bytes > frame_total() * PAGE_SIZE ||
        frame_alloc_run(&first, page_round_up(bytes) / PAGE_SIZE))
        return NULL;
    return direct(first);
}

__attribute__((noinline)) static void free_pages(uint8_t *memory, size_t bytes) {
    for (size_t at = 0; at < bytes; at += PAGE_SIZE)
        frame_free(physical(memory + at));
}

void *heap_alloc_dirty(size_t bytes) {
    unsigned class = class_of(bytes);
    void *memory = class < CLASSES ? alloc_piece(class) : alloc_pages(bytes);
    if (memory)
        used += bytes;
    return memory;
}

void *heap_alloc(size_t bytes) {
    void *memory = heap_alloc_dirty(bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

void heap_free(void *memory, size_t bytes) {
    unsigned class = class_of(bytes);
    if (!memory)
        return;
    used -= bytes;
    if (class < CLASSES) {
        struct piece *p = memory;
        p->next = free_pieces[class];
        free_pieces[class] = p;
        return;
    }
    free_pages(memory, bytes);
}

size_t heap_used(void) {
    return used;
}
