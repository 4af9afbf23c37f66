/* SPDX-License-Identifier: MIT */
/* console.h -- the serial line and the one framer of records that owns it. */
#ifndef FLOOR_CONSOLE_H
#define FLOOR_CONSOLE_H

#include "measure/framer.h"

void console_init(void);
void console_record(const char *body, size_t length);
void console_text(const char *bytes, size_t length);
/* Waits for a byte that somebody types. */
int console_read(void);
struct framer *console_framer(void);

#endif
