/* SPDX-License-Identifier: MIT */
/* measure.h -- sessions of measurement: the kernel's agent first, then the user process with its
 * own rows behind the kernel's. */
#ifndef SPIN_SERVICES_MEASURE_H
#define SPIN_SERVICES_MEASURE_H

/* Runs what the boot words ask for, or talks to a person where they ask for nothing. Gives the
 * PROTOCOL_EXIT_ value to end with. */
unsigned measure_main(const char *words);

#endif
