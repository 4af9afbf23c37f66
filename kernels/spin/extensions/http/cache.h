/* SPDX-License-Identifier: MIT */
/* cache.h -- the server's own cache, above a volume that has none: names of files, what is known of
 * them, and pages of those that are worth it. Which page goes is the one that was used longest ago;
 * the hybrid keeps none of large files, so that they push out no others. What was looked at before
 * something was changed in a volume (files_changed) is looked at again. */
#ifndef SPIN_EXTENSIONS_HTTP_CACHE_H
#define SPIN_EXTENSIONS_HTTP_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "served.h"
#include "protocol/bytes.h"
#include "spin/services/files/file_reads.h"

#define PAGE        4096u
#define PAGES       64 /* at most; a power of two */
#define PAGES_USUAL 48
#define NAMES       64 /* a power of two */
#define NAME_MOST   64 /* bytes of a path; longer ones are looked up each time */
#define NAME_WAYS   4  /* places that a path may have */
#define HEAD_MOST   128
#define NO_FILE     (-1ul)

/* A file that was found; of a small one no more is asked while nothing changes. */
struct known {
    unsigned long stamp, bytes, used, id; /* id: of its pages; 0: nothing is known */
    unsigned long name_bytes;
    unsigned long page[HTTP_SMALL / PAGE]; /* where its first pages were last */
    unsigned char name[NAME_MOST];
    unsigned long head_bytes[2];
    unsigned char head[2][HEAD_MOST]; /* of an answer with all of it; 1: the connection stays */
};

static struct known known[NAMES + 1]; /* the last: of what has a longer name */
static struct { unsigned long id, index, used; } page[PAGES];
/* A page more behind the last one: what is proven of a copy is where it begins, and how long it
 * is. */
static unsigned char page_bytes[(PAGES + 1) * PAGE] __attribute__((aligned(PAGE)));
static unsigned char some[2 * READER_MOST + PAGE]
    __attribute__((aligned(PAGE))); /* of what is not kept */
static unsigned long clock, last_id, reads, hits;
static unsigned long mode = HTTP_HYBRID, pages = PAGES_USUAL;

/* What the compiler is not to know, or look for again. */
static inline unsigned long given(unsigned long number) {
    __asm__("" : "+r"(number));
    return number;
}

/* A number with these bits of it, whatever the compiler knows of it. */
static inline unsigned long within(unsigned long number, unsigned long mask) {
    __asm__("" : "+r"(number));
    number &= mask;
    __asm__("" : "+r"(number));
    return number;
}

static inline struct known *known_at(unsigned long i) {
    i = within(i, 2 * NAMES - 1);
    return &known[i < NAMES ? i : NAMES];
}

static inline bool is_kept(unsigned long bytes) {
    return mode == HTTP_LRU || (mode == HTTP_HYBRID && bytes <= HTTP_SMALL);
}

/* The place of the page, and if it is not there of the one that goes for it. That is kept in
 * memory, of which nothing is known: else each way through the loop would be looked at. */
static volatile unsigned long oldest, least;

APART unsigned long http_place(unsigned long id, unsigned long index) {
    oldest = 0;
    least = -1ul;
    for (unsigned long i = 0; i < PAGES && i < pages; i++) {
        if (page[i].id == id && page[i].index == index)
            return i;
        if (page[i].used < least) {
            least = page[i].used;
            oldest = i;
        }
    }
    return oldest;
}

/* The page of an open file, in memory; NO_FILE: it cannot be read. */
APART unsigned long http_page(unsigned long id, unsigned long index, unsigned long reader) {
    const unsigned long i = within(http_place(id, index), PAGES - 1);
    page[i].used = ++clock;
    if (page[i].id == id && page[i].index == index) {
        hits++;
        return i;
    }
    page[i].id = 0;
    reads++;
    if (reader_read(reader, page_bytes + i * PAGE, PAGE, index * PAGE) < 0)
        return NO_FILE;
    page[i].id = id;
    page[i].index = index;
    return i;
}

#endif
