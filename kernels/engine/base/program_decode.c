/* SPDX-License-Identifier: MIT */
/* program_decode.c -- bytes to a program: decode every slot, find the functions, check that control
 * stays where it belongs. Everything is read once, front to back; what is wrong is refused before
 * anything else looks at it. */
#include "engine/assert.h"
#include "engine/base/program_check.h"
#include "lib/format.h"

/* Out of line: decoding pays nothing for it. */
static __attribute__((noinline, cold)) bool refuse(struct report *why, enum rule rule,
                                                   uint32_t slot) {
    char instruction[32];
    if (!why)
        return false;
    format_text(instruction, sizeof instruction, "instruction %u", slot);
    report_refuse(why, rule, instruction);
    why->slot = slot;
    return false;
}

static enum rule check_variable(const struct program *p, uint32_t number) {
    if (number >= p->variable_count)
        return RULE_NO_VARIABLE;
    const struct variable *v = &p->variable[number];
    return distance_is_kept((uintptr_t)v->address, v->bytes) ? RULE_NONE : RULE_ADDRESS_RANGE;
}

/* Rules of single instructions that depend on what is bound to the program. */
static enum rule check_binding(const struct program *p, struct insn insn) {
    switch (insn.op) {
    case OP_CALL_STATIC:
        return (uint32_t)insn.imm < p->import_count ? RULE_NONE : RULE_NO_IMPORT;
    case OP_CALL_BTF:
        return RULE_NO_IMPORT;
    case OP_LDDW_VARIABLE:
        return check_variable(p, (uint32_t)insn.imm);
    case OP_LDDW_MAP:
    case OP_LDDW_MAP_VALUE:
    case OP_LDDW_INDEX:
    case OP_LDDW_INDEX_VALUE:
        return RULE_NO_MAP;
    default:
        return RULE_NONE;
    }
}

static bool decode_slots(struct program *p, const uint8_t *bytes, struct report *why) {
    for (uint32_t i = 0; i < p->slots; i++) {
        enum rule rule = insn_decode(bytes + i * INSN_BYTES, &p->insn[i]);
        if (!rule)
            rule = check_binding(p, p->insn[i]);
        if (!rule && insn_info(p->insn[i])->kind == KIND_CONST) {
            if (i + 1 == p->slots)
                rule = RULE_CONSTANT_CUT;
            else
                rule = insn_decode_high(bytes + (i + 1) * INSN_BYTES, &p->insn[i + 1]);
            if (!rule)
                i++;
        }
        if (rule)
            return refuse(why, rule, i);
    }
    return true;
}

/* Slot 0 and whatever a call or a code constant names starts a function. */
static bool mark_starts(struct program *p, struct report *why) {
    p->mark[0] = MARK_START;
    p->function_count = 1;
    for (uint32_t i = 0; i < p->slots; i++) {
        struct insn insn = p->insn[i];
        if (insn.op != OP_CALL_LOCAL && insn.op != OP_LDDW_CODE)
            continue;
        int64_t target = (int64_t)i + 1 + insn_distance(insn);
        if (target < 0 || target >= p->slots)
            return refuse(why, RULE_CALL_OUTSIDE, i);
        if (p->insn[target].op == OP_HIGH)
            return refuse(why, RULE_JUMP_INTO_CONSTANT, i);
        p->function_count += !(p->mark[target] & MARK_START);
        p->mark[target] |= MARK_START | MARK_CALLED;
    }
    return true;
}

static void fill_functions(struct program *p) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->slots; i++) {
        if (!(p->mark[i] & MARK_START))
            continue;
        if (n)
            p->function[n - 1].end = i;
        p->function[n++] = (struct function){.start = i, .frame_bytes = FRAME_BYTES};
    }
    ENGINE_ASSERT(n == p->function_count, "%u functions, counted as %u", n, p->function_count);
    p->function[n - 1].end = p->slots;
    p->frame_bytes = FRAME_BYTES;
    p->metered = true;
}

static bool check_function(struct program *p, const struct function *f, struct report *why) {
    ENGINE_ASSERT(f->start < f->end && f->end <= p->slots, "slots %u to %u", f->start, f->end);
    for (uint32_t i = f->start; i < f->end; i++) {
        struct insn insn = p->insn[i];
        if (insn_info(insn)->kind != KIND_JUMP)
            continue;
        int64_t target = (int64_t)i + 1 + insn_distance(insn);
        if (target < f->start || target >= f->end)
            return refuse(why, RULE_JUMP_OUTSIDE, i);
        if (p->insn[target].op == OP_HIGH)
            return refuse(why, RULE_JUMP_INTO_CONSTANT, i);
        p->targets += !(p->mark[target] & MARK_TARGET);
        p->mark[target] |= MARK_TARGET;
    }
    const struct opcode_info *last = insn_info(p->insn[f->end - 1]);
    if (last->kind != KIND_EXIT && last->operation != DO_ALWAYS)
        return refuse(why, RULE_FALLS_OFF, f->end - 1);
    return true;
}

static bool check_and_cut(struct program *p, const struct hooks *h, const void *bytes,
                          struct report *why) {
    p->insn = h->allocate(h->owner, p->slots * sizeof *p->insn);
    p->mark = h->allocate(h->owner, p->slots);
    if (!p->insn || !p->mark)
        return refuse(why, RULE_NO_MEMORY, 0);
    if (!decode_slots(p, bytes, why) || !mark_starts(p, why)) {
        p->function_count = 0;
        return false;
    }
    p->function = h->allocate(h->owner, p->function_count * sizeof *p->function);
    if (!p->function)
        return refuse(why, RULE_NO_MEMORY, 0);
    fill_functions(p);
    for (uint32_t i = 0; i < p->function_count; i++)
        if (!check_function(p, &p->function[i], why))
            return false;
    return true;
}

bool program_decode(struct program *p, const struct hooks *h, const void *bytes, size_t len,
                    struct report *why) {
    p->insn = NULL;
    p->mark = NULL;
    p->function = NULL;
    p->function_count = 0;
    p->targets = 0;
    p->callbacks = NULL;
    if (len == 0)
        return refuse(why, RULE_NO_CODE, 0);
    if (len % INSN_BYTES || len / INSN_BYTES > PROGRAM_SLOTS_MAX)
        return refuse(why, RULE_SIZE, 0);
    p->slots = (uint32_t)(len / INSN_BYTES);
    if (check_and_cut(p, h, bytes, why)) {
        PROGRAM_ASSERT(p);
        return true;
    }
    program_release(p, h);
    return false;
}
