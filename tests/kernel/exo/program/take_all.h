/* SPDX-License-Identifier: MIT */
/* take_all.h -- takes all there is of something, by the capability in slot 0. Each gives the error
 * that it met in the end. */
#ifndef TESTS_EXO_TAKE_ALL_H
#define TESTS_EXO_TAKE_ALL_H

long exhaust_frames(void);
/* Frames that the kernel uses for it: tables. */
long exhaust_kernel(void);
long exhaust_pins(void);
/* One frame, mapped 70,000 times: 0. */
#define EXHAUST_MAPPINGS 70000
long exhaust_mappings(void);

#endif
