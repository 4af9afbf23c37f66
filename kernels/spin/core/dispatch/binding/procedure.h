/* SPDX-License-Identifier: MIT */
/* procedure.h -- what the dispatcher calls: guards, handlers, and those that look after
 * results. Each is an entry of the C calling convention, native or compiled, and perhaps a
 * closure, which goes before the event's arguments. An argument is a word, of which the bytes
 * of its type count. */
#ifndef SPIN_DISPATCH_PROCEDURE_H
#define SPIN_DISPATCH_PROCEDURE_H

#include "engine/hooks.h"
#include "lib/list.h"

#define EVENT_ARGUMENTS_MAX 5

typedef void event_fn(void); /* any procedure: who installs it sees to its type */

struct activation;
struct condition;
struct image;
struct module;

struct procedure {
    event_fn *entry; /* null: there is none */
    bool has_closure, ends_early;
    void *closure;
    void (*release)(void *closure); /* or null: told when no raise can use the closure any more */
    uint32_t constant; /* so many bytes from the closure's start on do not change while it is bound:
                          they may become part of the code */
    const struct image *image; /* null: native. Else the program of which `entry` is the machine
                                  code, which lives as long as the closure (program_image.h). It
                                  always comes back by itself, and calls nobody, unless it
                                  `ends_early`: then it runs in a net */
};

/* A procedure that bindings and plans share: the last of them to let go releases its closure. */
struct held {
    uint32_t holds;
    uint64_t runs, time; /* while its event is watched: how often it ran, and how long in all */
    struct procedure procedure;
    struct module *by;           /* who brought it */
    struct condition *condition; /* of a guard, if it is known, or null */
    struct list link;            /* of those that are programs */
};

/* Held once; null when out of memory, and nothing was released. */
struct held *procedure_keep(const struct hooks *hooks, const struct procedure *procedure,
                            struct module *by);
struct held *procedure_hold(struct held *held);
/* Null is allowed. */
void procedure_let_go(const struct hooks *hooks, struct held *held);
/* Does a binding, or code that a raise may be in, have the program? */
bool procedure_is_held(const struct image *image);

typedef uint64_t procedure_fn(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

static inline uint64_t procedure_call(const struct procedure *p,
                                      const uint64_t a[EVENT_ARGUMENTS_MAX]) {
    procedure_fn *call = (procedure_fn *)p->entry;
    return p->has_closure ? call((uint64_t)p->closure, a[0], a[1], a[2], a[3], a[4])
                          : call(a[0], a[1], a[2], a[3], a[4], 0);
}

/* Of one that has at most five parameters, closure included, and an activation behind them. */
static inline uint64_t procedure_call_in(const struct procedure *p,
                                         const uint64_t a[EVENT_ARGUMENTS_MAX],
                                         struct activation *in) {
    procedure_fn *call = (procedure_fn *)p->entry;
    return p->has_closure ? call((uint64_t)p->closure, a[0], a[1], a[2], a[3], (uint64_t)in)
                          : call(a[0], a[1], a[2], a[3], a[4], (uint64_t)in);
}

/* Of one that gives a bool, in the lowest byte. */
static inline bool procedure_holds(const struct procedure *p,
                                   const uint64_t a[EVENT_ARGUMENTS_MAX]) {
    return procedure_call(p, a) & 1;
}

#endif
