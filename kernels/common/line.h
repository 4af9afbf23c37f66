/* SPDX-License-Identifier: MIT */
/* line.h -- the serial line and the one sender of records that owns it (docs/architecture.md, "Why
 * one sender a guest"). */
#ifndef COMMON_LINE_H
#define COMMON_LINE_H

#include "measure/sender.h"

extern struct sender serial_line;

/* From now on the machine's log lines go through the sender. */
void line_init(void);

/* Frames and sends a record's body of the kernel's own; panics where it is none. */
void line_record(const char *body, size_t length);
void line_text(const char *bytes, size_t length);
/* Waits for a byte that somebody types. */
int line_read(void);

#endif
