/* SPDX-License-Identifier: MIT */
/* measure.h -- sessions of measurement, led by an environment: the agent runs here, the sender
 * stays in the kernel. */
#ifndef EXO_LIBOS_MEASURE_H
#define EXO_LIBOS_MEASURE_H

#include <stdint.h>

#include "measure/console.h"

/* Runs what these words ask for, which are the boot command line, or talks to a person where they
 * ask for nothing, who has commands `more` then. Gives the PROTOCOL_EXIT_ value to end with. */
uint64_t measure_main(const char *words, const struct console_more *more);

#endif
