/* SPDX-License-Identifier: MIT */
/* touched.h -- which lines and pages of the machine's memory one bracket touched: a table of pages,
 * each with a bit a line. It is emptied often and by one addition, for every page says in which
 * round it was last touched. */
#ifndef PLUGIN_TOUCHED_H
#define PLUGIN_TOUCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In bytes; a page has as many lines as a word has bits. */
enum { LINE_SIZE = 64, TOUCHED_PAGE_SIZE = 64 * LINE_SIZE };

struct touched_page {
    uint64_t number; /* its address by its size */
    uint64_t round;  /* of another round: its lines are of that one */
    uint64_t lines;  /* bit n: the n-th was touched */
    bool data;       /* a program named it as its data */
    struct touched_page *next;
};

struct touched {
    struct touched_page *buckets[4096];
    uint64_t round;
    uint64_t lines, pages; /* distinct ones of this round */
};

/* {0} is an empty set. */
void touched_clear(struct touched *t);
/* The page NUMBER, untouched where it is new. It keeps its place until touched_free. Ends the
 * process where there is no memory for one. */
struct touched_page *touched_page(struct touched *t, uint64_t number);
/* Notes line LINE (0 to 63) of PAGE. */
static inline void touched_line(struct touched *t, struct touched_page *page, unsigned line) {
    uint64_t bit = 1ull << line;
    if (page->round == t->round && page->lines & bit)
        return;
    if (page->round != t->round) {
        page->round = t->round;
        page->lines = 0;
        t->pages++;
    }
    page->lines |= bit;
    t->lines++;
}
/* No page is data any more. */
void touched_no_data(struct touched *t);
void touched_free(struct touched *t);

#endif
