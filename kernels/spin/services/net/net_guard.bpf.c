/* SPDX-License-Identifier: MIT */
/* net_guard.bpf.c -- is this packet for the handler? The dispatcher sees in it comparisons with
 * constants of the closure, and finds the handler by the key, however many there are. */
#include "spin/services/net/net_guard.h"

net_guard_fn is_key, is_in_range;

__attribute__((section("guard"), used)) _Bool is_key(const struct key_range *mine,
                                                     struct packet *packet, unsigned long key,
                                                     struct outgoing *reply) {
    (void)packet, (void)reply;
    return key == mine->low;
}

__attribute__((section("guard"), used)) _Bool is_in_range(const struct key_range *mine,
                                                          struct packet *packet, unsigned long key,
                                                          struct outgoing *reply) {
    (void)packet, (void)reply;
    return key >= mine->low && key <= mine->high;
}
