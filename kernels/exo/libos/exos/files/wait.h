/* SPDX-License-Identifier: MIT */
/* wait.h -- waiting for files, by poll.c. */
#ifndef EXO_LIBOS_EXOS_WAIT_H
#define EXO_LIBOS_EXOS_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* Until the descriptor is ready for this, or it makes no sense to wait. 0; -E_INTERRUPTED: a signal
 * came that ends a wait. */
long files_wait(int fd, unsigned wanted);
bool files_is_ready(int fd, unsigned wanted);
/* Until this counter of changes is not any more what was seen. */
long files_wait_change(const volatile uint64_t *event, uint64_t seen);

#endif
