/* SPDX-License-Identifier: MIT */
/* emit_link.c -- labels, and what refers to them: jumps shrink to two bytes, or vanish, where the
 * distance allows.
 *
 * Jumps are collected in their long form. Shrinking one can only bring others closer to their
 * labels, so a jump once short stays short and the search ends; each round is linear in the number
 * of fixups. */
#include "engine/assert.h"
#include "engine/x86/emit_internal.h"
#include "lib/string.h"

/* A place that refers to a label, or to an address outside. Its bytes are the last ones before
 * `end`. */
struct emit_fixup {
    uint32_t end;      /* where its long form ends, in the code as collected */
    uint32_t removed;  /* bytes that this fixup and those before it lose */
    uint32_t label;    /* for FIX_ADDRESS unused */
    uint8_t kind;      /* enum fixup_kind */
    uint8_t condition; /* of a branch */
    uint8_t size;      /* bytes that remain: long, 2, or 0 */
    uintptr_t address; /* of FIX_ADDRESS */
};

enum fixup_kind { FIX_JUMP, FIX_BRANCH, FIX_CALL, FIX_LEA, FIX_ADDRESS };
static const uint8_t long_size[] = {
    [FIX_JUMP] = 5, [FIX_BRANCH] = 6, [FIX_CALL] = 5, [FIX_LEA] = 7, [FIX_ADDRESS] = 5};

struct emit_label {
    uint32_t at;     /* in the code as collected; UNBOUND until then */
    uint32_t fixups; /* how many fixups stand before it */
};

#define UNBOUND UINT32_MAX
#define ROUNDS_MAX                                                                                 \
    16 /* more rounds gain next to nothing; the code is right after any number of them */
#define FIXUP_SHARE 3 /* bytes of code for each fixup, at least; else there is a larger try */

bool emit_init(struct emitter *e, const struct hooks *hooks, uint32_t capacity, uint32_t labels) {
    *e = (struct emitter){.hooks = hooks,
                          .capacity = capacity,
                          .labels = labels,
                          .fixup_capacity = capacity / FIXUP_SHARE + 1};
    e->code = hooks->allocate(hooks->owner, capacity);
    e->label = hooks->allocate(hooks->owner, labels * sizeof *e->label);
    e->fixup = hooks->allocate(hooks->owner, e->fixup_capacity * sizeof *e->fixup);
    if (!e->code || !e->label || !e->fixup) {
        emit_release(e);
        return false;
    }
    for (uint32_t i = 0; i < labels; i++)
        e->label[i].at = UNBOUND;
    return true;
}

void emit_release(struct emitter *e) {
    const struct hooks *h = e->hooks;
    h->release(h->owner, e->code, e->capacity);
    h->release(h->owner, e->label, e->labels * sizeof *e->label);
    h->release(h->owner, e->fixup, e->fixup_capacity * sizeof *e->fixup);
    e->code = NULL;
    e->label = NULL;
    e->fixup = NULL;
}

void emit_bind(struct emitter *e, uint32_t label) {
    ENGINE_ASSERT(label < e->labels && e->label[label].at == UNBOUND,
                  "label %u of %u is bound twice, or is none", label, e->labels);
    e->label[label] = (struct emit_label){.at = e->used, .fixups = e->fixups};
}

/* How many bytes before a label the shortened jumps take away. */
static uint32_t removed_before(const struct emitter *e, uint32_t fixups) {
    return fixups ? e->fixup[fixups - 1].removed : 0;
}

uint32_t emit_label_at(const struct emitter *e, uint32_t label) {
    ENGINE_ASSERT(e->label[label].at != UNBOUND, "label %u stands nowhere", label);
    return e->label[label].at - removed_before(e, e->label[label].fixups);
}

/* Notes that the bytes just written refer to something. */
static void add_fixup(struct emitter *e, enum fixup_kind kind, unsigned condition, uint32_t label,
                      uintptr_t address) {
    if (e->fixups == e->fixup_capacity) {
        e->full = true;
        return;
    }
    ENGINE_ASSERT(kind == FIX_ADDRESS || label < e->labels, "label %u of %u", label, e->labels);
    e->fixup[e->fixups++] = (struct emit_fixup){.end = e->used,
                                                .kind = (uint8_t)kind,
                                                .condition = (uint8_t)condition,
                                                .size = long_size[kind],
                                                .label = label,
                                                .address = address};
}

void emit_jump(struct emitter *e, uint32_t label) {
    emit_number(e, 0xe9, 5);
    add_fixup(e, FIX_JUMP, 0, label, 0);
}

void emit_branch(struct emitter *e, enum x86_condition condition, uint32_t label) {
    emit_number(e, 0x800f | (uint64_t)condition << 8, 6);
    add_fixup(e, FIX_BRANCH, condition, label, 0);
}

