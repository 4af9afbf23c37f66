/* SPDX-License-Identifier: MIT */
/* loading.h -- for checks that load extensions of the archive. */
#ifndef TESTS_SPIN_LOADING_H
#define TESTS_SPIN_LOADING_H

#include "measure/bench.h"
#include "spin/services/loader/loader.h"

/* Console.Key and the events of directories are as at boot, in the beginning and at the end, where
 * nothing is left that was not there: no extension, no byte of the heap. */
void loading_begin(void);
void loading_end(struct check *c);
/* Is no more of the heap used than in the beginning? */
bool loading_is_back(void);

/* A module of the image, which asks for names. */
extern struct module loading_asker;

/* Null: the check has failed, and says why. */
struct extension *loading_load(struct check *c, const char *name);
/* The check fails where it is not refused with this error, and this in what it says. */
void loading_expect_refused(struct check *c, const char *name, int error, const char *says);
/* The result of a function without arguments. */
uint64_t loading_call(struct check *c, const struct extension *e, const char *program);

#endif
