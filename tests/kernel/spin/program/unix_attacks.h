/* SPDX-License-Identifier: MIT */
/* unix_attacks.h -- what the program `attacker` does as a process of the Unix model, by its first
 * argument. Who finds everything as it should be exits with UNIX_RIGHT. */
#ifndef TESTS_SPIN_UNIX_ATTACKS_H
#define TESTS_SPIN_UNIX_ATTACKS_H

#include <stdint.h>

#define UNIX_RIGHT  42
#define UNIX_STATUS 7

enum unix_attack {
    UNIX_FIRST = 1000,
    UNIX_EXIT = UNIX_FIRST, /* exits with UNIX_STATUS */
    UNIX_FORK,              /* three generations, each of which writes what the others have */
    UNIX_EXEC,              /* becomes UNIX_WORDS of the same program */
    UNIX_WORDS,             /* were it told "some words"? */
    UNIX_EXEC_BADLY,        /* a program that there is not, and one that is none */
    UNIX_FILTER,            /* executes by names that a filter of its own changes */
    UNIX_FILTER_BADLY,      /* the same, beside a child whose filter breaks names and fails */
    UNIX_FILTER_COST,       /* counts the instructions of calls beside a child with a filter */
    UNIX_ZEROS,             /* looks for anything but zeros in memory that was never written */
    UNIX_KILL,              /* ends a child that never stops, and one that waits */
    UNIX_KILL_FORKING,      /* ends children that fork all the time */
    UNIX_KILL_EXECUTING,    /* the same with children that are UNIX_EXEC_FOR_EVER */
    UNIX_EXEC_FOR_EVER,     /* becomes the same again */
    UNIX_KILL_OTHERS,       /* a child tries to end its parent and its sibling */
    UNIX_FAULTS,            /* children that write to their code, to nothing, and run their data */
    UNIX_WAIT_ALONE,        /* waits without a child */
    UNIX_LEAVES,            /* ends before its child and its grandchild, who never stop */
    UNIX_BOMB,              /* forks as long as it can */
    UNIX_ARGUMENTS,         /* makes calls with arguments in memory that was never touched */
    UNIX_FOREIGN,           /* calls of the Mach-like model */
    UNIX_MAP,               /* finds itself in the file that it was made of, as do its children */
    UNIX_MAP_WRITE,         /* writes to files, of which others have copies of their own */
    UNIX_MAP_BADLY, /* files that there are not, too many, and writes to what is not its own */
    UNIX_MAP_LONG,  /* reads a long file from one end to the other, and back */
    UNIX_RANDOM,    /* random system calls */
    UNIX_LAST
};

/* One of these. */
uint64_t unix_attack(uint64_t what, const char *words);

#endif
