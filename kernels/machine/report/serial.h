/* SPDX-License-Identifier: MIT */
/* serial.h -- COM1, 115200 8N1, polled both ways: no interrupt, no buffer, no allocation, so it
 * works from anywhere. */
#ifndef MACHINE_SERIAL_H
#define MACHINE_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

void serial_init(void);
/* Waits until all bytes are in the UART. "\n" goes as it is. */
void serial_write(const void *bytes, size_t n);
/* Waits until the last bit is on the wire; before an exit. */
void serial_drain(void);
/* Whether its line (ISA's 4) says that a byte has arrived, until all are read. */
void serial_interrupts(bool on);
/* The next byte that arrived, or -1. */
int serial_read(void);

#endif
