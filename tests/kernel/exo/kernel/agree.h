/* SPDX-License-Identifier: MIT */
/* agree.h -- whether what the kernel notes agrees with the page tables of all environments, from
 * inside the kernel, which sees all of them. */
#ifndef TESTS_EXO_AGREE_H
#define TESTS_EXO_AGREE_H

#include "exo/abi.h"
#include "exo/kernel/env/env.h"

/* Each present entry of an environment's own, until fn gives a reason. */
typedef const char *agree_fn(const struct env *e, vaddr_t at, uint64_t entry, uint64_t arg);
const char *agree_each_entry(struct env *e, agree_fn *fn, uint64_t arg);

/* Null, or which of the books is wrong. Frees what ended environments had before it looks.
 *
 * - The present entries of all page tables are the mappings that frames list, that their counts of
 *   readers and writers, references and pins tell of, and that environments are said to have.
 * - None is writable and executable, none shows a frame that is free or the kernel's.
 * - What the kernel uses for an environment holds its tables and its u-area, and is no more than
 *   it may be. */
const char *books_disagree(void);

/* Null, or what has got out: every environment but the first is opened by this capability and holds
 * only what that dominates, has no frame that the first one has, and in none of its frames stands
 * the word `secret`. */
const char *books_leak(struct cap prison, uint64_t secret);

/* Frames that the kernel may use for all environments together: what one gets another loses. */
uint64_t books_kernel_most(void);

#endif
