/* SPDX-License-Identifier: MIT */
/* failure.h -- why a function gave up: an exit status and the sentence for the user, handed back
 * rather than printed, so that tests and fuzzers can call what a command would end with.
 *
 *     struct failure why;
 *     if (!run_load(dir, &why))
 *         give_up(&why); */
#ifndef HARNESS_FAILURE_H
#define HARNESS_FAILURE_H

struct failure {
    int status;     /* an enum status; 0: nothing failed */
    char text[600]; /* what, where, how to mend it; cut if longer */
};

/* Fills *WHY and gives STATUS back. */
int failure_set(struct failure *why, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same after a system call on PATH failed, errno telling why: 43 where there is no space (or
 * quota, or file size) left, else 42. DOING is what was tried: "write". */
int failure_set_errno(struct failure *why, const char *doing, const char *path);

#endif
