/* SPDX-License-Identifier: MIT */
/* commands.h -- what the console of this system has beside the common commands (measure/console.h):
 * programs are started and killed, and the machine is looked at. For the environment that owns
 * everything: it gives who it starts a part of its time. */
#ifndef EXO_LIBOS_CONSOLE_COMMANDS_H
#define EXO_LIBOS_CONSOLE_COMMANDS_H

#include "measure/console.h"

extern const struct console_more console_commands;

/* Ends all other environments: who halts the machine is not to wait for what it started. */
void console_end_all(void);

#endif
