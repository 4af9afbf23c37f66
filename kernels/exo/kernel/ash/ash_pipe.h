/* SPDX-License-Identifier: MIT */
/* ash_pipe.h -- stages that each do something to every word of a message, composed into one loop:
 * so the message is read once, whatever is done to it (Engler, Wallach, Kaashoek: ASHs, 1996,
 * "dynamic integrated layer processing"). The loop is this file's, and so are all stages but the
 * caller's own, which are proven one by one: what they can touch is their word and their state.
 *
 * Of the engine only; nothing of a machine. */
#ifndef EXO_KERNEL_ASH_PIPE_H
#define EXO_KERNEL_ASH_PIPE_H

#include "engine/jit.h"
#include "exo/abi.h"
#include "exo/kernel/env/proof.h"

/* A stage, with code that nobody changes any more. */
struct pipe_stage {
    enum exo_ash_stage kind;
    const uint8_t *code;
    uint64_t bytes;
};

/* Instructions of the whole: what is before and behind the loops, and five times a word of the
 * longest stages. */
#define PIPE_INSNS (16 + 5 * (8 + EXO_ASH_STAGES * (EXO_ASH_WORD_COST + 3)))

/* What composing takes: too much for the stack. */
struct pipe_work {
    struct proof proof;
    struct program own;
    uint32_t slots;
    uint64_t insn[PIPE_INSNS];
};

/* A program of `pipe(from, to, words, state)`, words of eight bytes, decoded into *program, for the
 * interpreter or the compiler. 0; -E_INVALID: no stage, more than EXO_ASH_STAGES, one twice that is
 * there once (SUM, STORE), or too much work for a word; -E_BAD_IMAGE: one's own is not proven, and
 * why says why; -E_NO_MEMORY. */
int pipe_compose(const struct pipe_stage *stage, unsigned count, const struct hooks *hooks,
                 struct pipe_work *work, struct program *program, struct report *why);

#endif
