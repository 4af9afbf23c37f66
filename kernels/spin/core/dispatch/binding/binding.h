/* SPDX-License-Identifier: MIT */
/* binding.h -- events, and what is bound to them. */
#ifndef SPIN_DISPATCH_BINDING_H
#define SPIN_DISPATCH_BINDING_H

#include "lib/list.h"
#include "spin/core/dispatch/binding/module.h"
#include "spin/core/dispatch/binding/net_handler.h"
#include "spin/core/dispatch/binding/procedure.h"

#define BINDINGS_MAX 1024 /* of an event, unless its authority says otherwise */

struct bindings;
struct event_binding;
struct part;
struct plan;

/* Read-only; what changes is behind its pointers. */
struct event {
    const char *name;      /* "Interface.Procedure" */
    struct module *module; /* its authority: whose source defines it */
    event_fn **cell;       /* where a raise jumps through */
    event_fn *intrinsic;
    bool has_addresses;         /* a parameter is an address */
    uint8_t arguments;          /* with more than EVENT_ARGUMENTS_MAX nothing can be installed */
    uint8_t result_bytes;       /* 1, 2, 4 or 8; 0: it gives no result */
    struct bindings **bindings; /* null in it: nobody ever changed it */
    uint64_t *budget; /* instructions that what is bound may take in one raise in all, as those who
                         raise it were told; or 0: nobody was (ephemeral.h) */
    struct authorizer *authorizer; /* the event's own; nobody in it: its module's counts */
};

/* A result of so many bytes as the event's type has it, of the register that a handler gave. */
static inline uint64_t event_result(unsigned result_bytes, uint64_t word) {
    unsigned unused_bits = 64 - 8 * result_bytes;
    return unused_bits == 64 ? 0 : word << unused_bits >> unused_bits;
}

enum {
    BINDING_CANCEL = 1, /* where its handler has fired, no later one runs */
    BINDING_FILTER = 2, /* its handler takes the address of the arguments, not the arguments, and
                            may change them for all that is asked or run after it */
    BINDING_ASYNC = 4,  /* a strand of its own runs its handler, on copies of the arguments: the
                            raise goes on, and it has not fired */
};

#define ORDER_RELATIONS_MAX 4

/* When the handler shall run, by order.h. */
enum order_place { ORDER_ANYWHERE, ORDER_FIRST, ORDER_LAST };

struct order {
    uint8_t place; /* enum order_place */
    struct {
        struct event_binding *other; /* null: no relation; withdrawn ones do not count */
        bool before;                 /* this binding before the other; otherwise after it */
    } relation[ORDER_RELATIONS_MAX];
};

struct guard {
    struct list link; /* of its binding */
    struct event_binding *binding;
    struct held *held;
    bool imposed; /* asked before the binding's own */
};

struct event_binding {
    struct list link; /* of its event, in the order of installation; alone while it is withdrawn */
    struct list of_module; /* of those of who installed it */
    struct module *by;
    struct bindings *of;
    struct order order;
    uint32_t waits_for; /* order.c's: predecessors that have not come yet */
    struct part *part;  /* part.c's; null: in none yet */
    bool related;       /* its order has relations */
    bool placed;        /* a guard's body or the handler's can be placed in code */
    bool heavy;         /* it needs the arguments after a call, or more (stub.h) */
    uint8_t flags;
    struct net_handler *net;     /* of a handler that may be ended early, or null */
    struct held *handler, *post; /* post may be null */
    struct list guards;
};

/* The levels at which a raise can run; see docs/spin/events.md. DIRECT is what an event has of
 * itself. */
enum level {
    LEVEL_DIRECT,
    LEVEL_INTERPRETED,
    LEVEL_STUB,
    LEVEL_INLINE,
    LEVEL_MERGED,
    LEVEL_BEST = LEVEL_MERGED
};

/* What the code of all bindings of an event has in common (stub.h); it is made anew where
 * this changes. */
struct code_kind {
    const struct event *event;
    const struct held *result; /* the result handler, or null */
    bool has_code;             /* it is not interpreted */
    bool asks_fired;           /* it matters whether anything has fired */
    bool has_net;              /* a raise opens one */
    bool places;               /* bodies of verified guards and handlers */
    bool finds;                /* bindings by keys (key.h) */
    bool lean; /* arguments stay in their registers from the first step to the last: there are no
                  results, and all that is called is called last */
};

/* A change has no more steps, each of which installs or uninstalls one at most. */
#define CHANGE_STEPS_MAX 16

/* What an event has from its first change on. */
struct bindings {
    const struct event *event;
    struct list installed; /* of struct event_binding, in the order of installation */
    uint32_t count;
    struct settings {
        uint32_t limit; /* of bindings */
        uint64_t bound; /* instructions of others' handlers that are installed from here on, or 0 */
        enum level level; /* the best that is allowed */
        bool watched;     /* its handlers' runs are counted and timed */
        uint64_t initial; /* the running value that the result handler begins with */
    } set;
    struct event_binding *intrinsic; /* also while it is withdrawn */
    struct held *result;             /* the result handler, or null */
    struct held *otherwise;          /* the default handler, or null */
    struct held *later;              /* of an asynchronous event (async.h), or null */
    uint32_t related, placed, heavy, in_net,
        asynchronous; /* so many of the installed are (struct event_binding) */
    struct event_binding *moved[CHANGE_STEPS_MAX]; /* part.c has not seen yet that they came or
                                                      went... */
    uint32_t moves;
    bool stale; /* ...or more has happened */
    struct code_kind kind;
    struct list parts[ORDER_LAST + 1]; /* by place; of struct part */
    struct plan *plan;                 /* what the cell leads to */
};

/* For changes. What is created is charged, and in no list yet; null: out of memory. What is freed
 * is in no list, but a binding in its module's. */
struct guard *guard_create(struct event_binding *binding, const struct procedure *procedure,
                           bool imposed);
void guard_free(struct guard *guard);
struct event_binding *binding_create(struct bindings *of, struct module *by, uint8_t flags);
void binding_free(struct event_binding *binding);
/* Its guards or its order are to change, or have changed. */
void binding_count_out(struct event_binding *binding);
void binding_count_in(struct event_binding *binding);
/* It is installed behind the node `after`; it is taken out, and had been behind *after. */
void binding_put_in(struct event_binding *binding, struct list *after);
void binding_take_out(struct event_binding *binding, struct list **after);
/* With the intrinsic handler alone; with all that is installed. */
struct bindings *bindings_create(const struct event *event);
void bindings_free(struct bindings *bindings); /* whose parts are gone */

#endif
