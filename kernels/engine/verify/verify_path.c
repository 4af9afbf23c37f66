/* SPDX-License-Identifier: MIT */
/* verify_path.c -- where paths fork, join and end. See the head of verify.c for why depth first. */
#include "engine/assert.h"
#include "engine/verify/internal.h"

#define CHECKPOINTS_MAX  65536 /* states kept, of one to two kilobytes */
#define COMPARED_MAX     64    /* of a slot's checkpoints, newest first, for each arrival... */
#define LOOKED_AT_MAX    256   /* ...to find the one to generalise with */
#define PATIENT          12    /* finished ones that did not match: time to generalise... */
#define IMPATIENT        3     /* ... and this many when the program turns out to be a tangle: */
#define TANGLE           8192  /* so many steps more than two for each slot */
#define ITERATIONS_APART 4     /* iterations of a loop by fuel before it is generalised */

static uint64_t cost_sum(uint64_t a, uint64_t b) {
    return a + b < COST_ENDLESS ? a + b : COST_ENDLESS;
}

/* The path goes on from a new node. */
struct node *node_create(struct verifier *v, uint32_t pending, struct state *state) {
    struct node *n = v->hooks->allocate(v->hooks->owner, sizeof *n);
    if (!n)
        return NULL;
    *n = (struct node){.parent = v->at,
                       .state = state,
                       .slot = v->slot,
                       .serial = ++v->serial,
                       .pending = pending,
                       .branch = v->branch,
                       .cost = v->cost};
    n->left = n->branch ? n : n->parent ? n->parent->left : NULL;
    if (state) {
        ENGINE_ASSERT(v->slot < v->program->slots, "at %u of %u", v->slot, v->program->slots);
        n->older = v->newest[v->slot];
        v->newest[v->slot] = n;
        n->next = v->kept;
        v->kept = n;
        v->kept_count++;
    }
    v->at = n;
    v->branch = BRANCH_NONE;
    v->cost = 0;
    return n;
}

/* Forks go when both ways have been followed; checkpoints stay. Gives the parent. */
static struct node *node_leave(struct verifier *v, struct node *n) {
    struct node *parent = n->parent;
    if (!n->state)
        v->hooks->release(v->hooks->owner, n, sizeof *n);
    return parent;
}

/* The path being followed ends here, after which at most `worst` more is to be paid. */
void path_ends(struct verifier *v, uint64_t worst) {
    if (v->worklist) {
        worklist_path_ends(v);
        return;
    }
    v->busy = BUSY_ENDING;
    v->below = cost_sum(v->cost, worst);
    state_destroy(v->now, v->hooks);
    v->now = NULL;
}

void path_end_nodes(struct verifier *v) {
    struct node *n = v->at;
    for (unsigned i = 0; n && i < UNIT_NODES; i++) {
        ENGINE_ASSERT(n->pending > 0, "the node at %u was finished", n->slot);
        if (n->worst < v->below)
            n->worst = v->below;
        if (--n->pending) {
            v->busy = BUSY_WITH_NOTHING;
            break;
        }
        v->below = cost_sum(n->worst, n->cost);
        if (!n->parent)
            v->facts->cost = v->below;
        n = node_leave(v, n);
    }
    if (!n)
        v->busy = BUSY_WITH_NOTHING;
    v->at = n;
}

/* The path has come back to where it was. */
static enum rule path_returns(struct verifier *v) {
    if (!v->by_fuel)
        return reject(v, RULE_ENDLESS, "it comes back to here with nothing new");
    path_ends(v, COST_ENDLESS);
    return RULE_NONE;
}

/* Need the state not be followed, since n's was? A smaller case of an earlier iteration of the same
 * loop must be: the loop may yet run out. */
static bool covers(struct verifier *v, const struct node *n) {
    ENGINE_ASSERT(n->state && n->slot == v->slot, "a checkpoint of %u at %u", n->slot, v->slot);
    if (!is_within(v, v->now, n->state))
        return false;
    return !n->pending || v->by_fuel || is_within(v, n->state, v->now);
}

/* The checkpoints that the state is not compared with may still be the one to generalise with: the
 * oldest one here that was finished in the same iteration of all loops around, which is one that
 * was made after the fork where this path left the one before, unless this path has been here
 * since. Gives whether the search is over. */
static bool note_checkpoint(struct verifier *v, struct node *n) {
    struct search *s = &v->search;
    if (s->looked_at >= COMPARED_MAX && n->serial <= v->turned)
        return true;
    if (!n->pending && n->serial > v->turned)
        s->sibling = n;
    if (n->pending && s->iterations++ == 0)
        s->last_turn = n;
    s->later_turn |= n->pending && n->serial > v->turned;
    s->next = n->older;
    s->looked_at++;
    return false;
}

/* Compares the state with one more checkpoint here, and passes those beyond COMPARED_MAX. Gives the
 * one of which it is a special case, or null; then *over says whether there are others. */
static struct node *compare_next(struct verifier *v, bool *over) {
    struct search *s = &v->search;
    struct node *n = s->next;
    if (n && s->looked_at < COMPARED_MAX) {
        if (has_steps(v) && covers(v, n))
            return n;
        *over = note_checkpoint(v, n);
        return NULL;
    }
    while (s->next && s->looked_at < LOOKED_AT_MAX && !note_checkpoint(v, s->next))
        continue;
    *over = true;
    return NULL;
}

