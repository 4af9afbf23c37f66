/* SPDX-License-Identifier: MIT */
/* ash_others.h -- for checks of handlers: another environment, which has a handler
 * (program/ash_attack.h). */
#ifndef TESTS_EXO_ASH_OTHERS_H
#define TESTS_EXO_ASH_OTHERS_H

#include "../program/ash_attack.h"
#include "ash.h"

/* Another one, with a handler that does this; whether it loops in its slices, or gives them to this
 * one; who may send messages to the handler. Its id; the check fails if there is none. */
uint64_t other_new(struct check *c, uint64_t does, bool spins, struct cap who);
/* What its u-area says. */
uint64_t other_said(uint64_t id, unsigned n);

/* Its region, here. */
#define THEIRS ((volatile uint64_t *)page(PAGES))
void other_show(uint64_t id);
void other_hide(void);

/* Until all of it is gone. */
void other_bury(uint64_t id);

/* As net_begin; the tables that another's creation takes are there then. */
bool others_begin(struct check *c);

#endif
