/* SPDX-License-Identifier: MIT */
/* space.c -- see space.h. */
#include "exo/kernel/memory/space.h"

#include "exo/defence.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/view.h"
#include "lib/error.h"
#include "lib/string.h"
#include "lib/words.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"
#include "machine/report/panic.h"

int space_create(struct space *s, struct exo_env *account) {
    s->account = account;
    s->near = NEAR_NOTHING;
    int error = account_charge(account);
    if (error)
        return error;
    error = page_table_create(&s->table, 0);
    if (error) {
        account_release(account, 1);
        return error;
    }
    view_lend(&s->table);
    page_table_show(&s->table, EXO_TABLES);
    return 0;
}

/* Of the page table that lies in this frame. */
static struct exo_frame *table_of(const uint64_t *table) {
    return &exo_frames[physical(table).at / PAGE_SIZE];
}

static void note_near(struct space *s, vaddr_t at, uint64_t *table) {
    const struct exo_frame *f = table_of(table);
    s->near = at / TABLE_SPAN;
    s->entry = table;
    s->mapping = shadow_of(f);
    s->id = (uint32_t)(exo_frame_number(f) * 512);
}

vaddr_t space_approach(struct space *s, vaddr_t at) {
    struct leaves l = page_user_leaves(&s->table, at, -1ul);
    if (!l.entry)
        return l.end;
    note_near(s, at, l.entry - entry_index(at, 0));
    return 0;
}

static struct exo_frame *frame_of(uint32_t number) {
    return &exo_frames[number];
}

/* The table is the space's first. */
static void list_add(const struct space *s, struct exo_frame *table) {
    struct exo_frame *root = table_of(direct(s->table.root));
    uint32_t number = (uint32_t)exo_frame_number(table);
    table->readers = root->readers;
    if (root->readers && frame_of(root->readers)->mapping)
        frame_of(frame_of(root->readers)->mapping)->readers = number;
    if (table->mapping)
        frame_of(table->mapping)->readers = (uint32_t)exo_frame_number(root);
    root->readers = number;
}

/* A lowest table is in the list no more. */
static void list_remove(const struct exo_frame *table) {
    uint32_t next = table->readers, before = frame_of(table->mapping)->readers;
    frame_of(before)->readers = next;
    if (next && frame_of(next)->mapping)
        frame_of(frame_of(next)->mapping)->readers = before;
}

/* A mapping's id has room for tables below this address. */
#define TABLES_END ((1ul << 32) / 512 * PAGE_SIZE)

/* A frame for a table, on the account. */
static int table_frame(struct exo_env *account, paddr_t *frame) {
    int error = account_frame(account, frame);
    if (error || frame->at < TABLES_END)
        return error;
    frame_free(*frame);
    account_release(account, 1);
    return -E_NO_MEMORY;
}

/* The entry `e` of this level leads to no table: makes one for the pages around `at`, and with the
 * lowest its shadow page, of which nothing is read that was not written before. */
static int make_table(struct space *s, uint64_t *e, unsigned level, vaddr_t at) {
    paddr_t table, shadow = PADDR(0);
    int error = table_frame(s->account, &table);
    if (error)
        return error;
    if (level == 1 && (error = account_frame(s->account, &shadow))) {
        frame_free(table);
        account_release(s->account, 1);
        return error;
    }
    memset(direct(table), 0, PAGE_SIZE);
    struct exo_frame *f = table_of(direct(table));
    f->mapping = (uint32_t)(shadow.at / PAGE_SIZE);
    f->limits = (uint32_t)(at >> level_shift(1));
    list_add(s, f);
    *e = table.at | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USER;
    return 0;
}

int space_make_entries(struct space *s, vaddr_t at, vaddr_t end, struct entries *made) {
    uint64_t *table = direct(s->table.root);
    for (unsigned level = ROOT_LEVEL; level > 0; level--) {
        uint64_t *e = &table[entry_index(at, level)];
        int error = *e & ENTRY_PRESENT ? 0 : make_table(s, e, level, at);
        if (error)
            return error;
        table = entry_table(*e);
    }
    note_near(s, at, table);
    *made = space_near_entries(s, at, end);
    return 0;
}

/* The frames of a table that no entry and no list leads to. */
static void free_table(struct space *s, struct exo_frame *table) {
    uint32_t shadow = table->mapping;
    if (shadow)
        frame_free(PADDR((uint64_t)shadow * PAGE_SIZE));
    frame_free(PADDR(exo_frame_number(table) * PAGE_SIZE));
    account_release(s->account, shadow ? 2 : 1);
}

