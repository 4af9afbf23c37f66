/* SPDX-License-Identifier: MIT */
/* disk_handler.c -- see disk_handler.h. */
#include "exo/kernel/disk/disk_handler.h"

#include "common/engine.h"
#include "engine/jit.h"
#include "exo/kernel/env/proof.h"
#include "exo/kernel/memory/account.h"
#include "machine/memory/heap.h"
#include "machine/user/user.h"

#define STACK_MAX 512

/* The block's number, and how many blocks were read before it: the next one's; 0: that was all. */
typedef uint64_t handler_entry(const void *block, uint64_t number, uint64_t before);

static struct disk_handler {
    uint32_t env; /* whose; 0: nobody's */
    struct exo_env *account;
    uint32_t frames; /* on it */
    struct code code;
} handlers[EXO_DISK_HANDLERS];

static struct disk_handler *find(const struct env *e) {
    for (struct disk_handler *h = handlers; h < handlers + EXO_DISK_HANDLERS; h++)
        if (h->env == e->seen->id)
            return h;
    return NULL;
}

bool disk_handler_is(const struct env *e) {
    return find(e);
}

bool disk_handler_step(struct disk_io *io) {
    const struct env *e = env_find(io->env);
    const struct disk_handler *h = e ? find(e) : NULL;
    const struct exo_disk *seen = io->of->seen;
    if (!h || (io->step + 1 >= io->frames && DEFENDED(ASH_FRAMES)))
        return false;
    handler_entry *entry = (handler_entry *)(void (*)(void))h->code.entry;
    uint64_t next =
        entry(direct(io->piece[io->step].at), io->r.sector / DISK_BLOCK_SECTORS, io->step);
    if (!next)
        return false;
    io->r.sector = next * DISK_BLOCK_SECTORS;
    if (DEFENDED(ASH_RIGHT) && (next >= seen->blocks || !io->still(io))) {
        io->step++; /* so many were read */
        io->r.result = DISK_FAILED;
        return false;
    }
    io->r.piece = &io->piece[++io->step];
    io->seen->block = (uint32_t)next;
    return true;
}

static void release(struct disk_handler *h) {
    if (h->code.entry)
        jit_release(&h->code, &engine_hooks);
    account_release_of(h->account, h->env, h->frames);
    *h = (struct disk_handler){0};
}

/* Those of environments that have ended are gone. */
static void sweep(void) {
    for (struct disk_handler *h = handlers; h < handlers + EXO_DISK_HANDLERS; h++)
        if (h->env && !env_find(h->env))
            release(h);
}

static struct disk_handler *place(void) {
    for (struct disk_handler *h = handlers; h < handlers + EXO_DISK_HANDLERS; h++)
        if (!h->env)
            return h;
    return NULL;
}

/* Too much for the stack. */
struct setting {
    uint8_t code[EXO_PREDICATE_BYTES]; /* a copy, which does not change under our eyes */
    struct program program;
    struct proof proof;
    struct report why;
};

static int prove(struct setting *p, uint64_t bytes, struct code *code) {
    static const struct jit_options plain;
    const struct kind kind = {
        .name = "disk handler",
        .entry = {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ, .bytes = EXO_DISK_BLOCK},
                                {.kind = SHAPE_NUMBER},
                                {.kind = SHAPE_NUMBER}},
                  .result = {.kind = SHAPE_NUMBER}},
        .demands = FUNCTIONAL | DETERMINISTIC | BOUNDED,
        .budget = EXO_DISK_HANDLER_COST,
        .stack_max = STACK_MAX};
    int error = proof_of(&p->program, p->code, bytes, &kind, &engine_hooks, &p->proof, &p->why);
    if (error)
        return error;
    return jit_compile(&p->program, &engine_hooks, &plain, code) ? 0 : -E_NO_MEMORY;
}

/* On the account of e, in the place of what it had. */
static int install(const struct env *e, struct code *code) {
    const uint32_t frames = (uint32_t)(page_round_up(code->memory.bytes) / PAGE_SIZE);
    int error = account_charge_all(e->seen, frames);
    const uint32_t charged = error ? 0 : frames;
    struct disk_handler *h = find(e);
    if (!error && h)
        release(h);
    if (!error && !(h = place()))
        error = -E_FULL;
    if (error) {
        account_release(e->seen, charged);
        jit_release(code, &engine_hooks);
        return error;
    }
    *h = (struct disk_handler){e->seen->id, e->seen, frames, *code};
    return 0;
}

static int set(struct setting *p, uint64_t from, uint64_t bytes) {
    struct code code = {0};
    int error = copy_from_user(p->code, from, bytes);
    if (error)
        return error;
    error = prove(p, bytes, &code);
    program_release(&p->program, &engine_hooks);
    return error ? error : install(env_current, &code);
}

/* What chained reads of the caller's go on with is this code from now on: instructions of RFC 9669,
 * of `unsigned long next(const void *block, unsigned long number, unsigned long before)`. Without
 * code it has none. When it is refused the one before stays. -E_TOO_LONG: the code; -E_FAULT;
 * -E_BAD_IMAGE: it is not proven, and why stands at text, EXO_FUNCTION_TEXT bytes, if that is not
 * 0; -E_FULL: EXO_DISK_HANDLERS have one; -E_QUOTA, -E_NO_MEMORY. */
long sys_disk_handler(uint64_t code, uint64_t bytes, uint64_t text) {
    struct disk_handler *h = find(env_current);
    sweep();
    if (!bytes) {
        if (h)
            release(h);
        return 0;
    }
    if (bytes > EXO_PREDICATE_BYTES)
        return -E_TOO_LONG;
    struct setting *p = heap_alloc(sizeof *p);
    if (!p)
        return -E_NO_MEMORY;
    long error = proof_tell(set(p, code, bytes), &p->why, text);
    heap_free(p, sizeof *p);
    return error;
}
