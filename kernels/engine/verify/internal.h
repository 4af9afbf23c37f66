/* SPDX-License-Identifier: MIT */
/* internal.h -- shared by the verifier's files only: verify.c (units of work), verify_attempt.c;
 * instructions: verify_step.c (arithmetic, comparisons), verify_memory.c, verify_call.c,
 * verify_control.c; the two ways to follow paths, verify_worklist.c (together) and verify_path.c
 * (one by one); verify_contract.c, verify_effort.c, verify_report.c. */
#ifndef ENGINE_VERIFY_INTERNAL_H
#define ENGINE_VERIFY_INTERNAL_H

#include "engine/base/order.h"
#include "engine/verify/state.h"
#include "engine/verify.h"

/* A place where paths fork, or a state that later paths may turn out to be a case of. */
struct node {
    struct node *parent;
    struct node *left;   /* the last one on the way here, itself included, behind a fork */
    struct node *older;  /* the checkpoint before it at the same slot */
    struct node *next;   /* in the list of all checkpoints */
    struct state *state; /* of a checkpoint; null at a fork */
    uint32_t slot;
    uint32_t serial;   /* nodes are numbered as they are made */
    uint32_t arrivals; /* at a finished checkpoint: later states that were not a case of it */
    uint32_t pending;  /* continuations not yet followed to their ends */
    uint8_t branch;    /* how the parent, if a fork, was left on the way here */
    uint64_t cost;     /* of the way from the parent to here */
    uint64_t worst;    /* of the way from here to the end, as far as known */
};
enum { BRANCH_NONE, BRANCH_TAKEN, BRANCH_NOT_TAKEN };

/* A continuation that waits. */
struct path {
    struct path *below;
    struct node *parent;
    struct state *state;
    uint32_t slot;
    uint8_t branch;
};

/* What a function of the program is proven of once, by itself, and then taken for granted. */
struct contract {
    struct contract *next;
    const struct signature *signature;
    uint32_t function;
    uint32_t asked; /* the call that first needed it */
    bool callback;  /* it is called back, or called by what is */
    bool broken;    /* of one that is called: its declaration does not say enough */
    uint8_t facts;
    uint64_t cost;
    uint32_t deepest; /* functions active at once, itself included */
};

/* Of a path: it leads to a function that has to be proven first, which v->proving is now. */
#define RULE_LATER RULE_COUNT

/* What is tried, one after the other, as far as it may help. The first three follow all paths
 * together. */
enum attempt {
    ATTEMPT_PATIENT,     /* into each call, though there are contracts */
    ATTEMPT_BY_CONTRACT, /* global functions are what they declare to be */
    ATTEMPT_TOGETHER,
    ATTEMPT_ONE_BY_ONE,
    ATTEMPT_BY_FUEL_AND_CONTRACT, /* one by one, loops need not end by themselves, and global
                                     functions are what they declare to be */
    ATTEMPT_BY_FUEL,
    ATTEMPT_NONE,
};

/* Where a proof is. Each unit of work is one of the phase that it begins in:
 *
 *     LIVENESS, CONTRACTS, then attempts: [ORDER], BEGIN, FOLLOW, CLEAN, NEXT; COMMIT or FORGET
 *
 * and from CLEAN back to BEGIN where another function has to be followed first, or after all. */
enum phase {
    PHASE_LIVENESS,
    PHASE_CONTRACTS, /* are there any? */
    PHASE_ORDER,     /* of the worklist */
    PHASE_BEGIN,     /* at the start of what is followed */
    PHASE_FOLLOW,
    PHASE_CLEAN, /* nothing of what was followed is to be left; then v->next */
    PHASE_NEXT,  /* the attempt is over with v->rule */
    PHASE_COMMIT,
    PHASE_FORGET,
    PHASE_PROVEN,
    PHASE_REFUSED,
};

/* Of a unit of work, whatever a program is like: so many slots, places or functions that little is
 * done with, and so many nodes that are given back. */
enum { UNIT_SLOTS = 512, UNIT_NODES = 32 };

/* What the verifier is in the middle of, between two instructions. */
enum busy {
    BUSY_WITH_NOTHING,
    BUSY_ENDING,    /* a path, from node to node */
    BUSY_SEARCHING, /* for a checkpoint */
    BUSY_JOINING,   /* a state with those that wait */
};

/* For a checkpoint of which the present state is a special case. */
struct search {
    bool again; /* the state has been generalised */
    bool later_turn;
    unsigned looked_at, iterations;
    struct node *next; /* to be compared */
    struct node *sibling, *last_turn;
};

