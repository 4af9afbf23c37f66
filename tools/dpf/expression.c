/* SPDX-License-Identifier: MIT */
/* expression.c -- see expression.h. The ways through a BPF program are followed with symbols in the
 * place of what it loads. */
#include "expression.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { CONDITIONS = 64, STEPS = 200000, BYTES = 8192 };

/* What a register holds: bytes of the packet under a mask, counted from its first one or, indexed,
 * behind the header whose length is in X; or a number. */
struct value {
    bool loaded, indexed;
    uint8_t bytes;
    uint16_t at;
    uint32_t mask, number;
};

/* (value & mask) == number, or not. */
struct condition {
    struct value value;
    bool negative;
};

struct way {
    struct value a, m[BPF_MEMWORDS];
    bool has_x;
    uint32_t header;   /* whose byte X is computed of */
    uint32_t loads[2]; /* bytes that must be there; behind the header */
    struct condition condition[CONDITIONS];
    unsigned conditions;
};

/* What a filter of atoms asks for, when it is tried whether the expression takes all of that. */
struct following {
    struct expression *e;
    bool trying;
    uint32_t reach[2]; /* bytes that are there whatever else; behind the header */
    bool all_taken;
    unsigned steps;
};

static bool refuse(struct expression *e, const char *format, ...) {
    va_list list;
    va_start(list, format);
    if (!*e->why)
        vsnprintf(e->why, sizeof e->why, format, list);
    va_end(list);
    return false;
}

static uint32_t all_ones(unsigned bytes) {
    return UINT32_MAX >> (32 - 8 * bytes);
}

/* The bits of byte `i` behind its place that a condition looks at, and what it wants there. */
static unsigned byte_of(const struct value *v, uint32_t place, uint32_t *number) {
    if (place < v->at || place >= v->at + (uint32_t)v->bytes)
        return 0;
    unsigned down = 8 * (v->at + v->bytes - 1 - place);
    *number = v->number >> down & 0xff;
    return v->mask >> down & 0xff;
}

static bool is_same(const struct value *a, const struct value *b) {
    return a->indexed == b->indexed && a->bytes == b->bytes && a->at == b->at &&
           a->mask == b->mask && a->number == b->number;
}

enum answer { NO, YES, UNKNOWN };

/* What is known of a condition from those before it. */
static enum answer known(const struct way *w, const struct value *v) {
    bool all = true;
    for (uint32_t at = v->at; at < v->at + (uint32_t)v->bytes; at++) {
        uint32_t wanted = 0, mask = byte_of(v, at, &wanted);
        for (unsigned i = 0; i < w->conditions; i++) {
            const struct condition *c = &w->condition[i];
            uint32_t is = 0;
            unsigned seen =
                c->negative || c->value.indexed != v->indexed ? 0 : byte_of(&c->value, at, &is);
            if ((is ^ wanted) & seen & mask)
                return NO;
            mask &= ~seen;
        }
        all &= !mask;
    }
    for (unsigned i = 0; i < w->conditions; i++)
        if (w->condition[i].negative && is_same(&w->condition[i].value, v))
            return NO;
    return all ? YES : UNKNOWN;
}

static bool follow(struct following *f, unsigned at, const struct way *w);

/* One of both ways on, under its condition. One bit is not 0 if it is 1. */
static bool assume(struct following *f, unsigned to, const struct way *w, struct value v,
                   bool negative) {
    struct way *on = malloc(sizeof *on);
    *on = *w;
    if (negative && !(v.mask & (v.mask - 1))) {
        v.number ^= v.mask;
        negative = false;
    }
    bool fine = on->conditions < CONDITIONS || refuse(f->e, "it has too many conditions");
    if (fine) {
        on->condition[on->conditions++] = (struct condition){v, negative};
        fine = follow(f, to, on);
    }
    free(on);
    return fine;
}

