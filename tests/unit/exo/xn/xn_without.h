/* SPDX-License-Identifier: MIT */
/* xn_without.h -- XN with all its rules, or at will without one: included before each of its
 * sources, which are compiled with -DWITHOUT=CHOSEN. */
#ifndef TESTS_XN_WITHOUT_H
#define TESTS_XN_WITHOUT_H

extern int xn_without; /* 0, or a number of exo/defence.h */
#define DEFENCE_CHOSEN xn_without

#endif