struct verifier {
    struct program *program;
    const struct kind *kind;
    const struct hooks *hooks;
    struct facts *facts;
    struct verdict *verdict;
    const struct verify_watcher *watcher;
    enum phase phase, next;
    enum attempt attempt;
    enum rule rule;  /* that the attempt broke */
    uint32_t cursor; /* of a phase that goes over all functions or slots */
    struct liveness liveness;
    struct liveness_search search_live;
    struct node **newest; /* checkpoint of each slot */
    struct node *kept;    /* all checkpoints */
    uint32_t kept_count;
    uint32_t serial;           /* of the newest node */
    uint32_t turned;           /* of the fork whose other way the path has taken last */
    uint32_t deepest;          /* functions active at once */
    uint32_t parts;            /* of a step that is not yet counted */
    uint32_t steps_max;        /* for this attempt... */
    uint32_t steps_all;        /* ...and for all of them */
    struct worklist *worklist; /* of paths that are followed together; null: one by one */
    bool arrived;              /* the path comes from a join at its slot */
    bool by_fuel;              /* loops need not end by themselves */
    bool by_contract;          /* global functions are what they declare to be */
    bool followed;             /* to all ends */
    enum busy busy;            /* with what, before anything else */
    uint64_t below;            /* of a path that has ended: to be paid behind v->at */
    struct search search;
    struct path *waiting;
    uint32_t next_id;
    uint16_t *frame_bytes;     /* of each function, as far as seen */
    bool *called_back;         /* each function: it runs without fuel */
    struct contract *proven;   /* in this attempt */
    struct contract *proving;  /* what is being followed, and below it what needs it; null: the
                                  program */
    uint32_t callback_deepest; /* of all functions that are called back */

    /* The path being followed. */
    struct state *now;
    struct node *at;
    uint8_t branch;
    uint64_t cost; /* since `at`; of paths that are followed together, since the start */
    uint32_t slot;

    char detail[160]; /* the broken rule's particulars */
};

static inline struct value *reg(struct verifier *v, unsigned number) {
    return &state_top(v->now)->reg[number];
}

