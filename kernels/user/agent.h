/* SPDX-License-Identifier: MIT */
/* agent.h -- the measuring agent of a program in ring 3. */
#ifndef USER_AGENT_H
#define USER_AGENT_H

#include "measure/agent.h"

/* This program's rows; without params and base. */
extern const struct agent program_agent;

/* What cannot be said, or goes wrong, ends the program by a trap, and so the session, which would
 * end well without it. */
_Noreturn void program_give_up(const char *why);

#endif
