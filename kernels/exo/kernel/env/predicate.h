/* SPDX-License-Identifier: MIT */
/* predicate.h -- a wakeup predicate: code of an environment's that says whether it is to go on. It
 * is proven to read nothing but its variables, which are checked and pinned when it is made, and
 * to end. (Kaashoek et al., SOSP '97, 4.1.) */
#ifndef EXO_KERNEL_PREDICATE_H
#define EXO_KERNEL_PREDICATE_H

#include "engine/base/report.h"
#include "exo/kernel/memory/space.h"

struct predicate;

/* By what right variables are read. */
struct reader {
    const struct space *space; /* their addresses are in it */
    struct exo_env *account;   /* who is charged */
    const struct cap *cap;     /* EXO_CAPS of them */
    vaddr_t uarea;
};

/* What nobody else can change any more. */
struct predicate_request {
    const uint8_t *code;
    uint64_t bytes;
    const struct exo_variable *variable;
    uint32_t count; /* at most EXO_VARIABLES */
    bool interpreted;
};

/* Makes one. The errors of sys_predicate_set (wakeup.c); of -E_BAD_IMAGE why->text has the
 * reason. */
int predicate_make(const struct reader *r, const struct predicate_request *q, struct report *why,
                   struct predicate **made);
/* Gives code, pins and what was charged back; p may be null. */
void predicate_free(struct predicate *p, struct exo_env *account);

/* What it says now: a tag; 0: not yet; EXO_TAG_LOST: a variable may not be read any more. */
uint64_t predicate_evaluate(struct predicate *p);

/* Whether a variable was declared with a capability under `what`. */
bool predicate_is_under(const struct predicate *p, struct cap what);

#endif
