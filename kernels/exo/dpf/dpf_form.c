/* SPDX-License-Identifier: MIT */
/* dpf_form.c -- the one form of all filters that test the same bits: constant shifts go into
 * offsets; between two other shifts the order of tests, how they are cut, and what is said twice
 * make no difference. Tests are cut at windows of four bytes that begin two bytes off a multiple of
 * four, as the fields of IP do behind an Ethernet header: so filters share what they have in
 * common. */
#include "exo/dpf/dpf_own.h"

#include "lib/string.h"

static enum dpf_fault check(const struct dpf_atom *a) {
    bool loads = a->op != DPF_SHIFTI;
    if (a->op >= DPF_OPS || a->unused || a->unused_too || a->shift > 7)
        return DPF_NO_OP;
    if (loads && a->bytes != 1 && a->bytes != 2 && a->bytes != 4)
        return DPF_NO_OP;
    uint32_t all = !loads ? UINT32_MAX : UINT32_MAX >> (32 - 8 * a->bytes);
    uint32_t mask = a->op == DPF_EQ || a->op == DPF_SHIFT ? all : a->mask;
    if (mask & ~all)
        return DPF_BEYOND_MASK;
    if ((a->op == DPF_EQ || a->op == DPF_MEQ) && (a->value & ~mask))
        return DPF_BEYOND_MASK;
    return DPF_FINE;
}

static enum dpf_fault add_window(struct dpf_part *p, uint32_t n, uint32_t mask, uint32_t value) {
    uint64_t bit = 1ul << n % 64;
    if (!mask)
        return DPF_FINE;
    if (!(p->used[n / 64] & bit)) {
        p->used[n / 64] |= bit;
        p->words = n / 64 < p->words ? p->words : n / 64 + 1;
        p->where[n] = (uint8_t)p->count;
        p->window[p->count++] = (struct dpf_window){mask, value};
        return DPF_FINE;
    }
    struct dpf_window *w = &p->window[p->where[n]];
    if ((w->value ^ value) & w->mask & mask)
        return DPF_CONTRADICTION;
    w->mask |= mask;
    w->value |= value;
    return DPF_FINE;
}

/* So many bytes of a number of the network's, the first one lowest. */
static uint64_t as_loaded(uint32_t number, uint32_t bytes) {
    return __builtin_bswap32(number << (32 - 8 * bytes));
}

static enum dpf_fault add_test(struct dpf_part *p, uint32_t offset, const struct dpf_atom *a) {
    uint32_t n = (offset + 2) / 4, up = (offset + 2) % 4 * 8;
    uint64_t mask = as_loaded(a->op == DPF_EQ ? UINT32_MAX : a->mask, a->bytes) << up;
    uint64_t value = as_loaded(a->value, a->bytes) << up;
    enum dpf_fault fault = add_window(p, n, (uint32_t)mask, (uint32_t)value);
    return fault ? fault : add_window(p, n + 1, (uint32_t)(mask >> 32), (uint32_t)(value >> 32));
}

/* Sums of two, four and eight bits each (Warren, Hacker's Delight, 5-1); the compiler's own would
 * be a call. */
