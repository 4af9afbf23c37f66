/* SPDX-License-Identifier: MIT */
/* verified.c -- see verified.h. */
#include "spin/core/verified.h"

#include "lib/error.h"

/* Does it call what others have made, which may end it or give it something to hold? */
static bool calls_others(const struct program *p) {
    for (uint32_t i = 0; i < p->slots; i++)
        if (p->insn[i].op == OP_CALL_STATIC)
            return true;
    return false;
}

int verified_handler(const struct load_program *program, const struct typing *kind,
                     struct procedure *handler) {
    const struct image *image = &program->image;
    if (program->kind != kind || !image_is_runnable(image) || !image->compiled)
        return -E_INVALID;
    if (image->program.metered || calls_others(&image->program))
        return -E_INVALID;
    *handler = (struct procedure){.entry = (event_fn *)image->code.entry};
    return 0;
}

int verified_guard(const struct load_program *program, const struct typing *kind,
                   struct procedure *guard) {
    if (!(program->image.facts.proven & FUNCTIONAL))
        return -E_INVALID;
    return verified_handler(program, kind, guard);
}
