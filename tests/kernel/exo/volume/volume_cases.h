/* SPDX-License-Identifier: MIT */
/* volume_cases.h -- what the program `volume` does, by its argument. Its exit status is 0, or the
 * line of what did not hold. */
#ifndef TESTS_EXO_VOLUME_CASES_H
#define TESTS_EXO_VOLUME_CASES_H

#include <stdint.h>

enum volume_case {
    VOLUME_FILES,    /* calls on files and names */
    VOLUME_OLD,      /* descriptors of files that are gone; what is cut off and comes back */
    VOLUME_SHARE,    /* processes that share descriptors and blocks */
    VOLUME_MAP,      /* memory that shows files */
    VOLUME_KILL,     /* writers that are killed anywhere */
    VOLUME_CACHE,    /* which blocks stay in core */
    VOLUME_TOOLS,    /* lines of tools */
    VOLUME_FSX,      /* one file, at random, against a copy */
    VOLUME_HOSTILE,  /* calls that no program means */
    VOLUME_PROGRAMS, /* programs on the disk */
    VOLUME_CASES
};

uint64_t case_files(void), case_old(void), case_share(void), case_map(void), case_kill(void),
    case_cache(void), case_tools(void), case_fsx(void), case_hostile(void), case_programs(void);
uint64_t case_numbers(void); /* of case_old */
uint64_t
program_on_disk(const char *const *argv); /* what a copy of this program on the disk does */

/* Gives back the line of a condition that does not hold. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

#endif
