/* SPDX-License-Identifier: MIT */
/* books_call.h -- a call that only exo's images of tests have: env_self with three arguments. The
 * kernel compares its books with the page tables of all environments, and panics where they
 * disagree; and it makes life harder for itself. */
#ifndef TESTS_BOOKS_CALL_H
#define TESTS_BOOKS_CALL_H

#define BOOKS_MAGIC 0x5eed0b00c5ca11ed
/* The second argument. */
#define BOOKS_BEGIN 1 /* from now on environments may die without a word */
#define BOOKS_CHECK 2
#define BOOKS_END   3 /* gives the bytes of the kernel's heap that are in use */
/* From now on, for all environments but the first: with the bit BOOKS_ONCE in the third argument
 * what the kernel copies from one of them is another there afterwards; with BOOKS_SCARCE one of its
 * own allocations in eight fails. */
#define BOOKS_HARDER 4
#define BOOKS_ONCE   1
#define BOOKS_SCARCE 2
/* The n-th of the kernel's allocations from now on fails, n being the third argument; 0: none.
 * Gives how many of the last n were not reached. */
#define BOOKS_FAIL 5
/* A number that tells how much of everything is in use. */
#define BOOKS_STATE 6
/* The books are compared, whoever there is. */
#define BOOKS_AGREE 8
/* The heap has pieces of each size from now on, so many that no call needs another page for them:
 * such a page stays the heap's, and would count as changed. */
#define BOOKS_WARM 9
/* How often a call of disks was answered so: its number << 32, and E_NONE or the error. */
#define BOOKS_ANSWERS 10
/* The longest that an interrupt took for frames that had arrived since this was asked last, in
 * ticks of the TSC. */
#define BOOKS_ARRIVALS 11
/* A slice began with the secret in a register. */
#define BOOKS_REGISTER 7

/* All environments but the first have only what this opens, and never see the secret. */
#define BOOKS_PRISON                                                                               \
    {                                                                                              \
        .rights = CAP_ALL, .valid = 1, .length = 1, .name = { 'p' }                                \
    }
/* A part of it, whose capabilities open none of the others. In this one nobody may hand any on. */
#define BOOKS_CELL(n, may)                                                                         \
    {                                                                                              \
        .rights = (may), .valid = 1, .length = 2, .name = { 'p', (n) }                             \
    }
#define BOOKS_WEAK   3
#define BOOKS_SECRET 0x5ec2e75ec2e75ec2ul

#endif
