/* SPDX-License-Identifier: MIT */
/* kernel_session.h -- what sessions of measurement (measure/session.h) have in common in all
 * kernels that have rows of their own. */
#ifndef COMMON_KERNEL_SESSION_H
#define COMMON_KERNEL_SESSION_H

#include "measure/session.h"

/* A session of this image's rows on the serial line, without a user program. */
void kernel_session_init(struct session *session, const char *system);

#endif
