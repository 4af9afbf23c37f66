/* SPDX-License-Identifier: MIT */
/* vectors.h -- floating point and vector registers: x87, SSE, AVX. The kernel saves none. A slice
 * begins with them in their first state, and CR0.TS set; the first use traps here, and from then on
 * they are the environment's. The next slice's beginning resets them. So nobody declares whether
 * he uses them, and while TS is set they hold nothing that speculation could read. */
#ifndef EXO_KERNEL_VECTORS_H
#define EXO_KERNEL_VECTORS_H

void vectors_init(void);

/* Somebody used them (TURN_VECTORS): they are in their first state again. */
void vectors_reset(void);

#endif
