/* SPDX-License-Identifier: MIT */
/* kernel_session.h -- a kernel's side of sessions of measurement (measure/session.h): this image's
 * rows, on the serial line. */
#ifndef COMMON_KERNEL_SESSION_H
#define COMMON_KERNEL_SESSION_H

#include "lib/boot_list.h"
#include "measure/session.h"

extern struct session_kernel kernel_session;

void kernel_session_init(const char *system);

/* session_lead() of it. */
int kernel_session_lead(enum session_phase phase, const char *words);

/* session_main() for each program that the boot lists (archive.h), in order, its arguments
 * added to the boot command line. PROTOCOL_EXIT_DONE where all gave that, else what the first
 * other one did. */
unsigned kernel_session_each(const struct session *s, const char *booted_with);

/* Whose session it is: for s->program. */
extern const struct component *kernel_session_component;

#endif