static bool branch(struct following *f, unsigned at, const struct way *w,
                   const struct bpf_insn *i) {
    unsigned yes = at + 1 + i->jt, no = at + 1 + i->jf;
    bool set = BPF_OP(i->code) == BPF_JSET;
    struct value v = w->a;
    if (!v.loaded)
        return follow(f, (set ? (v.number & i->k) != 0 : v.number == i->k) ? yes : no, w);
    if (set) { /* "is none of them set", the other way about */
        v.mask &= i->k;
        unsigned swap = yes;
        yes = no;
        no = swap;
    }
    v.number = set ? 0 : i->k;
    enum answer is = v.number & ~v.mask ? NO : known(w, &v);
    if (is != UNKNOWN)
        return follow(f, is == YES ? yes : no, w);
    if (f->trying && v.at + (uint32_t)v.bytes > f->reach[v.indexed]) { /* perhaps not there */
        f->all_taken = false;
        return true;
    }
    return assume(f, yes, w, v, false) && assume(f, no, w, v, true);
}

static bool takes(struct following *f, const struct way *w);

static void need(struct way *w, bool indexed, uint32_t end) {
    if (end > w->loads[indexed])
        w->loads[indexed] = end;
}

static bool step(struct way *w, const struct bpf_insn *i) {
    unsigned bytes = BPF_SIZE(i->code) == BPF_W ? 4 : BPF_SIZE(i->code) == BPF_H ? 2 : 1;
    switch (i->code) {
    case BPF_LD | BPF_W | BPF_ABS:
    case BPF_LD | BPF_H | BPF_ABS:
    case BPF_LD | BPF_B | BPF_ABS:
    case BPF_LD | BPF_W | BPF_IND:
    case BPF_LD | BPF_H | BPF_IND:
    case BPF_LD | BPF_B | BPF_IND:
        if (i->k > BYTES)
            break;
        memset(&w->a, 0, sizeof w->a);
        w->a.loaded = true;
        w->a.indexed = BPF_MODE(i->code) == BPF_IND;
        w->a.bytes = (uint8_t)bytes;
        w->a.at = (uint16_t)i->k;
        w->a.mask = all_ones(bytes);
        need(w, w->a.indexed, w->a.at + bytes);
        return !w->a.indexed || w->has_x;
    case BPF_LD | BPF_IMM:
        memset(&w->a, 0, sizeof w->a);
        w->a.number = i->k;
        return true;
    case BPF_LD | BPF_MEM:
        w->a = w->m[i->k % BPF_MEMWORDS];
        return true;
    case BPF_ST:
        w->m[i->k % BPF_MEMWORDS] = w->a;
        return true;
    case BPF_LDX | BPF_MSH | BPF_B:
        if (w->has_x && w->header != i->k)
            break;
        w->has_x = true;
        w->header = i->k;
        need(w, false, i->k + 1);
        return true;
    case BPF_ALU | BPF_AND | BPF_K:
        w->a.mask &= i->k;
        w->a.number &= i->k;
        return true;
    }
    return false;
}

/* All ways on from an instruction. */
static bool follow(struct following *f, unsigned at, const struct way *from) {
    struct way w = *from;
    for (;; at++) {
        const struct bpf_insn *i = &f->e->bpf.bf_insns[at];
        if (at >= f->e->bpf.bf_len || f->steps++ == STEPS)
            return refuse(f->e, "it has too many ways to take a packet");
        if (BPF_CLASS(i->code) == BPF_RET) {
            if (i->k)
                return takes(f, &w);
            f->all_taken = false;
            return true;
        }
        if (i->code == (BPF_JMP | BPF_JA)) {
            at += i->k;
        } else if (i->code == (BPF_JMP | BPF_JEQ | BPF_K) ||
                   i->code == (BPF_JMP | BPF_JSET | BPF_K)) {
            return branch(f, at, &w, i);
        } else if (!step(&w, i)) {
            return refuse(f->e, "no atom says '%s'", bpf_image(i, (int)at));
        }
    }
}

/* --- From a way to a filter --- */

static void add_atom(struct expression_filter *to, const struct condition *c) {
    const struct value *v = &c->value;
    bool whole = v->mask == all_ones(v->bytes);
    to->atom[to->atoms++] = (struct dpf_atom){.op = whole ? DPF_EQ : DPF_MEQ,
                                              .bytes = v->bytes,
                                              .offset = v->at,
                                              .mask = whole ? 0 : v->mask,
                                              .value = v->number};
}

