/* SPDX-License-Identifier: MIT */
/* terminal.h -- text out, bytes in, by the capability in slot CONSOLE_SLOT. */
#ifndef EXO_LIBOS_TERMINAL_H
#define EXO_LIBOS_TERMINAL_H

#include <stddef.h>

#define CONSOLE_SLOT 0

/* Where the kernel refuses it the environment exits with PROTOCOL_EXIT_PANIC. */
void console_text(const char *bytes, size_t length);
/* Waits for a byte; negative: the environment may not read. */
int console_byte(void);

#endif
