/* SPDX-License-Identifier: MIT */
/* turn.h -- what an environment does while it has the processor and that ends when it has it no
 * more. A switch looks at one byte: who does none of it pays nothing. */
#ifndef EXO_KERNEL_TURN_H
#define EXO_KERNEL_TURN_H

#include <stdint.h>

enum env_turn {
    TURN_VECTORS = 1, /* it used vector registers (vectors.h) */
    TURN_UNTOLD = 2,  /* it sent frames of which devices have not heard (net/packet_send.c) */
};
extern uint8_t env_turn;
/* Devices hear of them; set where there are any. */
extern void (*env_tell)(void);
/* Does what is to be done, if env_turn is not 0. */
void env_turn_ends(void);

#endif
