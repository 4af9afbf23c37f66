/* SPDX-License-Identifier: MIT */
/* xn_workload.h -- anything at all, at random, with a volume in memory, by one who knows no order:
 * what XN refuses does not happen. Each object has a number, its tag, which stands beside each
 * pointer to it and in its own block; so what a disk holds can be judged by itself. */
#ifndef TESTS_XN_WORKLOAD_H
#define TESTS_XN_WORKLOAD_H

#include "xn_machine.h"

enum { OBJECTS = 64, TAGS = 4096, MARK = 3584, WINDOW = 128, PARTITIONS = 8, SLOTS = 8 };
enum { NEVER = UINT32_MAX };

struct thing {
    bool live, root, temporary;
    uint32_t tag, block;
    uint8_t type;
    int parent; /* object; -1: unattached, or a root */
    uint8_t partition, slot;
};

struct workload {
    struct machine *m;
    uint64_t random;
    struct thing object[OBJECTS];
    uint32_t tags, freed_at[TAGS]; /* index of the log */
    struct {
        uint32_t number, block;
    } flying[4];
    unsigned in_flight;
    void (*flushed)(struct workload *l); /* after each flush, or null */
};

static inline uint32_t draw(struct workload *l, uint32_t below) {
    l->random = l->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(l->random >> 33) % below;
}

static inline uint8_t type_of_slot(unsigned slot) {
    return slot < 4 ? DIR : slot < 6 ? XN_BYTES : LOG;
}

static inline void change_pointer(struct xn_changes *c, unsigned partition, unsigned slot,
                                  struct xn_extent e, uint64_t tag) {
    memset(c, 0, sizeof *c);
    change_put(c, partition * WINDOW + slot * 8, &e, 8);
    change_put(c, partition * WINDOW + 64 + slot * 8, &tag, 8);
}

static inline struct xn_at place(const struct workload *l, int parent, unsigned partition,
                                 const struct xn_changes *c) {
    return (struct xn_at){.block = l->object[parent].block, .partition = partition, .changes = c};
}

/* Reads what is missing; false: it was nothing of the kind. */
static inline bool mend(struct workload *l, int error) {
    if (error != -E_NOT_IN_CORE)
        return false;
    machine_read(l->m);
    return true;
}

static inline int a_live(struct workload *l, uint8_t type) {
    int start = (int)draw(l, OBJECTS);
    for (int i = 0; i < OBJECTS; i++) {
        int o = (start + i) % OBJECTS;
        if (l->object[o].live && (!type || l->object[o].type == type))
            return o;
    }
    return -1;
}

static inline int a_free(const struct workload *l) {
    for (int i = 0; i < OBJECTS; i++)
        if (!l->object[i].live)
            return i;
    return -1;
}

/* Its first bytes in core. */
static inline void fill(struct workload *l, struct thing *o) {
    struct machine *m = l->m;
    uint32_t frame = machine_frame(m);
    struct xn_changes none = {0};
    struct xn_at at = {.block = o->parent >= 0 ? l->object[o->parent].block : o->block,
                       .partition = o->partition,
                       .changes = &none};
    if (!frame)
        return;
    memset(m->frame[frame], 0xee, XN_BLOCK_BYTES);
    for (unsigned i = 0; i < XN_BLOCK_BYTES; i += SECTOR)
        memcpy(m->frame[frame] + i, &o->tag, 4);
    if (xn_insert(&m->x, &somebody, at, o->block, frame)) {
        m->used[frame] = false;
        return;
    }
    uint64_t tag = o->tag;
    change_put(&none, MARK, &tag, 8);
    at.block = o->block;
    if (o->type == DIR)
        xn_write(&m->x, &somebody, at);
}

static inline struct thing *born(struct workload *l, int o, uint8_t type, uint32_t block) {
    l->object[o] =
        (struct thing){.live = true, .tag = l->tags, .block = block, .type = type, .parent = -1};
    l->freed_at[l->tags++] = NEVER;
    return &l->object[o];
}

/* That one would be attached. */
static inline bool is_unattached(const struct workload *l, uint32_t block) {
    for (int i = 0; i < OBJECTS; i++)
        if (l->object[i].live && l->object[i].parent < 0 && l->object[i].block == block)
            return true;
    return false;
}

