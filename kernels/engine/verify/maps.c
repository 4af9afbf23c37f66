/* SPDX-License-Identifier: MIT */
/* maps.c -- see maps.h. What several states say of one place is put together cell by cell; a number
 * that is 0 goes with pointers, which may all be null.
 *
 * Encoded, a map is its cells of two bits each, registers first, four a byte, up to the last one
 * that is not CELL_NONE; a byte before them says how many bytes there are. */
#include "engine/maps.h"

#include "engine/assert.h"
#include "engine/base/liveness.h"
#include "engine/base/mutant.h"
#include "engine/verify/state.h"
#include "lib/string.h"

#define CELLS         (MAP_REGISTERS + MAP_STACK_CELLS)
#define KEPT_BY_CALLS 0x3c0 /* r6 to r9 */
#define CELL_NULL     4     /* while maps are made: the number 0 */
#define ALIKE_MAX     16    /* of the last maps, that are looked at for one like it */

struct map_entry {
    uint32_t key; /* the slot, twice, and the moment */
    uint32_t at;  /* of its cells */
};

struct map_note {
    uint32_t key;
    bool seen; /* by some state */
    uint8_t cell[CELLS];
};

static bool is_call(const struct program *p, uint32_t slot) {
    return insn_info(p->insn[slot])->kind == KIND_CALL;
}

bool maps_is_point(const struct program *p, uint32_t slot) {
    struct insn insn = p->insn[slot];
    return is_call(p, slot) || (insn_info(insn)->kind == KIND_JUMP && insn_distance(insn) < 0);
}

static uint8_t cell_of(const struct value *v) {
    switch (v->kind) {
    case VALUE_NUMBER:
        return scalar_is_constant(&v->number) && v->number.umin == 0 ? CELL_NULL : CELL_NONE;
    case VALUE_OBJECT:
        return CELL_OBJECT;
    case VALUE_MEMORY:
        return v->origin == ORIGIN_VARIABLE ? CELL_NONE : CELL_INSIDE;
    case VALUE_FIELD:
    case VALUE_PACKET:
    case VALUE_PACKET_END:
        return CELL_INSIDE;
    default:
        return CELL_NONE;
    }
}

static uint8_t both(uint8_t a, uint8_t b) {
    if (a == b || MUTANT(MAP_FIRST))
        return a;
    if (a == CELL_NULL || b == CELL_NULL)
        return a == CELL_NULL ? b : a;
    return CELL_EITHER;
}

static void add_cell(struct map_note *n, unsigned cell, uint8_t what) {
    n->cell[cell] = n->seen ? both(n->cell[cell], what) : what;
}

/* The entry of this key in an array whose elements begin with theirs, in ascending order;
 * or null. */
static const void *with_key(const void *array, uint32_t count, size_t size, uint32_t key) {
    const uint8_t *bytes = array;
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, found;
        memcpy(&found, bytes + middle * size, sizeof found);
        if (found == key)
            return bytes + middle * size;
        if (found < key)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* One function of a state, at its point or in its call. */
static void note(struct maps_making *m, uint32_t slot, enum map_moment moment,
                 const struct stack_frame *f, unsigned registers) {
    uint32_t key = 2 * slot + moment;
    struct map_note *n =
        (struct map_note *)(uintptr_t)with_key(m->note, m->count, sizeof *m->note, key);
    ENGINE_ASSERT(n != NULL, "slot %u is no point", slot);
    for (unsigned r = 0; r < MAP_REGISTERS; r++)
        add_cell(n, r, registers >> r & 1 ? cell_of(&f->reg[r]) : CELL_NONE);
    for (unsigned cell = 0; cell < MAP_STACK_CELLS; cell++) {
        const struct half *h = &f->half[2 * cell + 1];
        bool there = 2 * cell + 1 < f->halves && h->width == 8 && !MUTANT(MAP_STACK);
        add_cell(n, MAP_REGISTERS + cell, there ? cell_of(&h->value) : CELL_NONE);
    }
    n->seen = true;
}

/* What is known behind a call is what its function goes on with, and so what it waits with; what it
 * waits with in a function that was followed into is in that one's states, too. */
static void note_slot(void *owner, uint32_t slot, const struct state *s) {
    struct maps_making *m = owner;
    const struct stack_frame *top = s->frame[s->depth - 1];
    unsigned live = m->live[slot];
    if (slot && is_call(m->program, slot - 1) && m->program->function[top->function].start < slot)
        note(m, slot - 1, MAP_WAITING, top, live & KEPT_BY_CALLS);
    if (!maps_is_point(m->program, slot))
        return;
    note(m, slot, MAP_BEFORE, top, live);
    for (uint32_t i = 1; i < s->depth; i++) {
        uint32_t back = s->frame[i]->back;
        note(m, back - 1, MAP_WAITING, s->frame[i - 1], m->live[back] & KEPT_BY_CALLS);
    }
}

static void restart(void *owner) {
    struct maps_making *m = owner;
    for (uint32_t i = 0; i < m->count; i++)
        m->note[i].seen = false;
}

static uint32_t count_notes(const struct program *p) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->slots; i++)
        count += maps_is_point(p, i) + is_call(p, i);
    return count;
}

