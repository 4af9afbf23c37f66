/* SPDX-License-Identifier: MIT */
/* keeps.bpf.c -- a pager that keeps some pages in its own memory, and has no room for others. */
#include "spin/extend.h"
#include "spin/services/vm/pager_object.h"

#define PAGES 8
#define WORDS 512

static unsigned long kept[PAGES][WORDS];

INSTEAD(pager_page_in)
int bring(unsigned long pager, unsigned long index, struct pager_page *page) {
    (void)pager;
    for (unsigned long i = 0; i < WORDS && index < PAGES; i++)
        page->word[i] = kept[index][i];
    return 0;
}

INSTEAD(pager_page_out)
int keep(unsigned long pager, unsigned long index, const struct pager_page *page) {
    (void)pager;
    if (index >= PAGES)
        return -1;
    for (unsigned long i = 0; i < WORDS; i++)
        kept[index][i] = page->word[i];
    return 0;
}
