/* SPDX-License-Identifier: MIT */
/* raw_order.c -- see raw_order.h. (Ganger, Patt: Metadata update performance in file systems, OSDI
 * '94, has the three rules.) */
#include "exo/libos/disk/raw_order.h"
#include "lib/error.h"

static bool bit(const uint64_t *words, uint32_t block) {
    return words[block / 64] >> block % 64 & 1;
}

static void bit_set(uint64_t *words, uint32_t block, bool value) {
    uint64_t mask = 1ul << block % 64;
    words[block / 64] = value ? words[block / 64] | mask : words[block / 64] & ~mask;
}

bool raw_is_dirty(const struct raw_store *r, uint32_t block) {
    return block < r->store.blocks && bit(r->dirty, block);
}

bool raw_may_write(const struct raw_store *r, uint32_t block) {
    return r->block[block].taints == 0 && r->block[block].waits == 0;
}

/* Must it be on the disk before its parent? */
static bool taints(const struct raw_block *b) {
    return b->owned && b->type != XN_BYTES && (!b->initialised || b->taints > 0);
}

/* A child of `parent` came to taint it, or does so no more; and so on upwards. */
static void taint(struct raw_store *r, uint32_t parent, bool more) {
    while (parent != 0) {
        struct raw_block *p = &r->block[parent];
        bool before = taints(p);
        p->taints += more ? 1 : -1u;
        if (taints(p) == before)
            return;
        parent = p->parent;
    }
}

void raw_changed(struct raw_store *r, uint32_t block) {
    r->block[block].version++;
    bit_set(r->dirty, block, true);
}

void raw_wrote(struct raw_store *r, uint32_t block) {
    struct raw_block *b = &r->block[block];
    b->written = b->version;
    bit_set(r->dirty, block, false);
    if (!b->unflushed) {
        b->unflushed = 1;
        r->unflushed[r->unflushed_count++] = block;
    }
}

static void give_back(struct raw_store *r, uint32_t block) {
    struct raw_block *b = &r->block[block];
    if (b->owned || b->pins > 0)
        return;
    bit_set(r->map, block, false);
}

/* What waited for versions that are durable by now is done. */
static void settle(struct raw_store *r) {
    for (uint32_t i = 0; i < r->records;) {
        struct raw_record record = r->record[i];
        if (r->block[record.parent].durable < record.version) {
            i++;
            continue;
        }
        r->record[i] = r->record[--r->records];
        if (record.edge) {
            r->block[record.block].waits--;
        } else {
            r->block[record.block].pins--;
            give_back(r, record.block);
        }
    }
}

void raw_flushed(struct raw_store *r) {
    for (uint32_t i = 0; i < r->unflushed_count; i++) {
        struct raw_block *b = &r->block[r->unflushed[i]];
        bool before = taints(b);
        b->unflushed = 0;
        b->durable = b->written;
        b->initialised |= b->written >= b->since;
        if (before && !taints(b))
            taint(r, b->parent, false);
    }
    r->unflushed_count = 0;
    settle(r);
}

void raw_allocated(struct raw_store *r, uint32_t block, uint8_t type, uint32_t parent,
                   uint32_t partition) {
    struct raw_block *b = &r->block[block];
    bit_set(r->map, block, true);
    b->type = type;
    b->parent = parent;
    b->partition = partition;
    b->born = r->block[parent].version;
    b->owned = b->known = 1;
    b->initialised = 0;
    b->taints = 0;
    b->since = b->version + 1;
    if (type != XN_BYTES)
        raw_changed(r, block);
    if (taints(b))
        taint(r, parent, true);
}

void raw_found(struct raw_store *r, uint32_t block, uint32_t parent, uint32_t partition) {
    struct raw_block *b = &r->block[block];
    b->parent = parent;
    b->partition = partition;
    b->known = 1;
    if (taints(b)) /* by what came below it meanwhile */
        taint(r, parent, true);
}

/* The disk may have a version of `parent` with the block in it: it stays allocated. */
static void keep(struct raw_store *r, uint32_t block, uint32_t parent) {
    r->record[r->records++] = (struct raw_record){block, parent, r->block[parent].version, false};
    r->block[block].pins++;
}

