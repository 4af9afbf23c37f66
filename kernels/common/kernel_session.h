/* SPDX-License-Identifier: MIT */
/* kernel_session.h -- a kernel's side of sessions of measurement (measure/session.h): this image's
 * rows, on the serial line. */
#ifndef COMMON_KERNEL_SESSION_H
#define COMMON_KERNEL_SESSION_H

#include "measure/session.h"

extern struct session_kernel kernel_session;

void kernel_session_init(const char *system);

/* session_lead() of it. */
int kernel_session_lead(enum session_phase phase, const char *words);

#endif
