/* SPDX-License-Identifier: MIT */
/* account.h -- the frames that the kernel uses for an environment, counted in its entry of the
 * exposed table: page tables, u-area, access lists, predicates. */
#ifndef EXO_KERNEL_ACCOUNT_H
#define EXO_KERNEL_ACCOUNT_H

#include "exo/abi.h"
#include "machine/types.h"

/* One more frame for an account, or -E_QUOTA; `count` more; and fewer. */
int account_charge(struct exo_env *account);
int account_charge_all(struct exo_env *account, unsigned count); /* or none of them */
void account_release(struct exo_env *account, unsigned count);
/* A frame with undefined contents on the account: -E_QUOTA, -E_NO_MEMORY.
 * Decides frame: what the kernel takes for its own tables is the lowest that is free. */
int account_frame(struct exo_env *account, paddr_t *frame);

/* The environment of this account is gone. What outlives it is on the account of the first
 * environment from now on, whose entry begins the table. */
void account_outlive(struct exo_env *account);
/* account_release for the environment `id`, which had this account and may be gone. */
void account_release_of(struct exo_env *account, uint32_t id, unsigned count);

#endif
