/* SPDX-License-Identifier: MIT */
/* echo.h -- where the echo is: a port of UDP, and IEEE 802's first type for local experiments,
 * where the first byte says whether a frame asks or answers. */
#ifndef ECHO_H
#define ECHO_H

enum { PORT_ECHO = 7, ETHER_ECHO = 0x88b5, ECHO_ASKS = 8, ECHO_ANSWERS = 0 };

#endif
