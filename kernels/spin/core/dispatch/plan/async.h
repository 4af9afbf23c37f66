/* SPDX-License-Identifier: MIT */
/* async.h -- what a raise does not wait for: a handler, or the whole raise of an event (Pardyak and
 * Bershad, OSDI '96, 2.6). The raiser puts copies of the arguments down, and a strand of their own,
 * the worker, runs what is pending in that order, one after the other. So many may be pending, in
 * memory that is there from the beginning: a raise allocates nothing and takes no lock, wherever it
 * is made. One more is lost, and counted. */
#ifndef SPIN_DISPATCH_ASYNC_H
#define SPIN_DISPATCH_ASYNC_H

#include "spin/core/dispatch/plan/plan.h"

#define ASYNC_PENDING     16 /* may be pending, unless who asks says otherwise... */
#define ASYNC_PENDING_MAX 1024

struct async_job {
    struct plan *plan; /* of a raise, which keeps the list that it began with; else null */
    uint64_t subject;  /* whom the raiser acted for: so does the run */
    bool ready;
    uint64_t argument[EVENT_ARGUMENTS_MAX];
};

struct async {
    const struct event *event;
    struct held *handler; /* null: raises of the event */
    struct net_handler *net;
    struct account *payer; /* of its memory and its worker, whose business that is */
    void *worker;
    uint32_t bound, lost;
    uint64_t posted, taken; /* never begin again: where 32 bits end a ring's places would jump */
    bool running, ended;
    struct async_job job[]; /* a ring: from `taken` to before `posted` */
};

static inline size_t async_bytes(uint32_t bound) {
    return sizeof(struct async) + bound * sizeof(struct async_job);
}

/* Whose business strands are. */
struct async_workers {
    void *(*create)(struct async *async); /* null: out of memory, or beyond its payer's quota */
    void (*wake)(void *worker);           /* something is pending; from anywhere */
    void (*end)(void *worker);            /* it is not wanted any more, and calls nothing */
};
extern const struct async_workers *async_workers; /* null: nothing can be asynchronous yet */

/* `posts` is what a raise calls in the place of the handler, which is held once more, or what a
 * plan holds as `later`, of raises (handler null). Its release ends the async: what is pending then
 * still runs. False: out of memory, or beyond the payer's quota. */
bool async_create(const struct event *event, struct held *handler, struct net_handler *net,
                  struct account *payer, uint32_t bound, struct procedure *posts);

/* The asynchronous handler that a binding has, or null. */
const struct async *async_of(const struct event_binding *binding);

/* --- For the worker --- */

/* Is there anything to run? Asked until async_run has freed it. */
bool async_is_pending(const struct async *async);
/* Runs what is pending, all of it. */
void async_run(struct async *async);

#endif
