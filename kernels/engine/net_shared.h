/* SPDX-License-Identifier: MIT */
/* net_shared.h -- one net for several programs that run in it one after the other, for who makes
 * their calls itself, as the code of a dispatcher does. It costs what begins with every run once;
 * a program in it some fifteen instructions.
 *
 *     net_shared_open(&s, nets);
 *     s.net.landing ...                              the owner's own, as __builtin_setjmp fills it
 * in net_shared_enter(&s, image, fuel, &report); result = image->code.entry(r1, ..., r5,
 * &s.activation); if (!net_shared_leave(&s)) net_shared_ended(&s);                      its fuel
 * was used up; the next one may be entered
 *     ...
 *   landing:
 *     net_shared_ended(&s);                          the program that was entered last has failed
 *
 * A program that fails by what it calls, or by a trap, lands; only the net's owner knows what lies
 * between the landing and the call. Nothing is closed: between two programs it is no run. */
#ifndef ENGINE_NET_SHARED_H
#define ENGINE_NET_SHARED_H

#include "engine/net.h"

#define NET_OWNER_WORDS 6

struct net_shared {
    struct net net;
    struct activation activation;
    struct nets *nets;
    uint64_t owner[NET_OWNER_WORDS]; /* its owner's: what its surroundings were like */
};

/* Field by field: what is held needs no zeros. */
static inline void net_shared_open(struct net_shared *s, struct nets *nets) {
    s->nets = nets;
    s->net.outer = nets->innermost;
    s->net.way = NET_COMPILED;
    s->net.argument = NULL;
    s->net.activation = &s->activation;
    s->net.held_count = 0;
}

static inline void net_shared_enter(struct net_shared *s, const struct image *image, uint64_t fuel,
                                    struct net_report *report) {
    s->net.image = image;
    s->net.report = report;
    s->activation.fuel = fuel;
    s->activation.fault = FAULT_NONE;
    s->nets->innermost = &s->net;
}

/* The program has returned. True: it ended by itself. */
static inline bool net_shared_leave(struct net_shared *s) {
    s->nets->innermost = s->net.outer;
    return s->activation.fault == FAULT_NONE;
}

/* The program that was entered last ended early: its report is filled in, and what it held is given
 * back. */
void net_shared_ended(struct net_shared *s);

/* The shared net that the innermost run is in, or null. */
struct net_shared *net_shared_innermost(const struct nets *nets);
/* The processor has refused an instruction of that run, and nobody within has caught it: lands. */
_Noreturn void net_shared_trap(struct net_shared *s, const struct net_trap *trap);

#endif
