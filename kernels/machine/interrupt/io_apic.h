/* SPDX-License-Identifier: MIT */
/* io_apic.h -- the lines of all I/O APICs, by global system interrupt (GSI). Their registers are
 * reached by two writes, so interrupts must be off. Intel 82093AA data sheet, chapter 3.2. */
#ifndef MACHINE_IO_APIC_H
#define MACHINE_IO_APIC_H

#include "machine/types.h"

/* How a line signals. */
struct interrupt_line {
    uint32_t gsi;
    bool level, low; /* else edge, high */
};

/* Masks every line of every I/O APIC that ACPI told of. */
void io_apic_init(void);
bool io_apic_has(uint32_t gsi);
/* From now on the line raises this vector at the processor with this APIC number (below 256). It is
 * masked. There must be such a line. */
void io_apic_route(const struct interrupt_line *line, unsigned vector, uint32_t processor);
void io_apic_mask(uint32_t gsi, bool masked);

#endif
