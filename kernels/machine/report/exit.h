/* SPDX-License-Identifier: MIT */
/* exit.h -- the ways to end. All drain the serial line first. */
#ifndef MACHINE_EXIT_H
#define MACHINE_EXIT_H

/* The results protocol's numbers (measure/protocol.h), which this module does not know:
 * common/fault.c asserts that they agree. */
#define EXIT_PORT  0xf4
#define EXIT_PANIC 0x12

#ifndef __ASSEMBLER__

#include <stdint.h>

/* What ACPI's tables add: start.c says it once they are read. power_off returns where it cannot. */
void exit_init(void (*power_off)(void), uint16_t reset_port, uint8_t reset_value);

/* Ends with this value: isa-debug-exit, or ACPI power-off where there is none (a PC),
 * or halts forever. */
_Noreturn void machine_exit(unsigned value);
_Noreturn void machine_power_off(void);
_Noreturn void machine_reset(void);
/* Loses the IDT and takes a trap: the CPU gives up. */
_Noreturn void machine_triple_fault(void);
/* cli; hlt, forever. */
_Noreturn void machine_halt(void);
/* Tells QEMU over its pvpanic device, if there is one, that the guest has panicked. */
void machine_tell_panic(void);

#endif

#endif
