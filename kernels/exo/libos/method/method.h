/* SPDX-License-Identifier: MIT */
/* method.h -- protected methods: the procedures of an abstraction that does not trust its callers.
 * They run in an environment of their own, which has no time but its callers'. What it holds, its
 * pages and its capabilities, is in view from the transfer to the reply, and no longer
 * (docs/exo/ipc.md). */
#ifndef EXO_LIBOS_METHOD_METHOD_H
#define EXO_LIBOS_METHOD_METHOD_H

#include "exo/libos/ipc/transfer.h"

/* Calls: word[0] of m says which method, and is what it gave when this returns 0. Who finds it in
 * the middle of a call of another's, who may be gone, gives it the time to end that. -E_DEAD: there
 * is no such environment any more; -E_PERM; or what transfer_interrupted gave. */
long method_call(uint64_t env, struct message *m);

/* This environment is an abstraction from now on: fn is called for each message, and what it leaves
 * there is the reply. A trap in fn is replied to with -E_FAULT, and fn given up. */
_Noreturn void method_serve(void (*fn)(struct message *m));

#endif
