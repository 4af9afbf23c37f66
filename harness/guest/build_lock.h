/* SPDX-License-Identifier: MIT */
/* build_lock.h -- one exospin builds in a tree at a time: two makes would write each other's files.
 *
 * The lock is flock(2) on build/lock, so it ends with the process, however that ends, and a file
 * that is left behind holds nobody up. Its text names the holder: "process 4711, exospin run".
 * Where build/ cannot be written nothing is built either, and there is no lock. */
#ifndef HARNESS_BUILD_LOCK_H
#define HARNESS_BUILD_LOCK_H

#include "base/failure.h"

/* Takes the lock; while another has it, says for whom it waits. *lock becomes what build_unlock
 * wants. 0, or 128 + n with *why where signal n came meanwhile. */
int build_lock(int *lock, struct failure *why);
void build_unlock(int lock);

#endif
