/* SPDX-License-Identifier: MIT */
/* film_checks.h -- pictures for checks of films, and whether one of them is on the screen. */
#ifndef TESTS_SPIN_FILM_CHECKS_H
#define TESTS_SPIN_FILM_CHECKS_H

#include "net_checks.h"

enum { FILM_WIDTH = 64, FILM_HEIGHT = 48, FILM_ROOM = 16384 };

/* Picture `number` by QOI, below FILM_ROOM bytes; gives how many. */
uint32_t film_encode(uint8_t *to, unsigned number);
bool film_is_shown(unsigned number);
/* What is under way arrives. */
void film_settle(void);
/* As net_begin, where these two (or one; null) are going to be loaded. */
bool film_begin(struct check *c, const char *first, const char *second);

#endif
