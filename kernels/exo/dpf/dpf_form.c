/* SPDX-License-Identifier: MIT */
/* dpf_form.c -- the one form of all filters that test the same bits: constant shifts go into
 * offsets; between two other shifts the order of tests, how they are cut, and what is said twice
 * make no difference. Tests are cut at windows of four bytes that begin two bytes off a multiple of
 * four, as the fields of IP do behind an Ethernet header: so filters share what they have in
 * common. */
#include "exo/dpf/dpf_own.h"

#include "lib/string.h"

/* The bits of one byte that are tested. */
struct tested {
    uint16_t offset;
    uint8_t mask, value;
};

/* What is between two shifts, in the order of offsets. */
struct part {
    struct tested byte[4 * DPF_ATOMS];
    uint32_t bytes;
};

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

/* Adds the tested bits of one byte. */
static enum dpf_fault add_byte(struct part *p, uint32_t offset, uint8_t mask, uint8_t value) {
    if (!mask)
        return DPF_FINE;
    uint32_t i = p->bytes;
    while (i && p->byte[i - 1].offset > offset)
        i--;
    if (i && p->byte[i - 1].offset == offset) {
        struct tested *t = &p->byte[i - 1];
        if ((t->value ^ value) & t->mask & mask)
            return DPF_CONTRADICTION;
        t->mask |= mask;
        t->value |= value;
        return DPF_FINE;
    }
    memmove(&p->byte[i + 1], &p->byte[i], (p->bytes - i) * sizeof p->byte[0]);
    p->byte[i] = (struct tested){(uint16_t)offset, mask, value};
    p->bytes++;
    return DPF_FINE;
}

static enum dpf_fault add_test(struct part *p, uint32_t offset, const struct dpf_atom *a) {
    uint32_t mask = a->op == DPF_EQ ? UINT32_MAX : a->mask;
    for (uint32_t i = 0; i < a->bytes; i++) {
        uint32_t down = 8 * (a->bytes - 1 - i);
        enum dpf_fault fault =
            add_byte(p, offset + i, (uint8_t)(mask >> down), (uint8_t)(a->value >> down));
        if (fault)
            return fault;
    }
    return DPF_FINE;
}

/* Kernighan's: a turn for each bit that is set; the compiler's own would be a call. */
static uint32_t count_bits(uint32_t mask) {
    uint32_t n = 0;
    for (; mask; mask &= mask - 1)
        n++;
    return n;
}

static uint32_t window_of(uint32_t offset) {
    return (offset + 2) / 4;
}

static bool put_test(struct dpf_form *f, const struct tested *t, uint32_t count, uint32_t bytes) {
    if (f->steps == DPF_STEPS)
        return false;
    struct dpf_step *step = &f->step[f->steps++];
    *step = (struct dpf_step){.key = {.offset = t->offset, .bytes = (uint8_t)bytes}};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t up = 8 * (t[i].offset - (uint32_t)t->offset);
        step->key.mask |= (uint32_t)t[i].mask << up;
        step->value |= (uint32_t)t[i].value << up;
        f->bits += count_bits(t[i].mask);
    }
    return true;
}

/* The tests of a part: of a window, as many bytes as one load has. */
static bool put_part(struct dpf_form *f, struct part *p) {
    for (uint32_t i = 0, n; i < p->bytes; i += n) {
        const struct tested *t = &p->byte[i];
        uint32_t span = 1;
        for (n = 1; i + n < p->bytes && window_of(t[n].offset) == window_of(t->offset); n++)
            span = t[n].offset - t->offset + 1u;
        if (span == 3) { /* no load has three: the first two, or the first one */
            n = t[1].offset == t->offset + 1 ? 2 : 1;
            span = n;
        }
        if (!put_test(f, t, n, span))
            return false;
    }
    p->bytes = 0;
    return true;
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

enum dpf_fault dpf_form(struct dpf_form *f, const struct dpf_atom *atom, uint32_t atoms,
                        uint32_t *at) {
    struct part part = {.bytes = 0};
    uint32_t moved = 0, states = 0;
    f->steps = f->bits = 0;
    *at = atoms;
    if (atoms > DPF_ATOMS)
        return DPF_TOO_MANY;
    for (uint32_t i = 0; i < atoms; i++) {
        const struct dpf_atom *a = &atom[i];
        enum dpf_fault fault = check(a);
        *at = i;
        uint32_t offset = moved + a->offset;
        if (!fault && (offset > DPF_REACH || (a->op == DPF_SHIFTI && a->value > DPF_REACH)))
            fault = DPF_FAR;
        if (!fault && a->op == DPF_STATE && !state_is_placed(f, atom, i, &states))
            fault = DPF_STATE_PLACE;
        if (!fault && a->op <= DPF_MEQ)
            fault = add_test(&part, offset, a);
        if (fault)
            return fault;
        if (a->op == DPF_SHIFTI) {
            moved += a->value;
        } else if (a->op == DPF_SHIFT || a->op == DPF_MSHIFT) {
            if (!put_part(f, &part) || f->steps == DPF_STEPS)
                return DPF_TOO_MANY;
            f->step[f->steps].value = 0;
            f->step[f->steps++].key = (struct dpf_key){
                .offset = (uint16_t)offset,
                .bytes = a->bytes,
                .shift = (uint8_t)(1 + a->shift),
                .mask = a->op == DPF_SHIFT ? UINT32_MAX >> (32 - 8 * a->bytes) : a->mask,
            };
        }
        if (moved > DPF_REACH)
            return DPF_FAR;
    }
    *at = atoms;
    if (!put_part(f, &part))
        return DPF_TOO_MANY;
    return f->bits ? DPF_FINE : DPF_NOTHING;
}
