/* SPDX-License-Identifier: MIT */
/* ash_calls.c -- see ash_calls.h. What a caller names is copied before it is looked at. */
#include "exo/kernel/ash/ash_calls.h"

#include "common/engine.h"
#include "exo/defence.h"
#include "exo/kernel/ash/ash_run.h"
#include "exo/kernel/ash/ash_pipe.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/net/net_calls.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/user/user.h"

/* The caller has one handler more: the function `ash` of this object, with a region (EXO_ASH_HOW)
 * of page frames that the capability in the slot `holder` opens, to be written; they are pinned
 * while there is the handler. Who dominates `who`, a capability, with the right to write, may send
 * messages to it; 0: nobody. Its id; -E_TOO_LONG: object or region; -E_INVALID: no page; -E_FAULT;
 * -E_PERM: holder or frames; -E_BAD_IMAGE: refused, and why stands at `text`, EXO_FUNCTION_TEXT
 * bytes, if that is not 0; -E_FULL: EXO_ASHES_OF of the caller's, EXO_ASHES of all, or a frame's
 * pins; -E_BUSY: only pins hold a frame; -E_QUOTA; -E_NO_MEMORY. */
long sys_ash_set(uint64_t how, uint64_t code, uint64_t bytes, uint64_t who, uint64_t text) {
    uint64_t holder = how & 0xff;
    struct ash *a = NULL;
    if (holder >= EXO_CAPS)
        return -E_PERM;
    if (bytes > EXO_FUNCTION_BYTES)
        return -E_TOO_LONG;
    struct ash_work *w = heap_alloc(sizeof *w);
    if (!w)
        return -E_NO_MEMORY;
    long error = copy_from_user(w->bytes, code, bytes);
    const struct ash_request q = {.bytes = bytes,
                                  .first = how >> 16,
                                  .pages = how >> 8 & 0xff,
                                  .holder = env_current->cap[holder],
                                  .who = cap_of(who)};
    if (!error)
        error = proof_tell(ash_make(env_current, &q, w, &a), &w->why, text);
    heap_free(w, sizeof *w);
    return error ? error : (long)a->id;
}

static struct ash *own(uint64_t id) {
    struct ash *a = ash_find(id);
    return a && (a->env == env_current->seen->id || !DEFENDED(ASH_OWN)) ? a : NULL;
}

/* The caller's handler is gone; frames of filters that it was bound to go to their rings.
 * -E_NOT_FOUND. */
long sys_ash_drop(uint64_t id) {
    struct ash *a = own(id);
    if (!a)
        return -E_NOT_FOUND;
    ash_free(a);
    return 0;
}

/* What a filter's frames go to first is this handler of the caller's from now on; 0: none. By the
 * capability in `slot`, which opens the filter. -E_NOT_FOUND: filter or handler; -E_PERM. */
long sys_ash_bind(uint64_t slot, uint64_t filter, uint64_t id) {
    struct filter *f;
    int error = net_filter_named(slot, filter, &f);
    if (error)
        return error;
    const struct ash *a = id ? own(id) : NULL;
    if (id && !a)
        return -E_NOT_FOUND;
    f->ash = (uint32_t)id;
    f->seen->ash_env = a ? a->env : 0;
    return 0;
}

/* --- Pipes --- */

/* The stages at this address of the caller's, with their code in w->bytes. */
static int copy_stages(struct ash_work *w, uint64_t from, uint64_t count,
                       struct pipe_stage to[EXO_ASH_STAGES]) {
    struct exo_ash_stage_of s[EXO_ASH_STAGES];
    int error = copy_from_user(s, from, count * sizeof *s);
    uint64_t used = 0;
    for (uint64_t i = 0; i < count && !error; i++) {
        uint64_t bytes = s[i].kind == EXO_ASH_OWN ? s[i].bytes : 0;
        if (s[i].kind > EXO_ASH_OWN || bytes > EXO_ASH_WORD_COST * 8)
            return -E_INVALID;
        to[i] = (struct pipe_stage){(enum exo_ash_stage)s[i].kind, w->bytes + used, bytes};
        error = copy_from_user(w->bytes + used, s[i].code, bytes);
        used += bytes;
    }
    return error;
}

static int pipe_set(struct ash_work *w, struct ash *a, uint64_t pipe, uint64_t from,
                    uint64_t count) {
    static const struct jit_options plain;
    struct pipe_stage stage[EXO_ASH_STAGES];
    struct program p;
    struct code code = {0};
    int error = copy_stages(w, from, count, stage);
    if (!error)
        error = pipe_compose(stage, (unsigned)count, &engine_hooks, &w->pipe, &p, &w->why);
    if (error)
        return error;
    if (!jit_compile(&p, &engine_hooks, &plain, &code))
        error = -E_NO_MEMORY;
    program_release(&p, &engine_hooks);
    if (!error && (error = ash_charge(a, code.memory.bytes)))
        jit_release(&code, &engine_hooks);
    if (!error)
        a->pipe[pipe] = code;
    return error;
}

/* A pipe that the caller's handler has not had yet is this one: `count` stages (struct
 * exo_ash_stage_of), composed into one loop. -E_NOT_FOUND: handler; -E_EXISTS: it has that pipe;
 * -E_INVALID: no pipe, or stages that do not make one (pipe_compose); -E_FAULT; -E_BAD_IMAGE: a
 * stage is not proven, and why stands at `text`, as of ash_set; -E_QUOTA; -E_NO_MEMORY. */
long sys_ash_pipe_set(uint64_t id, uint64_t pipe, uint64_t stages, uint64_t count, uint64_t text) {
    struct ash *a = own(id);
    if (!a)
        return -E_NOT_FOUND;
    if (pipe >= EXO_ASH_PIPES || count > EXO_ASH_STAGES)
        return -E_INVALID;
    if (a->pipe[pipe].entry)
        return -E_EXISTS;
    struct ash_work *w = heap_alloc(sizeof *w);
    long error = w ? proof_tell(pipe_set(w, a, pipe, stages, count), &w->why, text) : -E_NO_MEMORY;
    heap_free(w, sizeof *w);
    return error;
}

/* --- Messages --- */

/* A handler runs on this message, at most EXO_ASH_BYTES, in the caller's slice, whether its owner
 * runs or not. What it gives; 0: it declined, or its owner has lost its region. -E_NOT_FOUND: no
 * such handler; -E_PERM: it takes no messages from who has the capability in `slot`; -E_TOO_LONG;
 * -E_FAULT. */
long sys_ash_message(uint64_t slot, uint64_t id, uint64_t from, uint64_t bytes) {
    static uint8_t message[EXO_ASH_FRAME];
    static uint32_t last; /* whose message was in it */
    struct ash *a = ash_find(id);
    if (!a)
        return -E_NOT_FOUND;
    struct cap needed = a->who;
    needed.rights = CAP_WRITE;
    if (DEFENDED(ASH_SENDER) && (!needed.valid || env_may(slot, needed)))
        return -E_PERM;
    if (bytes > EXO_ASH_BYTES)
        return -E_TOO_LONG;
    bool clean = last == a->id;
    last = 0;
    if (copy_from_user(message, from, bytes))
        return -E_FAULT;
    last = a->id;
    return (long)ash_run(a, message, (uint32_t)bytes, EXO_ASH_MESSAGE | env_current->seen->id,
                         clean);
}
