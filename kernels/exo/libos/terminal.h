/* SPDX-License-Identifier: MIT */
/* terminal.h -- what a person types, by the capability in slot CONSOLE_SLOT; text for him goes by
 * program_text() (user/program.h). */
#ifndef EXO_LIBOS_TERMINAL_H
#define EXO_LIBOS_TERMINAL_H

#define CONSOLE_SLOT 0

/* Waits for a byte; negative: the environment may not read. */
int terminal_byte(void);

#endif
