/* SPDX-License-Identifier: MIT */
/* checker.h -- the command that judges a state.
 *
 * It is run with the image's path behind its words; exit status 0 says that the state is good. Its
 * environment has CRASHDISK_TORN (1 where a write is torn, else 0), CRASHDISK_FLUSHES (how many
 * flushes had ended: what was written before them must be there) and CRASHDISK_STATE (its number).
 * It may change the image.
 *
 * As a *server* it is run once. It reads a line "NUMBER TORN FLUSHES" for each state, the image
 * being that state then, and answers with a line: "good", or anything else, which says what is
 * wrong. It leaves the image as it is. Where it ends instead, the state is bad, and it is run
 * again. */
#ifndef CRASHDISK_CHECKER_H
#define CRASHDISK_CHECKER_H

#include "hash_set.h"

#include <sys/types.h>

struct checker {
    char **words; /* null-ended, the image's path their last */
    double seconds;
    bool server;
    pid_t pid; /* of a server that runs; else 0 */
    int to, from;
};

/* WORDS and PATH stay the caller's. */
void checker_open(struct checker *c, char *const *words, const char *path, bool server,
                  double seconds);
/* What is wrong with the state that the image is, of that number: a new string, null where it is
 * good. */
char *checker_judge(struct checker *c, uint64_t number, const struct seen_state *state);
void checker_close(struct checker *c);

#endif
