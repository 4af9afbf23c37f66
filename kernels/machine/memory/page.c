/* SPDX-License-Identifier: MIT */
/* page.c -- see page.h. Intel SDM volume 3, chapter 4.5. */
#include "machine/memory/page.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/region.h"
#include "machine/cpu/selectors.h"
#include "machine/cpu/x86.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"
#include "machine/memory/page_flush.h"
#include "machine/report/panic.h"

_Static_assert(offsetof(struct page_table, loads) == PAGE_TABLE_LOADS, "page_table.h");

#define HALF 256 /* entries of the root that belong to the lower half */

/* Where a walk ended: the entry, its level, and the rights of all entries that led to it. */
struct step {
    uint64_t *entry;
    unsigned level;
    bool write, user, execute;
};

static struct step walk(const struct page_table *t, vaddr_t at) {
    struct step s = {.level = ROOT_LEVEL, .write = true, .user = true, .execute = true};
    uint64_t *table = direct(t->root);
    for (;;) {
        s.entry = &table[entry_index(at, s.level)];
        uint64_t e = *s.entry;
        if (!(e & ENTRY_PRESENT))
            return s;
        s.write = s.write && (e & ENTRY_WRITE);
        s.user = s.user && (e & ENTRY_USER);
        s.execute = s.execute && !(e & ENTRY_NX);
        if (s.level == 0 || (e & ENTRY_LARGE))
            return s;
        table = entry_table(e);
        s.level--;
    }
}

/* Whether some table has the kernel's half beside the kernel's own. */
static bool half_is_shared;

uint64_t *page_entry_make(struct page_table *t, vaddr_t at, unsigned level, uint64_t rights) {
    uint64_t *table = direct(t->root);
    for (unsigned l = ROOT_LEVEL; l > level; l--) {
        uint64_t *e = &table[entry_index(at, l)];
        if (*e & ENTRY_LARGE)
            return NULL;
        if (!(*e & ENTRY_PRESENT)) {
            paddr_t frame;
            assert_that(l < ROOT_LEVEL || entry_index(at, l) < HALF || !half_is_shared);
            if (frame_alloc_zeroed(&frame))
                return NULL;
            frame_page(frame)->owner = t->owner;
            *e = frame.at | ENTRY_PRESENT | rights;
        }
        table = entry_table(*e);
    }
    return &table[entry_index(at, level)];
}

int page_table_create(struct page_table *t, uint64_t owner) {
    int error = frame_alloc_zeroed(&t->root);
    if (error)
        return error;
    half_is_shared = true;
    t->owner = frame_page(t->root)->owner = owner;
    page_flush_add(t);
    memcpy((uint64_t *)direct(t->root) + HALF, (uint64_t *)direct(page_table_kernel.root) + HALF,
           HALF * sizeof(uint64_t));
    return 0;
}

static uint64_t *root_entry(const struct page_table *t, vaddr_t at) {
    return (uint64_t *)direct(t->root) + entry_index(at, ROOT_LEVEL);
}

void page_table_lend(struct page_table *to, const struct page_table *from, vaddr_t at) {
    uint64_t e = *root_entry(from, at);
    assert_that(e & ENTRY_PRESENT);
    *root_entry(to, at) = (e & ~ENTRY_WRITE) | ENTRY_NX;
}

void page_table_show(struct page_table *t, vaddr_t at) {
    *root_entry(t, at) = t->root.at | ENTRY_PRESENT | ENTRY_USER | ENTRY_NX;
}

/* Frees the tables below a table of this level, the first `entries` of it. */
static void free_tables(uint64_t *table, unsigned level, unsigned entries) {
    for (unsigned i = 0; i < entries; i++) {
        if (!(table[i] & ENTRY_PRESENT) || level == 0)
            continue;
        free_tables(entry_table(table[i]), level - 1, 512);
        frame_free(PADDR(table[i] & ENTRY_FRAME));
    }
}

static void unload(const struct page_table *t) {
    assert_that(page_round_down(read_cr3()) != t->root.at);
    page_flush_remove(t);
}

static void free_root(struct page_table *t) {
    frame_free(t->root);
    t->root = PADDR(0);
}

void page_table_destroy(struct page_table *t) {
    unload(t);
    free_tables(direct(t->root), ROOT_LEVEL, HALF);
    free_root(t);
}

void page_table_abandon(struct page_table *t) {
    unload(t);
    free_root(t);
}

static void give_back(paddr_t frame) {
    preempt_disable();
    frame_free(frame);
    preempt_enable();
}

static void dismantle(const uint64_t *table, unsigned level, unsigned entries) {
    for (unsigned i = 0; i < entries; i++) {
        if (!(table[i] & ENTRY_PRESENT))
            continue;
        if (level)
            dismantle(entry_table(table[i]), level - 1, 512);
        give_back(PADDR(table[i] & ENTRY_FRAME));
    }
}

void page_table_dismantle(struct page_table *t) {
    assert_that(page_round_down(read_cr3()) != t->root.at);
    preempt_disable();
    page_flush_remove(t);
    preempt_enable();
    dismantle(direct(t->root), ROOT_LEVEL, HALF);
    give_back(t->root);
    t->root = PADDR(0);
}

void page_table_load(const struct page_table *t) {
    selectors_clear(); /* its user's are another one's */
    write_cr3(t->loads);
}

static bool may_be_user_page(vaddr_t at) {
    return at % PAGE_SIZE == 0 && at >= PAGE_SIZE && at < USER_TOP;
}