static uint32_t count_bits(uint32_t mask) {
    mask -= mask >> 1 & 0x55555555;
    mask = (mask & 0x33333333) + (mask >> 2 & 0x33333333);
    return ((mask + (mask >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

/* Of a window, `bytes` bytes from the one at `first` on. */
static bool put_test(struct dpf_form *f, uint32_t n, const struct dpf_window *w, uint32_t first,
                     uint32_t bytes) {
    uint32_t all = UINT32_MAX >> (32 - 8 * bytes), mask = w->mask >> 8 * first & all;
    if (f->steps == DPF_STEPS)
        return false;
    f->bits += count_bits(mask);
    f->step[f->steps++] = (struct dpf_step){
        .key = {.offset = (uint16_t)(4 * n - 2 + first), .bytes = (uint8_t)bytes, .mask = mask},
        .value = w->value >> 8 * first & all};
    return true;
}

/* As many bytes as one load has. */
static bool put_window(struct dpf_form *f, uint32_t n, const struct dpf_window *w) {
    uint32_t first = (uint32_t)__builtin_ctz(w->mask) / 8;
    uint32_t span = (uint32_t)(31 - __builtin_clz(w->mask)) / 8 - first + 1;
    if (span != 3)
        return put_test(f, n, w, first, span);
    /* no load has three: the first two, or the first one */
    bool two = w->mask >> 8 * (first + 1) & 0xff;
    return put_test(f, n, w, first, two ? 2 : 1) && put_test(f, n, w, first + 2, 1);
}

/* The tests of a part, which is empty then. */
static bool put_part(struct dpf_form *f, struct dpf_part *p) {
    bool fits = true;
    for (uint32_t i = 0; i < p->words; i++)
        for (; p->used[i]; p->used[i] &= p->used[i] - 1) {
            uint32_t n = 64 * i + (uint32_t)__builtin_ctzl(p->used[i]);
            fits = fits && put_window(f, n, &p->window[p->where[n]]);
        }
    p->count = p->words = 0;
    return fits;
}

uint32_t dpf_moved(const struct dpf_atom *atom, uint32_t atoms) {
    uint32_t moved = 0;
    for (uint32_t i = 0; i < atoms; i++)
        if (atom[i].op == DPF_SHIFTI)
            moved += atom[i].value;
    return moved;
}

void dpf_fields(struct dpf_fields *fields, const struct dpf_atom *atom, uint32_t atoms) {
    memset(fields, 0, sizeof *fields);
    for (uint32_t i = 0; i < atoms; i++)
        if (atom[i].op == DPF_STATE) {
            if (!fields->count)
                fields->before = i;
            fields->at[fields->count] = (uint16_t)(dpf_moved(atom, i) + atom[i].offset);
            fields->bytes[fields->count++] = atom[i].bytes;
        }
}

/* State atoms stand in a row, and where no field says. */
static bool state_is_placed(const struct dpf_form *f, const struct dpf_atom *atom, uint32_t i,
                            uint32_t *states) {
    for (uint32_t k = 0; k < f->steps; k++)
        if (f->step[k].key.shift)
            return false;
    return (*states)++ < DPF_FIELDS && (*states == 1 || atom[i - 1].op == DPF_STATE);
}

/* One atom more. */
static enum dpf_fault add(struct dpf_forming *g, struct dpf_form *f, const struct dpf_atom *atom) {
    const struct dpf_atom *a = &atom[g->atoms];
    enum dpf_fault fault = check(a);
    uint32_t offset = g->moved + a->offset;
    if (!fault && (offset > DPF_REACH || (a->op == DPF_SHIFTI && a->value > DPF_REACH)))
        fault = DPF_FAR;
    if (!fault && a->op == DPF_STATE && !state_is_placed(f, atom, g->atoms, &g->states))
        fault = DPF_STATE_PLACE;
    if (!fault && a->op <= DPF_MEQ)
        fault = add_test(&g->part, offset, a);
    if (fault)
        return fault;
    if (a->op == DPF_SHIFTI) {
        g->moved += a->value;
    } else if (a->op == DPF_SHIFT || a->op == DPF_MSHIFT) {
        if (!put_part(f, &g->part) || f->steps == DPF_STEPS)
            return DPF_TOO_MANY;
        f->step[f->steps].value = 0;
        f->step[f->steps++].key = (struct dpf_key){
            .offset = (uint16_t)offset,
            .bytes = a->bytes,
            .shift = (uint8_t)(1 + a->shift),
            .mask = a->op == DPF_SHIFT ? UINT32_MAX >> (32 - 8 * a->bytes) : a->mask,
        };
    }
    return g->moved > DPF_REACH ? DPF_FAR : DPF_FINE;
}

void dpf_form_begin(struct dpf_forming *g, struct dpf_form *f) {
    g->atoms = g->moved = g->states = 0;
    f->steps = f->bits = g->part.count = g->part.words = 0;
    memset(g->part.used, 0, sizeof g->part.used);
}

enum dpf_fault dpf_form_on(struct dpf_forming *g, struct dpf_form *f, const struct dpf_atom *atom,
                           uint32_t atoms) {
    enum dpf_fault fault = DPF_FINE;
    while (g->atoms < atoms && !(fault = add(g, f, atom)))
        g->atoms++;
    return fault;
}

enum dpf_fault dpf_form_end(struct dpf_forming *g, struct dpf_form *f) {
    if (!put_part(f, &g->part))
        return DPF_TOO_MANY;
    return f->bits ? DPF_FINE : DPF_NOTHING;
}

enum dpf_fault dpf_form(struct dpf_form *f, const struct dpf_atom *atom, uint32_t atoms,
                        uint32_t *at) {
    struct dpf_forming g; /* what is not used is not read */
    dpf_form_begin(&g, f);
    *at = atoms;
    if (atoms > DPF_ATOMS)
        return DPF_TOO_MANY;
    enum dpf_fault fault = dpf_form_on(&g, f, atom, atoms);
    *at = g.atoms;
    return fault ? fault : dpf_form_end(&g, f);
}