/* Leads to the lowest table for `at`; null: there is none. */
static uint64_t *table_entry(const struct space *s, vaddr_t at) {
    uint64_t *table = direct(s->table.root);
    for (unsigned level = ROOT_LEVEL; level > 1; level--) {
        uint64_t e = table[entry_index(at, level)];
        if (!(e & ENTRY_PRESENT))
            return NULL;
        table = entry_table(e);
    }
    uint64_t *e = &table[entry_index(at, 1)];
    return *e & ENTRY_PRESENT ? e : NULL;
}

int space_free_table(struct space *s, vaddr_t at) {
    uint64_t *e = table_entry(s, at);
    if (!e)
        return -E_NOT_FOUND;
    const uint64_t *table = entry_table(*e);
    if (DEFENDED(TABLE_BUSY) && words_next(table, 0, 512) < 512)
        return -E_BUSY;
    struct exo_frame *f = table_of(table);
    *e = 0;
    /* What the processor may hold: where the table is, and the page of EXO_TABLES that shows it. */
    page_flush(&s->table, at);
    if (DEFENDED(TABLE_FLUSH))
        page_flush(&s->table, EXO_TABLES + at / TABLE_SPAN * PAGE_SIZE);
    if (s->near == at / TABLE_SPAN)
        s->near = NEAR_NOTHING;
    list_remove(f);
    free_table(s, f);
    return 0;
}

/* What freeing may cost, in instructions or more. */
#define WORK_UNMAP 64
#define WORK_TABLE 100

/* The entries of a lowest table from *from on map nothing any more. */
static bool clear_table(struct space *s, struct exo_frame *table, unsigned *from, long *work) {
    const uint64_t *entry = direct(PADDR(exo_frame_number(table) * PAGE_SIZE));
    const struct mapping *m = shadow_of(table);
    const struct table_extent *x = table_extent(table);
    struct mapping *other = NULL; /* the one changed last: often the next one follows it */
    unsigned i = *from > x->first ? *from : x->first, most = (unsigned)(*work / WORK_UNMAP) + 1;
    unsigned end = i < x->end && most < x->end - i ? i + most : x->end, absent = 0;
    unsigned count = i < end ? end - i : 0;
    for (uint32_t last = 0; i < end; i++) {
        uint64_t e = entry[i];
        if (!(e & ENTRY_PRESENT)) {
            absent++;
            continue;
        }
        struct exo_frame *f = exo_frame_mapped(e);
        uint32_t next = m[i].next, previous = m[i].previous;
        if (next) {
            other = next == last + 1 && (uint64_t)++other % PAGE_SIZE ? other : mapping_of(next);
            other->previous = previous;
        }
        last = next;
        if (previous)
            mapping_of(previous)->next = next;
        else
            f->mapping = next;
        if (e & EXO_WRITE)
            f->writers--;
        else
            f->readers--;
        if (f->references > 1)
            f->references--;
        else
            exo_frame_release(f);
    }
    s->account->pages -= count - absent;
    *work -= (long)count * WORK_UNMAP;
    *from = i;
    return i >= x->end;
}

bool space_clear(struct space *s, unsigned *from, long *work) {
    struct exo_frame *root = table_of(direct(s->table.root));
    while (root->readers) {
        struct exo_frame *table = frame_of(root->readers);
        if (*work <= 0 || (table->mapping && !clear_table(s, table, from, work)))
            return false;
        *from = 0;
        *work -= WORK_TABLE;
        root->readers = table->readers;
        free_table(s, table);
    }
    return true;
}

void space_destroy(struct space *s) {
    unsigned from = 0;
    long work = INT64_MAX;
    space_clear(s, &from, &work);
    page_table_abandon(&s->table);
    account_release(s->account, 1);
}

void departures_begin(struct departures *d, const struct space *s) {
    page_flush_begin(&d->flush, &s->table);
}

void departures_end(struct departures *d) {
    size_t count = d->flush.count;
    page_flush_now(&d->flush);
    for (size_t i = 0; i < count; i++)
        exo_frame_release(d->frame[i]);
}

void mapping_remove(struct space *s, const struct entries *l, unsigned i, vaddr_t at,
                    uint64_t entry, struct departures *d) {
    uint64_t old = l->entry[i];
    struct exo_frame *f = exo_frame_mapped(old);
    const struct mapping *m = &l->mapping[i];
    if (d->flush.count == PAGE_FLUSH_MAX)
        departures_end(d);
    mapping_unlink(f, m, old);
    s->account->pages--;
    l->entry[i] = entry;
    d->frame[d->flush.count] = f;
    page_flush_later(&d->flush, at);
}
