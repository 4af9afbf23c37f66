/* SPDX-License-Identifier: MIT */
/* pager_policy.c -- two answers to which page loses its frame. */
#include "exo/libos/pager/pager.h"

#define AT_ONCE 64

/* Pages that were used are passed over once: their accessed bits are cleared, those of pages that
 * follow each other by one call. */
uint64_t pager_clock(struct pager *p) {
    for (uint64_t passed = 0; passed <= 2 * p->pages;) {
        uint64_t begin = p->hand, n = 0;
        while (n < AT_ONCE && begin + n < p->pages && pager_has(p, begin + n) &&
               pager_used(p, begin + n))
            n++;
        if (n)
            pager_unuse(p, begin, n);
        uint64_t page = begin + n;
        passed += n + 1;
        p->hand = page < p->pages ? page : 0;
        if (n == AT_ONCE || page >= p->pages)
            continue;
        p->hand = page + 1 < p->pages ? page + 1 : 0;
        if (pager_has(p, page))
            return page;
    }
    return PAGER_NONE;
}

uint64_t pager_newest(struct pager *p) {
    uint64_t page = p->newest;
    if (page != PAGER_NONE && pager_has(p, page))
        return page;
    return pager_clock(p); /* it lost its frame otherwise */
}
