/* SPDX-License-Identifier: MIT */
/* page_flush.c -- see page_flush.h. Intel SDM volume 3, 4.10. */
#include "machine/memory/page_flush.h"

#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/memory/page_tag.h"

static struct page_tags tags;

void page_flush_init(void) {
    page_tags_init(&tags, cpu_features.pcid, cpu_features.invpcid, cpu_features.pge);
    if (tags.on)
        write_cr4(read_cr4() | CR4_PCIDE);
}

unsigned page_flush_tags(void) {
    return tags.on ? PAGE_TAGS : 0;
}

void page_flush_add(struct page_table *t) {
    t->loads = page_tag_take(&tags, t->root);
}

/* The next holder of the tag finds nothing of this table. */
void page_flush_remove(const struct page_table *t) {
    page_flush_space(t);
    page_tag_give(&tags, t->loads);
}

static void drop_page(enum page_drop how, const struct page_table *t, vaddr_t at) {
    if (how == PAGE_DROP_LOADED)
        invlpg(at);
    else if (how == PAGE_DROP_TAGGED)
        invpcid(INVPCID_PAGE, page_tag(t->loads), at);
}

void page_flush(const struct page_table *t, vaddr_t at) {
    drop_page(page_drop_page(t->loads, read_cr3()), t, at);
}

void page_flush_range(const struct page_table *t, vaddr_t at, size_t pages) {
    if (pages > PAGE_FLUSH_MAX) {
        page_flush_space(t);
        return;
    }
    enum page_drop how = page_drop_page(t->loads, read_cr3());
    for (; pages; pages--, at += PAGE_SIZE)
        drop_page(how, t, at);
}

void page_flush_space(const struct page_table *t) {
    enum page_drop drop = page_drop_space(t->loads, read_cr3());
    if (drop == PAGE_DROP_LOADED)
        write_cr3(t->loads);
    else if (drop == PAGE_DROP_TAGGED)
        invpcid(INVPCID_TAG, page_tag(t->loads), 0);
}

/* Global entries go when CR4.PGE changes, with all others of all tags; without PGE there are none
 * of either (page_tag.h). */
void page_flush_all(void) {
    uint64_t cr4 = read_cr4();
    if (cpu_features.pge) {
        write_cr4(cr4 & ~(uint64_t)CR4_PGE);
        write_cr4(cr4);
    } else {
        write_cr3(read_cr3());
    }
}

void page_flush_now(struct page_flush_queue *q) {
    if (q->count > PAGE_FLUSH_MAX)
        page_flush_space(q->table);
    else
        for (size_t i = 0; i < q->count; i++)
            page_flush(q->table, q->page[i]);
    q->count = 0;
}
