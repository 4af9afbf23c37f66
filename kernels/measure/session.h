/* SPDX-License-Identifier: MIT */
/* session.h -- sessions of measurement, in phases. Two sides take part, each with an agent: the
 * kernel, which owns the sender and may have rows of its own, and a program in ring 3 with more. In
 * each phase the kernel does its part first:
 *
 *     phase   the kernel                              the program
 *     PLAN    says hello, plans its rows              plans its rows
 *     RUN     says how many were planned, runs its    runs its own
 *     END     says done
 *     LIST    writes its rows as text                 writes its own
 *
 * Which side leads is the system's affair: a kernel that starts the program for each phase (spin,
 * floor), or a program that asks the kernel for its part (exo). */
#ifndef MEASURE_SESSION_H
#define MEASURE_SESSION_H

#include <stdbool.h>

#include "measure/agent.h"
#include "measure/console.h"
#include "measure/sender.h"

#define SESSION_WORDS_MAX 4096 /* bytes of all words of a session, the NUL included */

/* What a machine was booted with, and more words behind it; cut where there is no room. */
void session_words(char all[SESSION_WORDS_MAX], const char *booted_with, const char *more);

enum session_phase { SESSION_PLAN, SESSION_RUN, SESSION_END, SESSION_LIST };

/* The kernel's side. */
struct session_kernel {
    struct sender *sender;
    struct agent agent;         /* its rows and hooks */
    struct agent_hello hello;   /* told is set by PLAN */
    struct params params;       /* the same */
    uint64_t (*requests)(void); /* to its disks, modulo 65,536, for END to say; null: no disks */
};

/* Its part of a phase; words count in PLAN, and must stay as they are until END. Gives how many
 * rows it has, behind which the program's are numbered, or -1 where the session is over: no row was
 * planned to RUN, or it is not to END well (inject=early). */
int session_lead(struct session_kernel *k, enum session_phase phase, const char *words);

/* The program's. a needs no params and no base. */
void session_follow(const struct agent *a, enum session_phase phase, unsigned first_row,
                    const char *words);

struct session {
    int (*kernel)(enum session_phase phase, const char *words); /* as session_lead */
    /* As session_follow. False: the program did not come to its end. Null: there is none. */
    bool (*program)(enum session_phase phase, unsigned first_row, const char *words);
    void (*text)(const char *bytes, size_t length);
    int (*read)(void);               /* a byte that somebody types, waited for */
    const struct console_more *more; /* console.h; null: no other commands */
};

/* Runs one session as the boot command line asks, or talks to a person where it has no run=. Gives
 * the PROTOCOL_EXIT_ value to end with. */
unsigned session_main(const struct session *s, const char *booted_with);

#endif
