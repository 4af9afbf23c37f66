/* SPDX-License-Identifier: MIT */
/* env_own.h -- words of struct cpu's `own` that the fast entries use; assembly includes it. */
#ifndef EXO_KERNEL_ENV_OWN_H
#define EXO_KERNEL_ENV_OWN_H

#define ENV_OWN_UAREA 0 /* the current environment's u-area, by the direct map */

#endif
