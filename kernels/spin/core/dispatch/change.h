/* SPDX-License-Identifier: MIT */
/* change.h -- changes of what is bound to events. A change is any number of steps, on any number of
 * events, and happens as a whole or not at all: no raise sees a part of it, nor an older state
 * after a newer one. A handler is replaced by an uninstall and an install in one change (SPIN's
 * AtomicSwap); one step alone is a change, too:
 *
 *     struct change c;
 *     change_open(&c, THIS_MODULE, NULL);
 *     change_uninstall(&c, old);
 *     change_install(&c, event, &request, &binding);
 *     error = change_commit(&c);
 *
 * Steps may be asked for without looking at what they return: after one that is refused the others
 * do nothing, and change_commit gives the first refusal. A change is closed by change_commit or
 * change_abandon; until then others that open one wait (dispatcher.h), and the same strand is
 * refused a second (-E_BUSY). Handlers may make changes: the raise that runs them keeps what it
 * began with.
 *
 * Who changes is a module (module.h), and each step is allowed or refused (authority.h). */
#ifndef SPIN_DISPATCH_CHANGE_H
#define SPIN_DISPATCH_CHANGE_H

#include "spin/core/dispatch/step.h"

/* The credentials are between who asks and the authorizer; they may be null. */
void change_open(struct change *c, struct module *by, const void *credentials);

/* All of it happens, and 0; or nothing, and the first step's refusal, -E_NO_MEMORY, -E_EXISTS: the
 * orders of an event's bindings contradict each other, or -E_COST: a raise would take longer than
 * those who raise the event were told (struct event, `budget`). */
int change_commit(struct change *c);
void change_abandon(struct change *c);

/* Whatever the module has installed is withdrawn, without asking: it is unloaded. 0, or
 * -E_NO_MEMORY, and some of it is there still. */
int change_withdraw_all(struct module *module);

/* How many there were of any event: who keeps what a raise once gave sees by it that another raise
 * might give something else. It is counted where the change becomes a fact. */
extern uint64_t changes_made;

/* The event is no more, as one that was made at run time, or a test's: its cell holds the intrinsic
 * handler again, and all else is given back. */
void bindings_release(const struct event *event);

#endif