/* Up to which byte atoms look, at the least. */
static uint32_t tested(const struct value *v) {
    uint32_t end = v->at + (uint32_t)v->bytes;
    for (uint32_t mask = v->mask; mask && !(mask & 0xff); mask >>= 8)
        end--;
    return end;
}

/* That so many bytes are there: a shift by nothing, as far as that. */
static void add_length(struct expression_filter *to, uint32_t bytes) {
    to->atom[to->atoms++] =
        (struct dpf_atom){.op = DPF_MSHIFT, .bytes = 1, .offset = (uint16_t)(bytes - 1)};
}

/* Its conditions on one side of the header, without "not"; also in `kept`. */
static void add_conditions(struct expression_filter *to, const struct way *w, bool behind,
                           struct way *kept) {
    uint32_t there = 0;
    for (unsigned i = 0; i < w->conditions && to->atoms < DPF_ATOMS - 3; i++) {
        const struct condition *c = &w->condition[i];
        if (c->negative || c->value.indexed != behind)
            continue;
        add_atom(to, c);
        kept->condition[kept->conditions++] = *c;
        there = tested(&c->value) > there ? tested(&c->value) : there;
    }
    if (w->loads[behind] > there)
        add_length(to, w->loads[behind]);
}

static void make_filter(struct expression_filter *to, const struct way *w, struct way *kept) {
    *kept = (struct way){.conditions = 0};
    to->atoms = 0;
    add_conditions(to, w, false, kept);
    if (!w->loads[true])
        return;
    to->atom[to->atoms++] = (struct dpf_atom){
        .op = DPF_MSHIFT, .bytes = 1, .offset = (uint16_t)w->header, .mask = 15, .shift = 2};
    add_conditions(to, w, true, kept);
}

static const struct condition *first_not(const struct way *w) {
    for (unsigned i = 0; i < w->conditions; i++)
        if (w->condition[i].negative)
            return &w->condition[i];
    return NULL;
}

static bool takes(struct following *f, const struct way *w) {
    struct expression *e = f->e;
    struct way *kept;
    if (f->trying)
        return true;
    if (e->filters == EXPRESSION_FILTERS)
        return refuse(e, "it has more than %d ways to take a packet", EXPRESSION_FILTERS);
    struct expression_filter *to = &e->filter[e->filters];
    kept = malloc(sizeof *kept);
    make_filter(to, w, kept);
    const struct condition *without = first_not(w);
    struct following all = {
        .e = e, .trying = true, .reach = {w->loads[false], w->loads[true]}, .all_taken = true};
    bool fine = true;
    if (!kept->conditions)
        fine = without || refuse(e, "it takes every packet");
    if (fine && without && (!kept->conditions || !follow(&all, 0, kept) || !all.all_taken))
        fine = refuse(e, "no atom says 'not': %u byte%s at %s%u & 0x%x is not 0x%x",
                      without->value.bytes, without->value.bytes == 1 ? "" : "s",
                      without->value.indexed ? "the header's length + " : "", without->value.at,
                      without->value.mask, without->value.number);
    for (unsigned i = 0; fine && i < e->filters; i++) /* said before, of another way */
        if (e->filter[i].atoms == to->atoms &&
            !memcmp(e->filter[i].atom, to->atom, to->atoms * sizeof *to->atom))
            e->filters--;
    e->filters += fine;
    free(kept);
    return fine;
}

bool expression_atoms(struct expression *e) {
    struct following f = {.e = e};
    struct way *w = calloc(1, sizeof *w);
    e->filters = 0;
    e->why[0] = '\0';
    bool fine = follow(&f, 0, w);
    if (fine && !e->filters)
        fine = refuse(e, "it takes no packet");
    free(w);
    return fine;
}

bool expression_parse(struct expression *e, const char *text) {
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
    memset(e, 0, sizeof *e);
    bool fine = dead && !pcap_compile(dead, &e->bpf, text, 1, PCAP_NETMASK_UNKNOWN);
    if (!fine)
        refuse(e, "%s", dead ? pcap_geterr(dead) : "no memory");
    if (dead)
        pcap_close(dead);
    return fine;
}

void expression_free(struct expression *e) {
    pcap_freecode(&e->bpf);
}
