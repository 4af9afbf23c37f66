/* SPDX-License-Identifier: MIT */
/* measure.h -- sessions of measurement: the rows of kernel mode first, then those of the ring-3
 * program. */
#ifndef FLOOR_MEASURE_H
#define FLOOR_MEASURE_H

/* Runs what the boot words ask for, or talks to a person where they ask for nothing. Gives the
 * PROTOCOL_EXIT_ value to end with. */
unsigned measure_main(const char *words);

#endif
