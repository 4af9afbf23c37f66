/* SPDX-License-Identifier: MIT */
/* disk_sleep.h -- the end of a request without a call that waits for it: a wakeup predicate reads
 * the request's word, and whoever is ready has the processor until then. */
#ifndef EXO_LIBOS_DISK_SLEEP_H
#define EXO_LIBOS_DISK_SLEEP_H

#include <stdint.h>

/* Sleeps until one of these words, which requests tell, is not 0: which one, by its number from 0
 * on. -E_TOO_LONG: more than DISK_SLEEP_MOST; the kernel's errors. */
#define DISK_SLEEP_MOST 8
long disk_sleep(const volatile uint64_t *const words[], unsigned count);

#endif
