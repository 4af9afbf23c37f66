/* SPDX-License-Identifier: MIT */
/* ash_run.h -- application-specific handlers: verified code of an environment's that runs where a
 * frame of its arrived, or a message to it, whether it runs or not (exo/ash.h has the programmer's
 * side). It touches the frame and its owner's region, which is pinned and reached by the kernel's
 * map of all memory; it ends within a proven number of instructions; it is charged to its owner.
 *
 *   net_deliver (net_io.c) -> filter_handler: arrived() -> the handler -> ash_send -> the device
 *                                                                     -> declines: the ring
 *
 * (Wallach, Engler, Kaashoek: ASHs, SIGCOMM '96; Xok's ash.c.) */
#ifndef EXO_KERNEL_ASH_RUN_H
#define EXO_KERNEL_ASH_RUN_H

#include "engine/domain.h"
#include "engine/load.h"
#include "exo/ash.h"
#include "exo/kernel/ash/ash_pipe.h"
#include "exo/kernel/env/env.h"

struct ash {
    uint32_t id, env;
    struct env *owner; /* as long as it is `env` */
    code_entry *entry; /* of `code` */
    uint8_t *region;
    uint32_t pages;
    struct exo_frame *first;          /* the region's */
    struct cap opened[EXO_ASH_PAGES]; /* their access lists, as the holder opened them last */
    struct cap holder, who;           /* `who`: may send it messages; invalid: nobody */
    uint64_t owed;                    /* TSC ticks that it took in slices of others */
    uint64_t refused;                 /* 1 + the position in whose slice it could not pay */
    struct exo_env *account;
    uint32_t frames; /* on it */
    struct code code, pipe[EXO_ASH_PIPES];
};

/* What a handler wants to be; its object is in ash_work.bytes. */
struct ash_request {
    uint64_t bytes, first, pages;
    struct cap holder, who;
};

/* What making one takes, and its pipes: too much for the stack. */
struct ash_work {
    struct report why;
    struct typing typing;
    struct load load;
    struct kind_description description;
    struct pipe_work pipe;
    uint8_t bytes[EXO_FUNCTION_BYTES]; /* a copy, which its owner cannot change any more */
};

/* At start, once there are interfaces. */
void ash_init(void);
/* Makes one of e's. The errors of sys_ash_set; of -E_BAD_IMAGE w->why has the reason. */
int ash_make(struct env *e, const struct ash_request *q, struct ash_work *w, struct ash **made);
/* The one with this id, or null. */
struct ash *ash_find(uint64_t id);
void ash_free(struct ash *a);
/* So many frames more for what it keeps. -E_QUOTA, and none of them. */
int ash_charge(struct ash *a, uint64_t bytes);

/* Runs it on a frame, or a message, of so many bytes at the beginning of EXO_ASH_FRAME; what is
 * behind them is its own if `clean`. What it gives; 0, too: it may not run. */
uint64_t ash_run(struct ash *a, uint8_t *frame, uint32_t bytes, uint64_t from, bool clean);

/* The pages of what handlers send. -E_NO_MEMORY. */
int ash_send_begin(void);

/* The one that runs, and what it runs on. */
struct ash_running {
    struct ash *ash;
    uint8_t *frame;
    uint32_t bytes;
};
extern struct ash_running ash_now;

/* A new domain of what handlers may call (ash_exports.c), for ash_init(). */
struct domain *ash_exports(void);

#endif
