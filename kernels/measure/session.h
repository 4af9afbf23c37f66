/* SPDX-License-Identifier: MIT */
/* session.h -- sessions of measurement, as a kernel leads them that owns the framer, has rows of
 * its own and may have a user program with more (spin, floor): hello, both plans, both runs, done.
 * The program does its part by session_follow(). */
#ifndef MEASURE_SESSION_H
#define MEASURE_SESSION_H

#include <stdbool.h>

#include "measure/agent.h"
#include "measure/framer.h"

#define SESSION_WORDS_MAX 4096 /* bytes of all words of a session, the NUL included */

/* What the user program is started for. */
enum session_phase { SESSION_PLAN, SESSION_RUN, SESSION_LIST };

struct session {
    struct framer *framer;
    struct agent agent;       /* the kernel's rows and hooks; params is set here */
    struct agent_hello hello; /* told is set here */
    /* Lets the user program do its part by these words, its rows numbered from first_row on. False:
     * it did not come to its end. Null: there is none. */
    bool (*user)(enum session_phase phase, unsigned first_row, const char *words);
    int (*read)(void); /* a byte that somebody types, waited for */
};

/* Runs one session as the boot command line asks, or talks to a person where it has no run=. Gives
 * the PROTOCOL_EXIT_ value to end the machine with. s must outlive it. */
unsigned session_main(const struct session *s, const char *booted_with);

/* The user program's part. a needs no params and no base. */
void session_follow(const struct agent *a, enum session_phase phase, unsigned first_row,
                    const char *words);

#endif