/* None of those compared will do. The last one that may, or null; if there is none, *like is one
 * that the state should be generalised with, or null; *grow is whether it should grow at once. */
static struct node *end_search(struct verifier *v, struct node **like, bool *grow) {
    struct search *s = &v->search;
    charge(v, PARTS_NODE * s->looked_at);
    if (s->looked_at == LOOKED_AT_MAX || s->later_turn)
        s->sibling = NULL; /* of another iteration, or perhaps so */
    if (s->looked_at > COMPARED_MAX && s->sibling && covers(v, s->sibling))
        return s->sibling;
    bool tangle = v->facts->steps > 2 * v->program->slots + TANGLE;
    bool piled = s->sibling && ++s->sibling->arrivals >= (tangle ? IMPATIENT : PATIENT);
    *grow = v->by_fuel && s->iterations >= ITERATIONS_APART;
    *like = *grow ? s->last_turn : piled ? s->sibling : NULL;
    return NULL;
}

static enum rule generalise(struct verifier *v, const struct node *like, bool grow) {
    struct state *wide = copy_state(v, v->now);
    if (!wide)
        return reject(v, RULE_NO_MEMORY, "for another state");
    charge(v, PARTS_WIDENED * state_values(wide));
    if (state_widen(wide, like->state, &v->liveness, v->slot, grow)) {
        state_destroy(v->now, v->hooks);
        v->now = wide;
    } else {
        state_destroy(wide, v->hooks);
    }
    return RULE_NONE;
}

static enum rule keep(struct verifier *v) {
    if (v->kept_count >= CHECKPOINTS_MAX)
        return RULE_NONE;
    struct state *kept = copy_state(v, v->now);
    if (kept && node_create(v, 1, kept))
        return RULE_NONE;
    if (kept)
        state_destroy(kept, v->hooks);
    return reject(v, RULE_NO_MEMORY, "for another state");
}

static void begin_search(struct verifier *v, bool again) {
    v->search = (struct search){.again = again, .next = v->newest[v->slot]};
    v->busy = BUSY_SEARCHING;
}

enum rule path_checkpoint(struct verifier *v) {
    begin_search(v, false);
    return RULE_NONE;
}

enum rule path_search(struct verifier *v) {
    bool again = v->search.again, over = false, grow = false;
    struct node *like = NULL, *found = compare_next(v, &over);
    if (!found && !over)
        return RULE_NONE;
    if (!found)
        found = end_search(v, &like, &grow);
    v->busy = BUSY_WITH_NOTHING;
    if (found && found->pending)
        return path_returns(v);
    if (found) {
        path_ends(v, found->worst);
        return RULE_NONE;
    }
    if (like && !again) {
        enum rule rule = generalise(v, like, grow);
        begin_search(v, true);
        return rule;
    }
    v->arrived = true;
    return keep(v);
}

/* Leaves a continuation at `slot` for later; takes the state. */
static enum rule wait(struct verifier *v, struct state *state, uint32_t slot, uint8_t branch) {
    struct path *p = v->hooks->allocate(v->hooks->owner, sizeof *p);
    if (!p) {
        state_destroy(state, v->hooks);
        return reject(v, RULE_NO_MEMORY, "for another path");
    }
    *p = (struct path){
        .below = v->waiting, .parent = v->at, .state = state, .slot = slot, .branch = branch};
    v->waiting = p;
    return RULE_NONE;
}

/* The path goes both ways: on with v->now, and later with `taken` at `target`. */
enum rule path_part(struct verifier *v, struct state *taken, uint32_t target) {
    if (v->worklist)
        return worklist_part(v, taken, target);
    if (!node_create(v, 2, NULL)) {
        state_destroy(taken, v->hooks);
        return reject(v, RULE_NO_MEMORY, "for another path");
    }
    enum rule rule = wait(v, taken, target, BRANCH_TAKEN);
    v->branch = BRANCH_NOT_TAKEN;
    v->slot += !rule;
    return rule;
}

enum rule path_take_waiting(struct verifier *v) {
    struct path *p = v->waiting;
    if (!p)
        return RULE_NONE;
    v->waiting = p->below;
    v->now = p->state;
    v->at = p->parent;
    v->slot = p->slot;
    v->branch = p->branch;
    v->cost = 0;
    v->turned = p->parent->serial;
    v->hooks->release(v->hooks->owner, p, sizeof *p);
    return RULE_NONE;
}

bool path_clean(struct verifier *v) {
    const struct hooks *h = v->hooks;
    struct path *p = v->waiting;
    struct node *n = v->kept;
    if (v->now)
        state_destroy(v->now, h);
    v->now = NULL;
    if (p) {
        v->waiting = p->below;
        state_destroy(p->state, h);
        h->release(h->owner, p, sizeof *p);
    } else if (v->at) {
        for (unsigned i = 0; v->at && i < UNIT_NODES; i++)
            v->at = node_leave(v, v->at);
    } else if (n) {
        v->kept = n->next;
        v->newest[n->slot] = NULL;
        state_destroy(n->state, h);
        h->release(h->owner, n, sizeof *n);
    } else {
        v->kept_count = 0;
        return true;
    }
    return false;
}