static inline void op_alloc(struct workload *l) {
    int parent = a_live(l, DIR), o = a_free(l);
    unsigned partition = draw(l, PARTITIONS), slot = draw(l, SLOTS);
    uint32_t block = 5 + draw(l, BLOCKS - 5);
    struct xn_changes c;
    struct xn_extent e = {.block = block, .count = 1, .type = type_of_slot(slot)};
    if (parent < 0 || o < 0 || l->tags == TAGS || is_unattached(l, block))
        return;
    change_pointer(&c, partition, slot, e, l->tags);
    int error = xn_alloc(&l->m->x, &somebody, place(l, parent, partition, &c), e);
    if (mend(l, error) || error)
        return;
    struct thing *made = born(l, o, e.type, block);
    made->parent = parent;
    made->partition = (uint8_t)partition;
    made->slot = (uint8_t)slot;
    if (draw(l, 8))
        fill(l, made);
}

static inline void op_unattached(struct workload *l) {
    int o = a_free(l);
    uint32_t block = 5 + draw(l, BLOCKS - 5);
    if (o < 0 || l->tags == TAGS || xn_alloc_unattached(&l->m->x, &somebody, 0, block, DIR))
        return;
    fill(l, born(l, o, DIR, block));
}

static inline void root_add(struct workload *l, struct thing *a, uint32_t flags) {
    char name[XN_NAME_BYTES] = {0};
    snprintf(name, sizeof name, "t%u", a->tag);
    a->root = !xn_root_add(&l->m->x, &somebody, 0, name, a->block, flags);
    a->temporary = a->root && flags;
}

/* An unattached tree gets a parent, or a name. */
static inline void op_attach(struct workload *l) {
    int o = a_live(l, DIR), parent = a_live(l, DIR);
    unsigned partition = draw(l, PARTITIONS), slot = draw(l, 4);
    struct thing *a = l->object + (o < 0 ? 0 : o);
    struct xn_changes c;
    if (o < 0 || a->parent >= 0 || a->root)
        return;
    struct xn_extent e = {.block = a->block, .count = 1, .type = DIR};
    if (!draw(l, 3)) {
        root_add(l, a, draw(l, 4) ? 0 : XN_ROOT_TEMPORARY);
        return;
    }
    change_pointer(&c, partition, slot, e, a->tag);
    int error = xn_alloc(&l->m->x, &somebody, place(l, parent, partition, &c), e);
    if (mend(l, error) || error)
        return;
    a->parent = parent;
    a->partition = (uint8_t)partition;
    a->slot = (uint8_t)slot;
}

static inline void op_free(struct workload *l) {
    int o = a_live(l, 0), error;
    struct thing *a = l->object + (o < 0 ? 0 : o);
    struct xn_changes c;
    if (o < 0)
        return;
    if (a->root) {
        char name[XN_NAME_BYTES] = {0};
        snprintf(name, sizeof name, "t%u", a->tag);
        error = draw(l, 4) ? -E_BUSY : xn_root_remove(&l->m->x, &somebody, 0, name);
    } else if (a->parent < 0) {
        error = xn_free_unattached(&l->m->x, &somebody, 0, a->block);
    } else {
        struct xn_extent e = {.block = a->block, .count = 1, .type = a->type};
        change_pointer(&c, a->partition, a->slot, (struct xn_extent){0}, 0);
        error = xn_free(&l->m->x, &somebody, place(l, a->parent, a->partition, &c), e);
    }
    if (mend(l, error) || error)
        return;
    a->live = false;
    l->freed_at[a->tag] = l->m->logged;
}

static inline void op_move(struct workload *l) {
    int o = a_live(l, 0), to = a_live(l, DIR);
    struct thing *a = l->object + (o < 0 ? 0 : o);
    struct xn_changes out, in;
    if (o < 0 || a->parent < 0)
        return;
    unsigned partition = draw(l, PARTITIONS);
    unsigned slot = a->type == DIR ? draw(l, 4) : draw(l, 2) + (a->type == LOG ? 6 : 4);
    struct xn_extent e = {.block = a->block, .count = 1, .type = a->type};
    change_pointer(&out, a->partition, a->slot, (struct xn_extent){0}, 0);
    change_pointer(&in, partition, slot, e, a->tag);
    int error = xn_move(&l->m->x, &somebody, place(l, a->parent, a->partition, &out),
                        place(l, to, partition, &in), e);
    if (mend(l, error) || error)
        return;
    a->parent = to;
    a->partition = (uint8_t)partition;
    a->slot = (uint8_t)slot;
}

