/* SPDX-License-Identifier: MIT */
/* vectors.c -- see vectors.h: finds the gate in the IDT that is loaded. */
#include "vectors.h"

#include "machine/cpu/cpu.h"

const uint64_t vector_registers[VECTOR_REGISTERS] = {
    0x1515151515151515, 0x1414141414141414, 0x1313131313131313, 0x1212121212121212,
    0x1111111111111111, 0x1010101010101010, 0x0909090909090909, 0x0808080808080808,
    0x0707070707070707, 0x0606060606060606, 0x0505050505050505, 0x0404040404040404,
    0x0303030303030303, 0x0202020202020202, 0x0101010101010101,
};

bool vector_has_error(unsigned vector) {
    return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 ||
           vector == 29 || vector == 30;
}

/* vectors_deliver.S */
void vector_enter(uint64_t gate, uint64_t has_error, const uint64_t *registers, uint64_t *after);

void vector_deliver(unsigned vector, const uint64_t registers[VECTOR_REGISTERS],
                    uint64_t after[VECTOR_REGISTERS]) {
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) idt;
    uint64_t scratch[VECTOR_REGISTERS];
    __asm__ volatile("sidt %0" : "=m"(idt));
    const uint64_t *gate = (const uint64_t *)(idt.base + vector * 16ul);
    uint64_t entry = (gate[0] & 0xffff) | (gate[0] >> 48) << 16 | gate[1] << 32;
    vector_enter(entry, vector_has_error(vector), registers, after ? after : scratch);
}
