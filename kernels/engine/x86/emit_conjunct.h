/* SPDX-License-Identifier: MIT */
/* emit_conjunct.h -- what a guard of known form (guard_form.h) asks, as the instructions that ask
 * it: a comparison and a branch where it is an equality. A guard is its conjuncts, one after the
 * other. */
#ifndef ENGINE_EMIT_CONJUNCT_H
#define ENGINE_EMIT_CONJUNCT_H

#include "engine/conjunct.h"
#include "engine/x86/emit_body.h"

/* Goes on behind itself if the conjunct holds, else at the label. Arguments are where emit_body has
 * them, options as there. rax, r10, r11 and the flags are lost. */
void emit_conjunct(struct emitter *e, const struct conjunct *conjunct,
                   const struct body_argument argument[PARAMETERS],
                   const struct jit_options *options, uint32_t if_not);

/* The number that a source is, under a mask, into rax; r10, r11 and the flags are lost. */
void emit_source(struct emitter *e, const struct guard_source *source, uint64_t mask,
                 const struct body_argument argument[PARAMETERS],
                 const struct jit_options *options);

#endif