/* What waited for a block that is freed waits for its parent, which is durable without it; and what
 * it waited for, its parent waits for. */
static void pass_on(struct raw_store *r, uint32_t block, uint32_t parent) {
    for (uint32_t i = 0; i < r->records;) {
        struct raw_record *record = &r->record[i];
        if (record->parent == block) {
            record->parent = parent;
            record->version = r->block[parent].version;
        }
        if (record->edge && record->block == block) {
            r->block[block].waits--;
            record->block = parent;
            r->block[parent].waits++;
        }
        if (record->edge && record->block == record->parent) {
            r->block[parent].waits--;
            *record = r->record[--r->records];
        } else {
            i++;
        }
    }
}

void raw_freed(struct raw_store *r, uint32_t block, uint32_t parent) {
    struct raw_block *b = &r->block[block];
    if (taints(b))
        taint(r, parent, false);
    b->owned = b->known = 0;
    if (parent != 0 && (b->born == 0 || r->block[parent].written >= b->born))
        keep(r, block, parent);
    pass_on(r, block, parent);
    bit_set(r->dirty, block, false);
    b->written = b->version;
    give_back(r, block);
}

/* Blocks that were looked at, and are to be. */
struct waiters {
    uint32_t block[64], count;
};

static bool add(struct waiters *w, uint32_t block) {
    for (uint32_t i = 0; i < w->count; i++)
        if (w->block[i] == block)
            return true;
    if (block == 0)
        return true;
    if (w->count == sizeof w->block / sizeof *w->block)
        return false;
    w->block[w->count++] = block;
    return true;
}

/* Does `waiter` wait for `first`, directly or not? Also yes if there are too many to see. */
static bool waits_for(const struct raw_store *r, uint32_t waiter, uint32_t first) {
    struct waiters w = {{first}, 1};
    for (uint32_t i = 0; i < w.count; i++) {
        const struct raw_block *b = &r->block[w.block[i]];
        if (taints(b) && !add(&w, b->parent))
            return true;
        for (uint32_t k = 0; k < r->records; k++)
            if (r->record[k].edge && r->record[k].parent == w.block[i] &&
                !add(&w, r->record[k].block))
                return true;
        if (i > 0 && w.block[i] == waiter)
            return true;
    }
    return false;
}

long raw_may_free(const struct raw_store *r, uint32_t block, uint32_t parent) {
    for (uint32_t i = 0; i < r->records; i++) {
        const struct raw_record *e = &r->record[i];
        if (!e->edge)
            continue;
        bool waits = e->block == block && e->parent != parent && waits_for(r, e->parent, parent);
        bool waited = e->parent == block && e->block != parent && waits_for(r, parent, e->block);
        if (waits || waited)
            return -E_ORDER;
    }
    return 0;
}

long raw_may_move(struct raw_store *r, uint32_t from, uint32_t to, uint32_t child) {
    if (waits_for(r, to, from) || (taints(&r->block[child]) && waits_for(r, child, to)))
        return -E_ORDER;
    return 0;
}

void raw_moved(struct raw_store *r, uint32_t block, uint8_t type, uint32_t from, uint32_t to,
               uint32_t partition) {
    struct raw_block *b = &r->block[block];
    b->type = type;
    b->initialised |= !b->owned; /* not looked at since the volume was opened: the disk has it */
    bool tainted = taints(b);
    if (from != to && (b->born == 0 || r->block[from].written >= b->born))
        keep(r, block, from);
    if (tainted)
        taint(r, from, false);
    b->parent = to;
    b->partition = partition;
    b->owned = 1;
    b->born = r->block[to].version;
    if (tainted)
        taint(r, to, true);
}

long raw_edge(struct raw_store *r, uint32_t later, uint32_t first) {
    const struct raw_block *f = &r->block[first];
    if (f->durable >= f->version)
        return 0;
    if (waits_for(r, first, later))
        return -E_ORDER;
    for (uint32_t i = 0; i < r->records; i++)
        if (r->record[i].edge && r->record[i].block == later && r->record[i].parent == first) {
            r->record[i].version = f->version;
            return 0;
        }
    r->record[r->records++] = (struct raw_record){later, first, f->version, true};
    r->block[later].waits++;
    return 0;
}
