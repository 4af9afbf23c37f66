/* SPDX-License-Identifier: MIT */
/* inline.h -- guards and handlers whose bodies are placed in the code of a raise, in place of a
 * call: those that are verified programs (Pardyak and Bershad, OSDI '96, 3.2). */
#ifndef SPIN_DISPATCH_INLINE_H
#define SPIN_DISPATCH_INLINE_H

#include "engine/x86/emit_conjunct.h"
#include "spin/core/dispatch/binding/procedure.h"

/* Why the procedure's body cannot be placed, or null: it can. */
const char *inline_refusal(const struct procedure *procedure);

/* Can the guard be asked without a call? */
bool inline_guard_can(const struct held *guard);

/* Room that the guard, or handler, takes, at most; in the emitter's labels and bytes. */
uint32_t inline_labels(const struct held *held);
uint32_t inline_bytes(const struct held *held);

/* The arguments of the event that the body, or one conjunct of the guard's condition, looks at, a
 * bit each: those that must be in their registers (place.h). Where the event has fewer, the bits
 * behind its last mean nothing. */
uint8_t inline_reads(const struct procedure *procedure);
uint8_t inline_reads_conjunct(const struct procedure *procedure, const struct conjunct *conjunct);

/* The arguments as emit_body and emit_conjunct want them; the closure, if there is one, as a
 * constant. */
void inline_arguments(const struct procedure *procedure, unsigned arguments,
                      struct body_argument into[PARAMETERS]);
/* Does the body, or a conjunct of the condition, look at the closure itself? */
bool inline_reads_closure(const struct held *held);

#endif
