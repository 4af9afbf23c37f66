/* SPDX-License-Identifier: MIT */
/* vectors.h -- enters a vector's gate as the CPU does, with a pattern in every register. */
#ifndef TESTS_MACHINE_VECTORS_H
#define TESTS_MACHINE_VECTORS_H

#include <stdbool.h>
#include <stdint.h>

/* r15 to rax, in the order of struct trap_frame. */
#define VECTOR_REGISTERS 15
#define VECTOR_ERROR     0x5ec0de

extern const uint64_t vector_registers[VECTOR_REGISTERS];

/* Whether the CPU pushes an error code for this vector. */
bool vector_has_error(unsigned vector);

/* Loads the registers, delivers the vector from kernel mode; `after` (may be null) takes the
 * registers of its return. */
void vector_deliver(unsigned vector, const uint64_t registers[VECTOR_REGISTERS],
                    uint64_t after[VECTOR_REGISTERS]);

#endif
