/* SPDX-License-Identifier: MIT */
/* page_tag.c -- see page_tag.h. */
#include "machine/memory/page_tag.h"

#define KEEP_ENTRIES (1ul << 63)
#define ROOT         0x000ffffffffff000ul

void page_tags_init(struct page_tags *tags, bool pcid, bool invpcid, bool pge) {
    *tags = (struct page_tags){.on = pcid && invpcid && pge, .taken = {1}};
}

uint64_t page_tag_take(struct page_tags *tags, paddr_t root) {
    for (unsigned i = 0; tags->on && i < PAGE_TAGS / 64; i++) {
        if (~tags->taken[i] == 0)
            continue;
        unsigned bit = (unsigned)__builtin_ctzl(~tags->taken[i]);
        tags->taken[i] |= 1ul << bit;
        return root.at | KEEP_ENTRIES | (i * 64 + bit);
    }
    return root.at;
}

void page_tag_give(struct page_tags *tags, uint64_t loads) {
    uint64_t tag = page_tag(loads);
    if (tag)
        tags->taken[tag / 64] &= ~(1ul << tag % 64);
}

static bool is_loaded(uint64_t loads, uint64_t cr3) {
    return ((loads ^ cr3) & ROOT) == 0;
}

enum page_drop page_drop_page(uint64_t loads, uint64_t cr3) {
    if (is_loaded(loads, cr3))
        return PAGE_DROP_LOADED;
    return page_tag(loads) ? PAGE_DROP_TAGGED : PAGE_DROP_NOTHING;
}

enum page_drop page_drop_space(uint64_t loads, uint64_t cr3) {
    if (page_tag(loads))
        return PAGE_DROP_TAGGED;
    return is_loaded(loads, cr3) ? PAGE_DROP_LOADED : PAGE_DROP_NOTHING;
}
