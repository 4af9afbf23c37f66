/* SPDX-License-Identifier: MIT */
/* ash_answers.h -- handlers that answer where a frame arrives, ready to be set (exo_ash_set): the
 * objects of this folder's *.bpf.c. */
#ifndef LIBOS_ASH_ANSWERS_H
#define LIBOS_ASH_ANSWERS_H

#include <stdint.h>

extern const uint8_t ash_icmp_answer[], ash_icmp_answer_end[]; /* echoes */
extern const uint8_t ash_udp_answer[], ash_udp_answer_end[];   /* datagrams come back */
extern const uint8_t ash_answer[], ash_answer_end[];           /* any frames do */
extern const uint8_t ash_count[], ash_count_end[];             /* frames are counted */
extern const uint8_t ash_copies[], ash_copies_end[];           /* and summed and copied */
extern const uint8_t ash_tally[], ash_tally_end[];             /* docs/writing-a-protocol.md's */
extern const uint8_t ash_forward[], ash_forward_end[];         /* a port that is another's */

#endif
