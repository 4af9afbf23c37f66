/* SPDX-License-Identifier: MIT */
/* say.h -- what is wrong. */
#ifndef TESTS_CRASH_SAY_H
#define TESTS_CRASH_SAY_H

/* One line, which stays until the next call. */
const char *say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
