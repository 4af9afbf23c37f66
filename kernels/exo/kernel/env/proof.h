/* SPDX-License-Identifier: MIT */
/* proof.h -- code of an environment's is proven before it runs in the kernel. */
#ifndef EXO_KERNEL_PROOF_H
#define EXO_KERNEL_PROOF_H

#include "engine/verify.h"

/* What proving takes: too much for the stack. */
struct proof {
    struct facts facts;
    struct verdict verdict;
};

/* What a refusal by this rule is to its author: -E_NO_MEMORY, or -E_BAD_IMAGE. */
int proof_refused(enum rule rule);

/* Makes these instructions of RFC 9669 a program that is proven to be of this kind. 0; what
 * proof_refused gives, and why->text has the reason. */
int proof_of(struct program *program, const void *code, size_t bytes, const struct kind *kind,
             const struct hooks *hooks, struct proof *p, struct report *why);

/* Gives the result; if it is -E_BAD_IMAGE the reason goes to the caller's `text`, EXO_FUNCTION_TEXT
 * bytes, where that is not 0. -E_FAULT: it cannot. */
long proof_tell(long result, struct report *why, uint64_t text);

#endif