uint64_t page_leaf_bits(unsigned rights) {
    const unsigned known = PAGE_WRITE | PAGE_EXECUTE | PAGE_USER | (unsigned)ENTRY_AS_RIGHTS;
    if ((rights & ~known) || ((rights & PAGE_WRITE) && (rights & PAGE_EXECUTE)))
        return 0;
    return ENTRY_PRESENT | ENTRY_USER | (rights & PAGE_WRITE ? ENTRY_WRITE : 0) |
           (rights & PAGE_EXECUTE ? 0 : ENTRY_NX) | (rights & ENTRY_AS_RIGHTS);
}

/* Whether one was made. */
static bool make_table(struct page_table *t, vaddr_t at) {
    struct step s = walk(t, at);
    return s.level && !(*s.entry & ENTRY_PRESENT) &&
           page_entry_make(t, at, s.level - 1, ENTRY_WRITE | ENTRY_USER);
}

void page_make_tables(struct page_table *t, vaddr_t at) {
    bool made = may_be_user_page(at);
    while (made) {
        preempt_disable();
        made = make_table(t, at);
        preempt_enable();
    }
}

int page_map(struct page_table *t, vaddr_t at, paddr_t frame, unsigned rights) {
    uint64_t bits = page_leaf_bits(rights);
    if (!may_be_user_page(at) || (frame.at & ~ENTRY_FRAME) || !bits)
        return -E_INVALID;
    uint64_t *e = page_entry_make(t, at, 0, ENTRY_WRITE | ENTRY_USER);
    if (!e)
        return -E_NO_MEMORY;
    if (*e & ENTRY_PRESENT)
        return -E_EXISTS;
    *e = frame.at | bits;
    return 0;
}

/* Of the rights that entries above a leaf grant nothing is asked: user space's grant all. */
struct leaves page_user_leaves(const struct page_table *t, vaddr_t at, vaddr_t end) {
    uint64_t *table = direct(t->root);
    unsigned level = ROOT_LEVEL;
    for (; level > 0; level--) {
        uint64_t e = table[entry_index(at, level)];
        if ((e & (ENTRY_PRESENT | ENTRY_LARGE)) != ENTRY_PRESENT)
            break;
        table = entry_table(e);
    }
    uint64_t len = 1ul << level_shift(level ? level : 1);
    vaddr_t next = (at & -len) + len;
    return (struct leaves){level ? NULL : &table[entry_index(at, 0)], next < end ? next : end};
}

uint64_t *page_user_leaf(struct page_table *t, vaddr_t at) {
    if (!may_be_user_page(at))
        return NULL;
    struct leaves l = page_user_leaves(t, at, at + PAGE_SIZE);
    return l.entry && (*l.entry & ENTRY_PRESENT) ? l.entry : NULL;
}

int page_unmap(struct page_table *t, vaddr_t at, paddr_t *frame) {
    uint64_t *e = page_user_leaf(t, at);
    if (!e)
        return -E_NOT_FOUND;
    if (frame)
        *frame = PADDR(*e & ENTRY_FRAME);
    *e = 0;
    page_flush(t, at);
    return 0;
}

int page_protect(struct page_table *t, vaddr_t at, unsigned rights) {
    uint64_t bits = page_leaf_bits(rights);
    uint64_t *e = page_user_leaf(t, at);
    if (!bits)
        return -E_INVALID;
    if (!e)
        return -E_NOT_FOUND;
    page_leaf_change(e, bits);
    page_flush(t, at);
    return 0;
}

static struct page_mapping mapping(const struct step *s, vaddr_t at) {
    uint64_t len = 1ul << level_shift(s->level), e = *s->entry;
    return (struct page_mapping){
        .at = at & -len,
        .len = len,
        .frame = PADDR(e & ENTRY_FRAME & -len),
        .rights = (s->write ? PAGE_WRITE : 0) | (s->execute ? PAGE_EXECUTE : 0) |
                  (s->user ? PAGE_USER : 0) | (unsigned)(e & ENTRY_AS_RIGHTS),
        .accessed = e & ENTRY_ACCESSED,
        .dirty = e & ENTRY_DIRTY,
    };
}

static bool canonical(vaddr_t at) {
    return (uint64_t)((int64_t)(at << 16) >> 16) == at;
}

int page_walk(const struct page_table *t, vaddr_t at, struct page_mapping *m) {
    if (!canonical(at))
        return -E_NOT_FOUND;
    struct step s = walk(t, at);
    if (!(*s.entry & ENTRY_PRESENT))
        return -E_NOT_FOUND;
    *m = mapping(&s, at);
    return 0;
}

int page_take_traces(struct page_table *t, vaddr_t at, struct page_mapping *m) {
    uint64_t *e = page_user_leaf(t, at);
    if (!e)
        return -E_NOT_FOUND;
    struct step s = walk(t, at);
    *m = mapping(&s, at);
    *e &= ~(ENTRY_ACCESSED | ENTRY_DIRTY);
    page_flush(t, at);
    return 0;
}

void page_each(const struct page_table *t, vaddr_t from,
               bool (*fn)(const struct page_mapping *m, void *arg), void *arg) {
    for (vaddr_t at = from, next;; at = next) {
        if (!canonical(at))
            at = DIRECT_BASE; /* the upper half begins here */
        struct step s = walk(t, at);
        uint64_t len = 1ul << level_shift(s.level);
        next = (at & -len) + len;
        if (*s.entry & ENTRY_PRESENT) {
            struct page_mapping m = mapping(&s, at);
            if (!fn(&m, arg))
                return;
        }
        if (next == 0) /* past the last page */
            return;
    }
}
