/* SPDX-License-Identifier: MIT */
/* first_env.h -- the one environment that the kernel builds. Environments build all others. */
#ifndef EXO_KERNEL_FIRST_ENV_H
#define EXO_KERNEL_FIRST_ENV_H

/* Makes the environment of the component that the boot lists, with the capability for everything in
 * slot 0 and all frames that the kernel may use on its account, and begins its slice. A panic where
 * it cannot be. */
_Noreturn void first_env_start(void);

#endif