static inline void op_vouch(struct workload *l) {
    int o = a_live(l, 0);
    const struct thing *a = l->object + (o < 0 ? 0 : o);
    if (o < 0 || a->parent < 0)
        return;
    struct xn_extent e = {.block = a->block, .count = 1, .type = a->type};
    mend(l, xn_vouch(&l->m->x, &somebody, place(l, a->parent, a->partition, NULL), e));
}

static inline void op_fill(struct workload *l) {
    int o = a_live(l, 0);
    if (o >= 0)
        fill(l, &l->object[o]);
}

static inline void op_depend(struct workload *l) {
    int a = a_live(l, 0), b = a_live(l, 0);
    if (a >= 0 && b >= 0)
        xn_depend(&l->m->x, &somebody, 0, l->object[a].block, l->object[b].block);
}

/* Any dirty block that may be written now. */
static inline void op_write_begin(struct workload *l) {
    struct machine *m = l->m;
    uint32_t start = draw(l, ENTRIES), number;
    for (uint32_t k = 0; k < ENTRIES && l->in_flight < 4; k++) {
        uint32_t i = 1 + (start + k) % ENTRIES, block = m->entry[i].block;
        if (!xn_is_dirty(&m->entry[i]) || xn_lookup(&m->x, 0, block) != i ||
            machine_write(m, block, &number))
            continue;
        l->flying[l->in_flight].number = number;
        l->flying[l->in_flight++].block = block;
        return;
    }
}

static inline void op_write_end(struct workload *l) {
    if (!l->in_flight)
        return;
    unsigned i = draw(l, l->in_flight);
    machine_written(l->m, l->flying[i].number, l->flying[i].block, !draw(l, 3));
    l->flying[i] = l->flying[--l->in_flight];
}

static inline void op_flush(struct workload *l) {
    machine_flush(l->m);
    if (l->flushed)
        l->flushed(l);
}

static inline void op_sync(struct workload *l) {
    for (uint32_t n = draw(l, 12); n; n--) {
        op_write_begin(l);
        op_write_end(l);
    }
    op_flush(l);
}

static inline void op_evict(struct workload *l) {
    for (unsigned n = 0; n < 4; n++) {
        uint32_t block = 5 + draw(l, BLOCKS - 5);
        if (!xn_evict(&l->m->x, &somebody, 0, block)) /* its frame, then perhaps its entry */
            xn_evict(&l->m->x, &somebody, 0, block);
    }
}

static inline void workload_step(struct workload *l) {
    static void (*const op[])(struct workload *) = {
        op_alloc, op_alloc,       op_alloc,       op_alloc,     op_attach,    op_unattached,
        op_free,  op_free,        op_free,        op_free,      op_move,      op_move,
        op_move,  op_vouch,       op_fill,        op_depend,    op_evict,     op_evict,
        op_evict, op_write_begin, op_write_begin, op_write_end, op_write_end, op_sync,
    };
    op[draw(l, sizeof op / sizeof *op)](l);
}

/* Every tree has a name. */
static inline void workload_end(struct workload *l) {
    while (l->in_flight)
        op_write_end(l);
    for (unsigned i = 0; i < OBJECTS; i++) {
        struct thing *a = &l->object[i];
        if (a->live && a->parent < 0 && !a->root)
            root_add(l, a, 0);
    }
}

/* A volume of garbage, mounted, with a root. */
static inline void workload_begin(struct workload *l, struct machine *m, struct disk *disk,
                                  uint64_t seed) {
    *l = (struct workload){.m = m, .random = seed * 2654435761u + 1, .tags = 1};
    for (unsigned i = 0; i < sizeof *disk / 8; i++) {
        uint64_t junk = ((uint64_t)draw(l, 1u << 31) << 32) | draw(l, BLOCKS);
        memcpy((unsigned char *)disk + 8 * (size_t)i, &junk, 8);
    }
    for (uint32_t i = 0; !xn_format(BLOCKS, XN_TEMPLATE, SECTOR, i, disk->block[i]); i++)
        continue;
    machine_boot(m, disk);
    assert_int_equal(machine_mount(m), 0);
    op_unattached(l);
    op_unattached(l);
    op_attach(l);
    op_attach(l);
}

#endif
