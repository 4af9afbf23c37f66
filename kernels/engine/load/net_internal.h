/* SPDX-License-Identifier: MIT */
/* net_internal.h -- a run under way, for net.c and references.c only. */
#ifndef ENGINE_NET_INTERNAL_H
#define ENGINE_NET_INTERNAL_H

#include "engine/net.h"

/* What net_root holds is given back by this, which does nothing. */
void net_leave_root(void *variable);

/* The program that holds the address in its code, this one or, at any distance, one that it is
 * linked to, and the slot; or null. */
const struct image *net_image_at(const struct image *image, uintptr_t address, uint32_t *slot);

/* For net_shared.c: how a run lands; notes a trap, or what the program noticed by itself; the one
 * exit of a run that ended early. */
_Noreturn void net_land(struct net *n);
void net_note_trap(struct net *n, const struct net_trap *trap);
void net_note_fault(struct net *n);
void net_exit(struct nets *nets, struct net *n);

#endif
