/* SPDX-License-Identifier: MIT */
/* serial_input.h -- lines that somebody types on the serial line, which says by an interrupt that a
 * byte is there. The handler only keeps the bytes; editing, echo and what becomes of a line are
 * work (work.h). */
#ifndef MACHINE_SERIAL_INPUT_H
#define MACHINE_SERIAL_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* From now on each line (NUL-terminated, without its end, good during the call) goes to `line`, and
 * what a terminal is to show to `echo`. Nobody else may read the serial line. interrupt_on_line()'s
 * errors. */
int serial_input_open(void (*line)(const char *text, size_t length),
                      void (*echo)(const char *bytes, size_t length));
/* Neither is called any more, and what was not done yet is dropped. Not while other threads
 * do work. */
void serial_input_close(void);

/* Since boot: bytes that came faster than the work was done and characters of lines that
 * were too long. */
uint64_t serial_input_dropped(void);

#endif
