/* SPDX-License-Identifier: MIT */
/* web_status.h -- what GET /status of web.c gives. */
#ifndef EXO_APPS_WEB_STATUS_H
#define EXO_APPS_WEB_STATUS_H

#include <stdint.h>

/* Writes it, as far as there is room: how many bytes. No system call is made. */
uint32_t web_status(char *to, uint32_t room);

#endif
