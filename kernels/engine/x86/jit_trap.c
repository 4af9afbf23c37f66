/* SPDX-License-Identifier: MIT */
/* jit_trap.c -- slots ascend with their code. One that has no code of its own, being the second
 * half of a constant or fused with the one before it, is put down where the next one starts: of
 * several in one place the last is meant. */
#include "engine/x86/jit_trap.h"
#include "engine/assert.h"

#include "engine/x86/internal.h"

bool jit_slot_at(const struct code *code, uintptr_t address, uint32_t *slot) {
    uintptr_t at = address - (uintptr_t)code->memory.run;
    if (at >= code->bytes)
        return false;
    uint32_t low = 0, high = code->slots;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (code->offset[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    ENGINE_ASSERT(code->slots && (low == 0 || code->offset[low] <= at), "%zu is not in slot %u",
                  (size_t)at, low);
    *slot = low;
    return true;
}

void jit_registers(const uint64_t processor[16], uint64_t reg[REGISTERS]) {
    for (unsigned r = 0; r < REGISTERS; r++)
        reg[r] = processor[jit_register[r]];
}
