/* SPDX-License-Identifier: MIT */
/* measure.h -- sessions of measurement in an environment: the agent (measure/agent.h) runs here,
 * the framer stays in the kernel. */
#ifndef EXO_LIBOS_MEASURE_H
#define EXO_LIBOS_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* One session as the boot command line asks, and these words (measure/params.h), which add to it.
 * Gives the PROTOCOL_EXIT_ value to end with.
 */
uint64_t measure_session(const char *words, size_t length);

/* Writes all rows of this program as text. */
void measure_list(void);

#endif
