/* SPDX-License-Identifier: MIT */
/* touched.c -- a hash table of pages; none is ever taken out. */
#include "touched.h"
#include "allocate.h"

#include <stdlib.h>

enum { BUCKETS = sizeof((struct touched *)0)->buckets / sizeof(struct touched_page *) };

void touched_clear(struct touched *t) {
    t->round++;
    t->lines = t->pages = 0;
}

struct touched_page *touched_page(struct touched *t, uint64_t number) {
    struct touched_page **bucket = &t->buckets[number % BUCKETS], *page = *bucket;
    while (page && page->number != number)
        page = page->next;
    if (page)
        return page;
    page = plugin_memory(sizeof *page);
    *page = (struct touched_page){.number = number, .round = t->round - 1, .next = *bucket};
    return *bucket = page;
}

void touched_no_data(struct touched *t) {
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct touched_page *page = t->buckets[i]; page; page = page->next)
            page->data = false;
}

void touched_free(struct touched *t) {
    for (size_t i = 0; i < BUCKETS; i++)
        while (t->buckets[i]) {
            struct touched_page *page = t->buckets[i];
            t->buckets[i] = page->next;
            free(page);
        }
    *t = (struct touched){0};
}
