/* SPDX-License-Identifier: MIT */
/* file_attacks.h -- what the program `attacker` does with files, by its first argument, in a boot
 * with a volume at FILE_PLACE_OF that has the file `f` of FILE_BYTES bytes, each FILE_LETTER. Who
 * finds everything as it should be exits with FILE_RIGHT, else with the line of what was wrong. */
#ifndef TESTS_SPIN_FILE_ATTACKS_H
#define TESTS_SPIN_FILE_ATTACKS_H

#include <stdint.h>

#define FILE_PLACE_OF "/svc/volumes/t"
#define FILE_BYTES    (3 * 4096ul)
#define FILE_LETTER   'q'
#define FILE_RIGHT    4242

enum file_attack {
    FILE_ATTACK_FIRST = 3000,
    FILE_ATTACK_MEMORY = FILE_ATTACK_FIRST, /* reads to, and writes from, what is not its own */
    FILE_ATTACK_INTEGERS, /* uses open files that it does not have: closed, guessed, another's */
    FILE_ATTACK_RIGHTS,   /* writes through what was opened to be read */
    FILE_ATTACK_PATHS,    /* paths that are none */
    FILE_ATTACK_MANY,     /* opens as many as it can */
    FILE_ATTACK_MOUNTS,   /* volumes that there are not, and one that is in use */
    FILE_ATTACK_NO_CALLS, /* a process of another system mounts */
    FILE_ATTACK_DOS,      /* names as MS-DOS has them, with a filter and without */
    FILE_ATTACK_HOLDS,    /* has it open when it ends */
    FILE_ATTACK_RANDOM    /* random calls by the seed in its second argument, on files of its own */
};

uint64_t file_attack(uint64_t what, uint64_t b);

#endif
