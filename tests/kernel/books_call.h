/* SPDX-License-Identifier: MIT */
/* books_call.h -- a call that only exo's images of tests have: the kernel compares its books with
 * the page tables of all environments, and panics where they disagree. It is env_self with two
 * arguments. */
#ifndef TESTS_BOOKS_CALL_H
#define TESTS_BOOKS_CALL_H

#define BOOKS_MAGIC 0x5eed0b00c5ca11ed
#define BOOKS_BEGIN 1 /* from now on environments may die without a word */
#define BOOKS_CHECK 2
#define BOOKS_END   3

/* All environments but the first have only what this opens, and never see the secret. */
#define BOOKS_PRISON                                                                               \
    {                                                                                              \
        .rights = CAP_ALL, .valid = 1, .length = 1, .name = { 'p' }                                \
    }
#define BOOKS_SECRET 0x5ec2e75ec2e75ec2

#endif
