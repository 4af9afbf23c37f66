/* SPDX-License-Identifier: MIT */
/* space.c -- see space.h. */
#include "exo/kernel/memory/space.h"

#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/view.h"
#include "lib/error.h"
#include "lib/words.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_entry.h"
#include "machine/report/panic.h"

int account_charge(struct exo_env *account) {
    if (account->kernel >= account->kernel_most)
        return -E_QUOTA;
    account->kernel++;
    return 0;
}

void account_release(struct exo_env *account, unsigned count) {
    assert_that(account->kernel >= count);
    account->kernel -= count;
}

/* A zeroed frame on the account. */
static int charged_frame(struct exo_env *account, paddr_t *frame) {
    int error = account_charge(account);
    if (error)
        return error;
    error = frame_alloc_zeroed(frame);
    if (error)
        account_release(account, 1);
    return error;
}

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

vaddr_t space_next_table(const struct space *s, vaddr_t at) {
    const uint64_t *root = direct(s->table.root), *table = root;
    unsigned level = ROOT_LEVEL;
    while (at < EXO_TOP) {
        const uint64_t span = 1ul << level_shift(level);
        unsigned first = entry_index(at, level), i = words_next(table, first, 512);
        if (i > first)
            at = (at & -span) + (i - first) * span;
        if (i < 512 && level == 1)
            return at;
        table = i < 512 ? entry_table(table[i]) : root;
        level = i < 512 ? level - 1 : ROOT_LEVEL;
    }
    return EXO_TOP;
}

/* The entry `e` of this level leads to no table: makes one for the pages around `at`, and with the
 * lowest its shadow page. */
static int make_table(struct space *s, uint64_t *e, unsigned level, vaddr_t at) {
    paddr_t table, shadow = PADDR(0);
    int error = charged_frame(s->account, &table);
    if (error)
        return error;
    if (level == 1 && (error = charged_frame(s->account, &shadow))) {
        frame_free(table);
        account_release(s->account, 1);
        return error;
    }
    struct exo_frame *f = table_of(direct(table));
    f->mapping = (uint32_t)(shadow.at / PAGE_SIZE);
    f->limits = (uint32_t)(at >> level_shift(1));
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

/* Frees the tables below this one, of which the first `entries` lead to some of ours. */
static unsigned free_below(uint64_t *table, unsigned level, unsigned entries) {
    unsigned count = 0;
    for (unsigned i = 0; (i = words_next(table, i, 512)) < entries; i++) {
        uint64_t *below = entry_table(table[i]);
        if (level > 1) {
            count += free_below(below, level - 1, 512);
        } else {
            frame_free(PADDR((uint64_t)table_of(below)->mapping * PAGE_SIZE));
            count++;
        }
        frame_free(physical(below));
        table[i] = 0;
        count++;
    }
    return count;
}

void space_destroy(struct space *s) {
    unsigned count =
        free_below(direct(s->table.root), ROOT_LEVEL, entry_index(EXO_TABLES, ROOT_LEVEL));
    page_table_hide(&s->table, EXO_TABLES);
    page_table_hide(&s->table, EXO_INFO);
    page_table_destroy(&s->table);
    account_release(s->account, count + 1);
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
    if (m->next)
        mapping_of(m->next)->previous = m->previous;
    if (m->previous)
        mapping_of(m->previous)->next = m->next;
    else
        f->mapping = m->next;
    --*(old & EXO_WRITE ? &f->writers : &f->readers);
    s->account->pages--;
    l->entry[i] = entry;
    d->frame[d->flush.count] = f;
    page_flush_later(&d->flush, at);
}
