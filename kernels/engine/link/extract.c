/* SPDX-License-Identifier: MIT */
/* extract.c -- finds the functions, breadth first, lays them out in that order, and leads calls
 * and addresses to where they are now. The loader has checked that every constant has its
 * second slot. */
#include "engine/link/extract.h"

#include "engine/assert.h"
#include "lib/string.h"

enum { CODE_LDDW = 0x18, CODE_CALL = 0x85, SOURCE_LOCAL = 1, SOURCE_VARIABLE = 3, SOURCE_CODE = 4 };

#define NOWHERE 0xffffffffu

struct extraction {
    const struct object *object;
    struct report *why;
    uint32_t *found; /* functions, in their order */
    uint32_t count;
    uint32_t *start; /* of each function of the object: its first slot here, or NOWHERE */
    uint32_t slots;
    bool *has_address; /* of each variable of the object */
};

static struct bytes insn_at(const struct object *o, uint32_t slot) {
    ENGINE_ASSERT(slot < o->slots, "slot %u of %u", slot, o->slots);
    return (struct bytes){o->code + (size_t)slot * INSN_BYTES, INSN_BYTES};
}

static uint8_t source_of(struct bytes insn) {
    return insn.at[1] >> 4;
}

/* Does the instruction lead to other code? Then *target is the slot. */
static bool leads_to(const struct object *o, uint32_t slot, uint32_t *target) {
    struct bytes insn = insn_at(o, slot);
    if (!(insn.at[0] == CODE_CALL && source_of(insn) == SOURCE_LOCAL) &&
        !(insn.at[0] == CODE_LDDW && source_of(insn) == SOURCE_CODE))
        return false;
    *target = slot + 1 + bytes_u32(insn, 4);
    return true;
}

static void add(struct extraction *x, const struct object_function *f) {
    uint32_t number = (uint32_t)(f - x->object->function);
    if (x->start[number] != NOWHERE)
        return;
    ENGINE_ASSERT(x->count < x->object->function_count, "%u functions are found", x->count);
    x->start[number] = x->slots;
    x->slots += f->end - f->start;
    x->found[x->count++] = number;
}

/* Is the variable an extern one, or one that holds no address? */
static bool check_variable(const struct extraction *x, uint32_t number) {
    const struct object *o = x->object;
    if (number >= o->variable_count || !x->has_address[number])
        return true;
    return report_refuse(x->why, LINK_RULE_DATA_ADDRESS, o->variable[number].name);
}

/* Adds what the function leads to. */
static bool follow(struct extraction *x, const struct object_function *f) {
    const struct object *o = x->object;
    for (uint32_t slot = f->start; slot < f->end; slot++) {
        struct bytes insn = insn_at(o, slot);
        uint32_t target;
        if (leads_to(o, slot, &target)) {
            const struct object_function *to =
                target < o->slots ? object_function_at(o, target) : NULL;
            if (!to)
                return report_refuse(x->why, LINK_RULE_NO_TARGET, f->name);
            add(x, to);
        }
        if (insn.at[0] == CODE_LDDW) {
            if (source_of(insn) == SOURCE_VARIABLE && !check_variable(x, bytes_u32(insn, 4)))
                return false;
            slot++;
        }
    }
    return true;
}

static void put_u32(uint8_t *at, uint32_t value) {
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void copy(const struct extraction *x, uint32_t number, struct extract *into) {
    const struct object *o = x->object;
    const struct object_function *f = &o->function[number];
    uint32_t at = x->start[number], target;
    ENGINE_ASSERT(at != NOWHERE && f->end - f->start <= into->slots - at, "%s begins at %u of %u",
                  f->name, at, into->slots);
    memcpy(into->code + (size_t)at * INSN_BYTES, insn_at(o, f->start).at,
           (size_t)(f->end - f->start) * INSN_BYTES);
    for (uint32_t slot = f->start; slot < f->end; slot++, at++) {
        into->origin[at] = slot;
        if (leads_to(o, slot, &target)) {
            const struct object_function *to = object_function_at(o, target);
            ENGINE_ASSERT(x->start[to - o->function] != NOWHERE,
                          "%s leads to %s, which is not here", f->name, to->name);
            uint32_t new_target = x->start[to - o->function] + target - to->start;
            put_u32(into->code + (size_t)at * INSN_BYTES + 4, new_target - at - 1);
        }
        if (insn_at(o, slot).at[0] == CODE_LDDW && slot + 1 < f->end)
            into->origin[++at] = ++slot;
    }
}

static bool prepare(struct extraction *x, struct arena *arena) {
    const struct object *o = x->object;
    x->found = arena_allocate(arena, o->function_count, sizeof *x->found);
    x->start = arena_allocate(arena, o->function_count, sizeof *x->start);
    x->has_address = arena_allocate(arena, o->variable_count, sizeof *x->has_address);
    if (!x->found || !x->start || !x->has_address)
        return false;
    for (uint32_t i = 0; i < o->function_count; i++)
        x->start[i] = NOWHERE;
    for (uint32_t i = 0; i < o->pointer_count; i++)
        x->has_address[o->pointer[i].variable] = true;
    return true;
}

static bool search(struct extraction *x, const struct object_function *first) {
    add(x, first);
    for (uint32_t i = 0; i < x->count; i++)
        if (!follow(x, &x->object->function[x->found[i]]))
            return false;
    return true;
}

bool extract_function(const struct object *o, const struct object_function *f, struct arena *arena,
                      struct extract *extract, struct report *why) {
    struct extraction x = {.object = o, .why = why};
    if (!prepare(&x, arena))
        return report_refuse(why, RULE_NO_MEMORY, f->name);
    if (!search(&x, f))
        return false;
    extract->slots = x.slots;
    extract->code = arena_allocate(arena, x.slots, INSN_BYTES);
    extract->origin = arena_allocate(arena, x.slots, sizeof *extract->origin);
    if (!extract->code || !extract->origin)
        return report_refuse(why, RULE_NO_MEMORY, f->name);
    for (uint32_t i = 0; i < x.count; i++)
        copy(&x, x.found[i], extract);
    return true;
}