/* Notes particulars and gives the rule, for `return broken(...)`. */
enum rule reject(struct verifier *v, enum rule rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline struct value number_value(struct scalar number) {
    return (struct value){.kind = VALUE_NUMBER, .number = number};
}

static inline bool shape_is_packet(const struct shape *shape) {
    return shape->kind == SHAPE_PACKET || shape->kind == SHAPE_PACKET_END;
}

/* The value of a shape. A new id or reference is taken where the shape wants one; with ACQUIRED and
 * no room for another reference the value has none, which the caller has excluded. */
struct value value_of_shape(struct verifier *v, const struct shape *shape, uint8_t origin);

/* Contracts (verify_contract.c). What is proven of the function as one of this signature, or null
 * with *rule set: it is not yet, or never. */
const struct contract *contract_of(struct verifier *v, uint32_t function,
                                   const struct signature *signature, bool callback,
                                   enum rule *rule);
/* The path pays for so many calls of it. */
enum rule contract_pay(struct verifier *v, const struct contract *c, uint64_t times);
/* What is being followed has been followed to all its ends, or broken a rule: one that needs it is
 * next. */
void contract_is_decided(struct verifier *v, bool broken);
/* Gives some of them back. True: there are none. */
bool contracts_clean(struct verifier *v);

/* Work (verify_effort.c). All of it is counted in steps, the time of an instruction that is looked
 * at, and parts of them, so that a proof is given up after bounded time whatever it spends it on.
 * What these take beside a step was measured; it is the most, and for a large state. */
enum {
    STEP_PARTS = 64,
    PARTS_LIVENESS = 5,   /* an instruction, in one pass */
    PARTS_ORDER = 2,      /* an instruction, each time */
    PARTS_NODE = 4,       /* on the way along a list */
    PARTS_BYTE = 12,      /* of the stack, by itself */
    PARTS_SETTLED = 28,   /* a set of numbers whose views are made to agree */
    PARTS_WIDENED = 16,   /* a value */
    PARTS_SENTENCE = 128, /* in a report */
};
void charge(struct verifier *v, uint64_t parts);
static inline bool has_steps(const struct verifier *v) {
    return v->facts->steps < v->steps_max;
}
/* For memory that is zeroed or copied. */
void charge_bytes(struct verifier *v, size_t bytes);

/* What state.h has, charged for; `inner` and `outer` are at v->slot. */
struct state *copy_state(struct verifier *v, const struct state *s);
bool is_within(struct verifier *v, const struct state *inner, struct state *outer);
bool join_state(struct verifier *v, struct state *s, const struct state *other, uint32_t slot);
void each_value(struct verifier *v, void (*visit)(struct value *value, void *with), void *with);

/* One instruction on the state; each gives the rule that it breaks. */
enum rule verify_alu(struct verifier *v, struct insn insn);
enum rule verify_constant(struct verifier *v, uint32_t slot);
enum rule verify_load(struct verifier *v, struct insn insn);
enum rule verify_store(struct verifier *v, struct insn insn);
enum rule verify_atomic(struct verifier *v, struct insn insn);
enum rule verify_import(struct verifier *v, struct insn insn);
/* A call of a global function by its contract; false: it has to be followed into. */
bool verify_contract(struct verifier *v, uint32_t function, enum rule *rule);
/* What a conditional jump is about, looked at before it forks. */
enum rule verify_comparison(struct verifier *v, struct insn insn);
/* Can the jump be taken, or not be taken? Says yes of pointers, which only narrowing tells of. */
bool verify_may_branch(struct verifier *v, struct insn insn, bool taken);
/* Narrows v->now for the jump being taken or not. False: this cannot be. */
bool verify_branch(struct verifier *v, struct insn insn, bool taken);

/* Is [pointer + offset, + bytes) memory that may be used so (MAY_READ, MAY_WRITE)? Notes what is
 * read and how deep the stack is used. */
enum rule verify_access(struct verifier *v, const struct value *pointer, int32_t offset,
                        uint32_t bytes, uint8_t how);
/* After a write of unknown numbers there. */
enum rule verify_written(struct verifier *v, const struct value *pointer, int32_t offset,
                         uint32_t bytes, const struct value *stored);

/* Makes an object's address that of its field at `offset`, if that owns what it points to. */
enum rule verify_take_field(struct verifier *v, struct value *object, int64_t offset);

/* Where the path goes on (verify_control.c): each takes the instruction at v->slot, and
 * moves that. */
enum rule verify_jump(struct verifier *v, struct insn insn);
enum rule verify_call(struct verifier *v, struct insn insn);
enum rule verify_exit(struct verifier *v);
/* May the function be followed here: what is called back uses no fuel, and what it calls
 * does not. */
enum rule without_fuel(struct verifier *v, uint32_t function);
/* Of the program, or of the function of it that is proven by itself. */
const struct signature *followed(const struct verifier *v);

/* The program loses a fact here; an error when its kind demands it. */
enum rule lose_fact(struct verifier *v, uint8_t fact, const char *because);

/* Paths (verify_path.c). The path goes on from a new node, null when out of memory; with a state it
 * is a checkpoint. */
struct node *node_create(struct verifier *v, uint32_t pending, struct state *state);
/* The path ends here, after which at most `worst` more is to be paid. v->now is null then. */
void path_ends(struct verifier *v, uint64_t worst);
/* And here, as far as a unit goes. */
void path_end_nodes(struct verifier *v);
/* The path is where jumps lead: a search begins for a state that its own is a case of; and goes on.
 * Ends the path when it need not be followed further. */
enum rule path_checkpoint(struct verifier *v);
enum rule path_search(struct verifier *v);
/* The path goes both ways: on with v->now, and later with `taken`, which is taken over, at
 * `target`. */
enum rule path_part(struct verifier *v, struct state *taken, uint32_t target);
/* Goes on with the continuation that has waited least; v->now stays null when there is none. */
enum rule path_take_waiting(struct verifier *v);
/* Gives back some of what has been followed. True: there is nothing. */
bool path_clean(struct verifier *v);

/* Paths that are followed together (verify_worklist.c). Begins; false, with v->worklist null, when
 * it is out of memory. Then the order is looked for; NONE when it takes too long or it is out of
 * memory. */
bool worklist_begin(struct verifier *v);
enum order_progress worklist_order(struct verifier *v);
/* A state joins those that wait: with one of them a call. */
enum rule worklist_join(struct verifier *v);
/* The path waits where it is until all others that can come here have come. v->now is null then. */
enum rule worklist_arrive(struct verifier *v);
/* A second path, which is taken over, waits at `target`. */
enum rule worklist_part(struct verifier *v, struct state *taken, uint32_t target);
/* The path has entered a function, which is at the top of its state; or has returned from it.
 * v->now is null after a return. */
void worklist_enter(struct verifier *v);
enum rule worklist_return(struct verifier *v);
/* The path has come to its end. */
void worklist_path_ends(struct verifier *v);
/* Goes on with the path that is next; v->now stays null when all have ended. */
enum rule worklist_take(struct verifier *v);
/* Gives back some of what waits. True: nothing does. Then all that it has is given back. */
bool worklist_clean(struct verifier *v);
void worklist_end(struct verifier *v);

/* Attempts (verify_attempt.c). Each is one unit, and sets the next phase. */
void attempt_first(struct verifier *v);
void attempt_order(struct verifier *v);
void attempt_next(struct verifier *v);
/* The attempt has broken the rule, or none; it is to be cleaned up. */
void attempt_ends(struct verifier *v, enum rule rule);
/* What was found out becomes part of the program; or what was noted in it is taken back. */
void attempt_commit(struct verifier *v);
void attempt_forget(struct verifier *v);

static inline bool may_be_metered(const struct kind *kind) {
    return !(kind->demands & (BOUNDED | EPHEMERAL));
}

/* Fills in the verdict's text. */
void verify_report(struct verifier *v, enum rule rule);

#endif