bool maps_begin(struct maps_making *m, const struct program *p, const struct hooks *hooks) {
    *m = (struct maps_making){.watcher = {.owner = m, .step = note_slot, .restart = restart},
                              .program = p,
                              .arena = {.hooks = hooks},
                              .count = count_notes(p)};
    m->live = arena_allocate(&m->arena, p->slots, sizeof *m->live);
    m->note = arena_allocate(&m->arena, m->count, sizeof *m->note);
    if (!m->live || !m->note) {
        arena_release(&m->arena);
        return false;
    }
    liveness_of_registers(p, m->live);
    for (uint32_t i = 0, n = 0; i < p->slots; i++) {
        if (maps_is_point(p, i))
            m->note[n++].key = 2 * i + MAP_BEFORE;
        ENGINE_ASSERT(n <= m->count, "%u notes, counted as %u", n, m->count);
        if (is_call(p, i))
            m->note[n++].key = 2 * i + MAP_WAITING;
    }
    return true;
}

/* Writes the map's bytes, the first of which says how many follow. */
static void encode(const struct map_note *n, uint8_t into[1 + CELLS / 4 + 1]) {
    memset(into, 0, 1 + CELLS / 4 + 1);
    for (unsigned cell = 0; cell < CELLS; cell++) {
        unsigned what = n->cell[cell] == CELL_NULL ? CELL_NONE : n->cell[cell];
        into[1 + cell / 4] |= (uint8_t)(what << cell % 4 * 2);
        if (what)
            into[0] = (uint8_t)(cell / 4 + 1);
    }
}

/* Where the same bytes are, of one of the last maps, or at the end, where they are put then. */
static uint32_t share(struct maps *maps, const uint8_t *bytes) {
    uint32_t low = maps->count > ALIKE_MAX ? maps->count - ALIKE_MAX : 0;
    for (uint32_t i = maps->count; i-- > low;)
        if (memcmp(maps->cells + maps->entry[i].at, bytes, 1u + bytes[0]) == 0)
            return maps->entry[i].at;
    memcpy(maps->cells + maps->bytes, bytes, 1u + bytes[0]);
    maps->bytes += 1u + bytes[0];
    ENGINE_ASSERT(bytes[0] && bytes[0] <= CELLS / 4 + 1, "a map of %u bytes", bytes[0]);
    return maps->bytes - 1u - bytes[0];
}

/* Puts all of them into memory for `count` maps of so many bytes. */
static void fill(const struct maps_making *m, struct maps *maps) {
    uint8_t bytes[1 + CELLS / 4 + 1];
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->note[i].seen)
            encode(&m->note[i], bytes);
        if (!m->note[i].seen || !bytes[0])
            continue;
        uint32_t at = share(maps, bytes);
        ENGINE_ASSERT(!maps->count || maps->entry[maps->count - 1].key < m->note[i].key,
                      "key %u is not above the one before", m->note[i].key);
        maps->entry[maps->count++] = (struct map_entry){m->note[i].key, at};
    }
}

static void *copied(const void *from, size_t bytes, const struct hooks *hooks) {
    void *to = bytes ? hooks->allocate(hooks->owner, bytes) : NULL;
    if (to)
        memcpy(to, from, bytes);
    return to;
}

bool maps_end(struct maps_making *m, struct maps *maps) {
    const struct hooks *hooks = m->arena.hooks;
    struct maps all = {.entry = NULL};
    if (maps) {
        *maps = all;
        all.entry = arena_allocate(&m->arena, m->count, sizeof *all.entry);
        all.cells = arena_allocate(&m->arena, m->count, 1 + CELLS / 4 + 1);
    }
    bool good = !maps || (all.entry && all.cells);
    if (maps && good) {
        fill(m, &all);
        *maps = (struct maps){copied(all.entry, all.count * sizeof *all.entry, hooks), all.count,
                              copied(all.cells, all.bytes, hooks), all.bytes};
        good = !all.count || (maps->entry && maps->cells);
        if (!good)
            maps_release(maps, hooks);
    }
    arena_release(&m->arena);
    return good;
}

void maps_release(struct maps *maps, const struct hooks *hooks) {
    if (maps->entry)
        hooks->release(hooks->owner, maps->entry, maps->count * sizeof *maps->entry);
    if (maps->cells)
        hooks->release(hooks->owner, maps->cells, maps->bytes);
    *maps = (struct maps){.entry = NULL};
}

void maps_at(const struct maps *maps, uint32_t slot, enum map_moment moment, struct map *map) {
    const struct map_entry *e =
        with_key(maps->entry, maps->count, sizeof *maps->entry, 2 * slot + moment);
    memset(map, CELL_NONE, sizeof *map);
    if (!e)
        return;
    const uint8_t *cells = maps->cells + e->at;
    for (unsigned cell = 0; cell < 4u * cells[0] && cell < CELLS; cell++) {
        uint8_t what = cells[1 + cell / 4] >> cell % 4 * 2 & 3;
        *(cell < MAP_REGISTERS ? &map->reg[cell] : &map->stack[cell - MAP_REGISTERS]) = what;
    }
}
