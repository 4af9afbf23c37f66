/* SPDX-License-Identifier: MIT */
/* page_flush.c -- see page_flush.h. Intel SDM volume 3, 4.10. */
#include "machine/memory/page_flush.h"

#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"

/* A tag is the lowest bits of what cr3 is loaded with; KEEP_ENTRIES: the load drops none of its.
 * Tag 0 is the kernel's and of all tables that found none, so their loads drop its entries. */
#define TAGS         4096
#define TAG(loads)   ((loads) & (TAGS - 1))
#define KEEP_ENTRIES (1ul << 63)

static bool tags_on;
static uint64_t tags_taken[TAGS / 64];

void page_flush_init(void) {
    tags_on = cpu_features.pcid && cpu_features.invpcid;
    tags_taken[0] = 1;
    if (tags_on)
        write_cr4(read_cr4() | CR4_PCIDE);
}

void page_tag_take(struct page_table *t) {
    t->loads = t->root.at;
    for (unsigned i = 0; tags_on && i < TAGS / 64; i++) {
        if (~tags_taken[i] == 0)
            continue;
        uint64_t bit = bsf(~tags_taken[i]);
        tags_taken[i] |= 1ul << bit;
        t->loads |= KEEP_ENTRIES | (i * 64 + bit);
        return;
    }
}

/* Whoever has the tag next finds nothing of this table. */
void page_tag_give(struct page_table *t) {
    uint64_t tag = TAG(t->loads);
    if (tag == 0)
        return;
    page_flush_space(t);
    assert_that(tags_taken[tag / 64] >> tag % 64 & 1);
    tags_taken[tag / 64] &= ~(1ul << tag % 64);
}

static bool is_loaded(const struct page_table *t) {
    return page_round_down(read_cr3()) == t->root.at;
}

void page_flush(const struct page_table *t, vaddr_t at) {
    if (is_loaded(t))
        invlpg(at);
    else if (TAG(t->loads))
        invpcid(INVPCID_PAGE, TAG(t->loads), at);
}

void page_flush_space(const struct page_table *t) {
    if (TAG(t->loads))
        invpcid(INVPCID_TAG, TAG(t->loads), 0);
    else if (is_loaded(t))
        write_cr3(t->loads);
}

/* Global entries go when CR4.PGE changes, with all others of all tags. */
void page_flush_all(void) {
    uint64_t cr4 = read_cr4();
    if (cpu_features.pge) {
        write_cr4(cr4 & ~(uint64_t)CR4_PGE);
        write_cr4(cr4);
    } else if (tags_on) {
        invpcid(INVPCID_ALL, 0, 0);
    } else {
        write_cr3(read_cr3());
    }
}

void page_flush_later(struct page_flush_queue *q, vaddr_t at) {
    if (q->count < PAGE_FLUSH_MAX)
        q->page[q->count] = at;
    q->count++;
}

void page_flush_now(struct page_flush_queue *q) {
    if (q->count > PAGE_FLUSH_MAX)
        page_flush_space(q->table);
    else
        for (size_t i = 0; i < q->count; i++)
            page_flush(q->table, q->page[i]);
    q->count = 0;
}
