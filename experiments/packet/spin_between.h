/* SPDX-License-Identifier: MIT */
/* spin_between.h -- a router between the two wires that loses frames by a seed (protocol/impair.h):
 * the kernel's own way for segments, at interfaces 1 and 2. */
#ifndef PACKET_SPIN_BETWEEN_H
#define PACKET_SPIN_BETWEEN_H

enum { NEAR_NIC = 0, FAR_NIC = 3 }; /* whom it stands between */

/* From now on it loses `loss` of a hundred frames of each direction, until the end. */
void between_begin(unsigned loss);
void between_end(void);

#endif