void emit_call(struct emitter *e, uint32_t label) {
    emit_number(e, 0xe8, 5);
    add_fixup(e, FIX_CALL, 0, label, 0);
}

void emit_lea_label(struct emitter *e, unsigned to, uint32_t label) {
    emit_number(e, (uint64_t)(0x48 | to >> 3 << 2) | 0x8d00 | (uint64_t)(5 | (to & 7) << 3) << 16,
                7);
    add_fixup(e, FIX_LEA, 0, label, 0);
}

/* Can code anywhere in the window call `target` with a 32-bit distance? */
static bool reachable(const struct hooks *h, uintptr_t target) {
    int64_t from_low = (int64_t)(target - h->code_low),
            from_high = (int64_t)(target - h->code_high);
    return from_low == (int32_t)from_low && from_high == (int32_t)from_high;
}

static void go_to_address(struct emitter *e, uintptr_t target, unsigned scratch, uint8_t opcode,
                          void (*go)(struct emitter *e, unsigned target)) {
    if (!reachable(e->hooks, target)) {
        emit_mov_imm(e, scratch, target);
        go(e, scratch);
        return;
    }
    emit_number(e, opcode, 5);
    add_fixup(e, FIX_ADDRESS, 0, 0, target);
}

void emit_call_address(struct emitter *e, uintptr_t target, unsigned scratch) {
    go_to_address(e, target, scratch, 0xe8, emit_call_register);
}

void emit_jump_address(struct emitter *e, uintptr_t target, unsigned scratch) {
    go_to_address(e, target, scratch, 0xe9, emit_jump_register);
}

/* The distance a fixup spans, from its end, as things stand. */
static int64_t distance(const struct emitter *e, uint32_t i) {
    return (int64_t)emit_label_at(e, e->fixup[i].label) -
           (int64_t)(e->fixup[i].end - e->fixup[i].removed);
}

/* One round: shortens what can be, then recounts. Gives whether anything changed. */
static bool shorten(struct emitter *e) {
    bool changed = false;
    for (uint32_t i = 0; i < e->fixups; i++) {
        struct emit_fixup *f = &e->fixup[i];
        if (f->kind > FIX_BRANCH || f->size == 0)
            continue;
        /* Shrinking moves the end of a jump towards a label behind it, and not relative to one
         * ahead. */
        int64_t d = distance(e, i);
        if (d < 0)
            d += f->size - 2;
        bool nothing_between = e->label[f->label].at == f->end;
        uint8_t size = f->kind == FIX_JUMP && nothing_between ? 0
                       : d >= -128 && d <= 127                ? 2
                                                              : f->size;
        changed |= size != f->size;
        f->size = size;
    }
    uint32_t removed = 0;
    for (uint32_t i = 0; i < e->fixups; i++) {
        removed += long_size[e->fixup[i].kind] - e->fixup[i].size;
        e->fixup[i].removed = removed;
    }
    return changed;
}

uint32_t emit_link(struct emitter *e) {
    for (int round = 0; round < ROUNDS_MAX && shorten(e); round++)
        continue;
    ENGINE_ASSERT(!e->full && e->used >= removed_before(e, e->fixups), "%u bytes, %u removed",
                  e->used, removed_before(e, e->fixups));
    return e->used - removed_before(e, e->fixups);
}

/* Writes a fixup's final form to `write`. */
static void place_fixup(const struct emitter *e, uint32_t i, uint8_t *write,
                        const uint8_t *run_end) {
    const struct emit_fixup *f = &e->fixup[i];
    int32_t d = f->kind == FIX_ADDRESS ? (int32_t)(f->address - (uintptr_t)run_end)
                                       : (int32_t)distance(e, i);
    if (f->size == 2) {
        write[0] = f->kind == FIX_JUMP ? 0xeb : (uint8_t)(0x70 | f->condition);
        write[1] = (uint8_t)d;
    } else if (f->size) {
        ENGINE_ASSERT(f->kind != FIX_ADDRESS ||
                          (uintptr_t)run_end + (uint64_t)(int64_t)d == f->address,
                      "%p is out of reach of %p", (void *)f->address, (const void *)run_end);
        memcpy(write, e->code + f->end - f->size, f->size - 4u);
        memcpy(write + f->size - 4, &d, 4);
    }
}

void emit_place(const struct emitter *e, uint8_t *write, const uint8_t *run) {
    uint32_t from = 0;
    const uint8_t *start = write;
    for (uint32_t i = 0; i < e->fixups; i++) {
        const struct emit_fixup *f = &e->fixup[i];
        uint32_t plain = f->end - long_size[f->kind] - from;
        memcpy(write, e->code + from, plain);
        write += plain;
        place_fixup(e, i, write, run + (write - start) + f->size);
        write += f->size;
        from = f->end;
    }
    memcpy(write, e->code + from, e->used - from);
}
