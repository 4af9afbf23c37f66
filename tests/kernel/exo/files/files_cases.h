/* SPDX-License-Identifier: MIT */
/* files_cases.h -- what the program `files` does, by its argument. Its exit status is 0, or the
 * line of what did not hold. */
#ifndef TESTS_EXO_FILES_CASES_H
#define TESTS_EXO_FILES_CASES_H

#include <stdint.h>

enum files_case {
    FILES_POSIX,  /* what a file's calls do, and their errors */
    FILES_NAMES,  /* directories, links, renaming, mounts */
    FILES_TYPES,  /* devices and the boot archive */
    FILES_SHARED, /* what a child has of its parent's descriptors, and what is left of the killed */
    FILES_PIPE,   /* processes at both ends of pipes, and ends that are killed */
    FILES_POLL,   /* sleeping for any of many descriptors */
    FILES_SPOIL,  /* a process that spoils what all share */
    FILES_GIVE,   /* pages that are asked back in the middle of a copy */
    FILES_PAGER,  /* memory larger than its frames */
    FILES_MAP,    /* memory: anonymous, shared, of files */
    FILES_PAGER_DISK,  /* memory whose pages go to a disk */
    FILES_PAGER_FULL,  /* twice the machine's memory */
    FILES_PAGER_ENDS,  /* whose blocks are whose, also after a death */
    FILES_PAGER_ASKED, /* pages that are asked back go there */
    FILES_EXEC,        /* what the next program has */
    FILES_CASES        /* that program: it is given so many strings */
};

uint64_t case_posix(void), case_names(void), case_types(void), case_shared(void),
    case_file_pipe(void), case_poll(void), case_spoil(void), case_pager(void), case_give(void),
    case_exec(void), case_executed(void), case_map(void), case_pager_disk(void),
    case_pager_full(void), case_pager_ends(void), case_pager_asked(void);

/* What stood above the case in the program's argument. */
extern uint64_t files_argument;

#define FILES_ASKED  32  /* pages that FILES_GIVE is asked for... */
#define FILES_SLICES 100 /* ...after so many slices */

/* Gives back the line of a condition that does not hold. */
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

#endif
