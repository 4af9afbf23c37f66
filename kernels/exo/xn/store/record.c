/* SPDX-License-Identifier: MIT */
/* record.c -- see record.h. An entry's list is a ring; x->list has its last one. */
#include "exo/xn/store/record.h"

#include "exo/defence.h"
#include "exo/xn/store/entry.h"
#include "exo/xn/store/free_map.h"
#include "exo/xn/store/words.h"
#include "lib/error.h"

int records_left(const struct xn *x, uint16_t account, uint32_t count) {
    const struct xn_account *a = &x->account[account];
    if (count > x->records - x->used_records)
        return -E_FULL;
    return a->records + count > a->record_limit && DEFENDED(XN_QUOTA) ? -E_QUOTA : 0;
}

void record_add(struct xn *x, uint16_t account, struct xn_entry *e, enum record kind,
                struct xn_extent extent) {
    uint32_t number = x->free_record, *last = &x->list[entry_number(x, e)];
    struct xn_record *r = &x->record[number];
    x->free_record = r->next;
    x->used_records++;
    x->account[account].records++;
    x->volume[e->volume].records++;
    *r = (struct xn_record){.version = e->version,
                            .extent = extent,
                            .account = account,
                            .kind = kind,
                            .next = *last ? x->record[*last].next : number};
    if (*last)
        x->record[*last].next = number;
    *last = number;
}

/* The first one of a ring is taken out of it, and free. */
static struct xn_record pop(struct xn *x, uint32_t *last, uint32_t volume) {
    uint32_t number = x->record[*last].next;
    struct xn_record *r = &x->record[number], was = *r;
    if (number == *last)
        *last = 0;
    else
        x->record[*last].next = r->next;
    *r = (struct xn_record){.next = x->free_record};
    x->free_record = number;
    x->used_records--;
    x->account[was.account].records--;
    x->volume[volume].records--;
    return was;
}

/* The ring `ring` goes in front of another one, which may be empty. */
static void splice(struct xn *x, uint32_t *last, uint32_t ring) {
    uint32_t first = x->record[ring].next;
    if (!*last) {
        *last = ring;
        return;
    }
    x->record[ring].next = x->record[*last].next;
    x->record[*last].next = first;
}

void records_pass(struct xn *x, uint16_t account, struct xn_entry *from, struct xn_entry *to) {
    uint32_t *list = &x->list[entry_number(x, from)];
    if (!*list)
        return;
    record_add(x, account, to, RECORD_LIST, (struct xn_extent){.block = *list});
    *list = 0;
}

bool records_have_edge(const struct xn *x, const struct xn_entry *e, unsigned most) {
    uint32_t last = x->list[entry_number(x, e)], i = last;
    if (!last)
        return false;
    do {
        i = x->record[i].next;
        if (!most-- || x->record[i].kind == RECORD_EDGE)
            return true;
    } while (i != last);
    return false;
}

int records_waiters(const struct xn *x, const struct xn_entry *e, uint32_t *out, unsigned most) {
    enum { LOOKS = 256 };
    uint32_t last = x->list[entry_number(x, e)], i = last;
    unsigned found = 0, looks = 0;
    if (!last)
        return 0;
    do {
        i = x->record[i].next;
        if (++looks > LOOKS)
            return -E_COST;
        if (x->record[i].kind != RECORD_EDGE)
            continue;
        if (found == most)
            return -E_COST;
        out[found++] = x->record[i].extent.block;
    } while (i != last);
    return (int)found;
}

static void apply(struct xn *x, uint32_t volume, struct xn_record r) {
    struct xn_volume *v = &x->volume[volume];
    switch (r.kind) {
    case RECORD_FREE:
        blocks_free(x, volume, r.extent.block, r.extent.count);
        break;
    case RECORD_HELD:
        held_bits(v, r.extent.block, r.extent.count, BITS_CLEAR);
        break;
    default:
        x->entry[r.extent.block].waits--;
    }
}

bool record_release_one(struct xn *x, struct xn_entry *e) {
    uint32_t *last = &x->list[entry_number(x, e)];
    if (!*last)
        return false;
    struct xn_record *first = &x->record[x->record[*last].next];
    if (first->version > e->submitted)
        return false;
    if (first->kind != RECORD_LIST) {
        apply(x, e->volume, pop(x, last, e->volume));
        return true;
    }
    /* Of a list in the list, one at a time. */
    uint32_t list = first->extent.block, inner = x->record[list].next;
    if (x->record[inner].kind == RECORD_LIST) {
        /* What it has goes in front of the rest: no list is deeper than one. */
        uint32_t deeper = x->record[inner].extent.block, head = x->record[deeper].next;
        x->record[deeper].next = inner;
        x->record[list].next = head;
        x->record[inner].kind = RECORD_HELD;
        x->record[inner].extent.count = 0;
        return true;
    }
    struct xn_record r = pop(x, &list, e->volume);
    if (list)
        first->extent.block = list;
    else
        pop(x, last, e->volume);
    apply(x, e->volume, r);
    return true;
}

bool record_forget_one(struct xn *x, struct xn_entry *e) {
    uint32_t *last = &x->list[entry_number(x, e)];
    if (!*last)
        return false;
    struct xn_record r = pop(x, last, e->volume);
    if (r.kind == RECORD_LIST) /* what it has is the entry's own now */
        splice(x, last, r.extent.block);
    return true;
}
