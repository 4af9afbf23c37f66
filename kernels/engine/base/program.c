/* SPDX-License-Identifier: MIT */
/* program.c -- what a decoded program is asked for, and its end. */
#include "engine/program.h"
#include "engine/assert.h"

void program_release(struct program *p, const struct hooks *h) {
    if (p->function)
        h->release(h->owner, p->function, p->function_count * sizeof *p->function);
    if (p->mark)
        h->release(h->owner, p->mark, p->slots);
    if (p->insn)
        h->release(h->owner, p->insn, p->slots * sizeof *p->insn);
    p->function = NULL;
    p->mark = NULL;
    p->insn = NULL;
}

uint32_t program_function_at(const struct program *p, uint32_t slot) {
    uint32_t low = 0, high = p->function_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (p->function[middle].start <= slot)
            low = middle;
        else
            high = middle;
    }
    return low;
}

uint64_t program_function_address(const struct program *p, uint32_t slot) {
    const struct function *f = &p->function[program_function_at(p, slot)];
    ENGINE_ASSERT(slot >= f->start && slot < f->end, "slot %u is of no function", slot);
    return f->address ? f->address : (uintptr_t)&p->insn[slot];
}

const struct function *program_function_of(const struct program *p, uint64_t address) {
    uint64_t slot = (address - (uintptr_t)p->insn) / sizeof *p->insn;
    if (slot < p->slots) {
        const struct function *f = &p->function[program_function_at(p, (uint32_t)slot)];
        return program_function_address(p, f->start) == address ? f : NULL;
    }
    for (uint32_t i = 0; i < p->function_count; i++)
        if (p->function[i].address == address)
            return &p->function[i];
    return NULL;
}

uint64_t program_constant(const struct program *p, uint32_t slot) {
    struct insn low = p->insn[slot], high = p->insn[slot + 1];
    ENGINE_ASSERT(insn_info(low)->kind == KIND_CONST && high.op == OP_HIGH,
                  "no constant in slot %u", slot);
    ENGINE_ASSERT(low.op != OP_LDDW_VARIABLE || (uint32_t)low.imm < p->variable_count,
                  "variable %d of %u", low.imm, p->variable_count);
    if (low.op == OP_LDDW_VARIABLE)
        return (uintptr_t)p->variable[low.imm].address + (uint32_t)high.imm;
    return (uint32_t)low.imm | (uint64_t)(uint32_t)high.imm << 32;
}
