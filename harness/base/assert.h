/* SPDX-License-Identifier: MIT */
/* assert.h -- what must be true whatever a user, a guest or a stranger's file does: a condition
 * that fails is a mistake of ours. Always on, in every build: the harness does nothing that an
 * assertion could slow down, and a figure that a broken harness wrote would be worse than none. */
#ifndef HARNESS_ASSERT_H
#define HARNESS_ASSERT_H

#define assert_that(condition)                                                                     \
    ((condition) ? (void)0 : assert_failed(__FILE__, __LINE__, #condition))

/* Says where and what, and aborts. */
_Noreturn void assert_failed(const char *file, int line, const char *condition);

#endif
