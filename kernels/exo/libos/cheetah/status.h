/* SPDX-License-Identifier: MIT */
/* status.h -- what GET /status gives. */
#ifndef EXO_LIBOS_CHEETAH_STATUS_H
#define EXO_LIBOS_CHEETAH_STATUS_H

#include <stdint.h>

/* Writes it, as far as there is room: how many bytes. No system call is made. */
uint32_t status_text(char *to, uint32_t room);

#endif
