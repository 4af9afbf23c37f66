/* SPDX-License-Identifier: MIT */
/* rows.c -- the program that measures and checks from ring 3 while its kernel leads the session
 * (measure/session.h): a is the phase, b the number of its first row, words what the machine was
 * told. */
#include "measure/session.h"
#include "user/agent.h"
#include "user/program.h"

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    session_follow(&program_agent, (enum session_phase)a, (unsigned)b, words);
    return 0;
}
