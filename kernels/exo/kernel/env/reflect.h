/* SPDX-License-Identifier: MIT */
/* reflect.h -- reflection: an environment says which of its addresses make native calls, and every
 * other `syscall` comes back to it (struct exo_uarea, abi.h). That is all that the kernel knows of
 * programs that were written for another one.
 *
 * Such an environment has an entry of its own, so that nobody else pays for the question:
 *
 *   reflect_entry (reflect_entry.S) -> the environment's reflect_entry, or syscall_entered */
#ifndef EXO_KERNEL_REFLECT_H
#define EXO_KERNEL_REFLECT_H

#include <stdbool.h>

/* Whether `syscall` lands at reflect_entry: what the current environment wants. Whoever makes
 * another environment current sees to it (env_switch, transfer_entry.S). */
extern bool reflecting;

/* `syscall` lands where this environment wants it from now on. */
void reflect_switch(bool reflects);

#endif
