/* SPDX-License-Identifier: MIT */
/* connection_attacks.h -- what the program `attacker` does with connections, by its first argument,
 * in a boot with two interfaces on a wire; the second argument is a port at the second one. */
#ifndef TESTS_SPIN_CONNECTION_ATTACKS_H
#define TESTS_SPIN_CONNECTION_ATTACKS_H

#include <stdint.h>

enum connection_attack {
    CONNECTION_ATTACK_FIRST = 4000,
    CONNECTION_HOLDS = CONNECTION_ATTACK_FIRST, /* connects, and reads until its end */
    CONNECTION_WRITES,  /* connects, and writes without end; exits with the error */
    CONNECTION_LEAVES,  /* connects, writes CONNECTION_LEFT bytes, and exits */
    CONNECTION_CLOSES,  /* none: connects, sends no more, and reads to the end: what that gave */
    CONNECTION_GUESSES, /* tries all numbers: how many of them were somebody's */
    CONNECTION_BESIDE   /* closes what a thread of it reads: what that thread was told */
};

#define CONNECTION_LEFT 5000

uint64_t connection_attack(uint64_t what, uint64_t port);

#endif
