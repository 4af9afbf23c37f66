/* SPDX-License-Identifier: MIT */
/* verify_worklist.c -- follows all paths together: where jumps lead, a path waits until all others
 * that can come there have come, and they go on as one (state_join.c). So each instruction is
 * looked at once, in a loop once each iteration, whatever the number of paths.
 *
 * The order of places (order.h) tells which paths can still come: the path at the lowest place is
 * next, and a way back to a loop's head has a place of its own, behind all of the loop. A function
 * that is called is finished before its caller goes on. An iteration of a loop is a state like
 * others: the loop is proven to end by running it out. That an iteration's state is that of an
 * earlier one is noticed by Brent's way of finding cycles (BIT, 1980): each is compared with the
 * last one whose number was a power of two.
 *
 * What is lost where paths join may be what a proof needs; then they are followed one by one
 * (verify_path.c). */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/base/order.h"
#include "engine/verify/internal.h"
#include "lib/string.h"

#define APART_MAX 16 /* paths at one place that do not become one */

struct arrival {
    struct arrival *next;
    struct state *state;
    uint64_t cost; /* the most of any way here. Of a former iteration: its number */
    uint32_t slot;
};

/* A function that is active. */
struct active {
    uint32_t low, high;       /* its places */
    uint32_t place;           /* where its path is */
    struct arrival *ready;    /* behind a call, to go on at once */
    struct arrival *returned; /* from here to the caller */
};

/* A state that joins those that wait in a list: with one of them a unit. */
struct joining {
    struct arrival **list;
    struct arrival *with; /* the next one to try; null: it becomes one of them */
    struct state *state;  /* null: none joins */
    uint32_t slot, place; /* in the order, of the list; 0: a active's */
    unsigned apart;
};

struct worklist {
    struct order order;
    struct ordering ordering;
    struct joining joining;
    uint32_t cleaned;         /* places that nothing waits at any more */
    struct arrival **waiting; /* at each place */
    struct arrival *
        *iteration;    /* of the loop to whose head a place leads back: a former iteration */
    uint64_t *bits;    /* of each place: does anything wait there? */
    uint64_t *summary; /* of each word of bits: is any set? */
    struct active active[DEPTH_MAX];
    uint32_t depth;
};

static uint32_t words_for(uint32_t bits) {
    return bits / 64 + 1;
}

static size_t map_bytes(const struct order *o) {
    uint32_t words = words_for(o->places);
    return (words + words_for(words)) * sizeof(uint64_t);
}

static size_t table_bytes(const struct order *o) {
    return 2 * (size_t)o->places * sizeof(struct arrival *) + map_bytes(o);
}

bool worklist_begin(struct verifier *v) {
    const struct hooks *h = v->hooks;
    struct worklist *w = h->allocate(h->owner, sizeof *w);
    if (w && order_begin(&w->ordering, &w->order, v->program, h)) {
        v->worklist = w;
        return true;
    }
    if (w)
        h->release(h->owner, w, sizeof *w);
    return false;
}

static bool make_tables(struct verifier *v) {
    struct worklist *w = v->worklist;
    w->waiting = v->hooks->allocate(v->hooks->owner, table_bytes(&w->order));
    charge_bytes(v, table_bytes(&w->order));
    if (!w->waiting)
        return false;
    w->iteration = w->waiting + w->order.places;
    w->bits = (uint64_t *)(void *)(w->iteration + w->order.places);
    w->summary = w->bits + words_for(w->order.places);
    return true;
}

enum order_progress worklist_order(struct verifier *v) {
    struct worklist *w = v->worklist;
    enum order_progress progress = order_go(&w->ordering, UNIT_SLOTS);
    if (progress == ORDER_GOES_ON)
        return progress;
    charge(v, PARTS_ORDER * w->ordering.work);
    order_end(&w->ordering);
    return progress == ORDER_FOUND && make_tables(v) ? ORDER_FOUND : ORDER_NONE;
}

static void mark(struct worklist *w, uint32_t place, bool waits) {
    uint32_t word = place / 64;
    w->bits[word] &= ~((uint64_t)1 << place % 64);
    w->bits[word] |= (uint64_t)waits << place % 64;
    w->summary[word / 64] &= ~((uint64_t)1 << word % 64);
    w->summary[word / 64] |= (uint64_t)(w->bits[word] != 0) << word % 64;
}

/* The first bit from `from` on that is set; `none` if there is none in so many words. */
static uint32_t bit_from(const uint64_t *map, uint32_t words, uint32_t from, uint32_t none) {
    uint64_t keep = UINT64_MAX << from % 64;
    for (uint32_t w = from / 64; w < words; w++, keep = UINT64_MAX)
        if (map[w] & keep)
            return w * 64 + (uint32_t)__builtin_ctzll(map[w] & keep);
    return none;
}

/* The lowest place from `from` on where something waits, or UINT32_MAX. */
static uint32_t next_place(const struct worklist *w, uint32_t from) {
    uint32_t words = words_for(w->order.places), word = from / 64;
    uint32_t here = bit_from(w->bits, word + 1, from, UINT32_MAX);
    if (here != UINT32_MAX)
        return here;
    word = bit_from(w->summary, words_for(words), word + 1, UINT32_MAX);
    return word == UINT32_MAX ? UINT32_MAX : bit_from(w->bits, words, word * 64, UINT32_MAX);
}

static void arrival_release(struct verifier *v, struct arrival *a) {
    if (a->state)
        state_destroy(a->state, v->hooks);
    v->hooks->release(v->hooks->owner, a, sizeof *a);
}

static void list_release(struct verifier *v, struct arrival **list) {
    for (struct arrival *a; (a = *list);) {
        *list = a->next;
        arrival_release(v, a);
    }
}

/* A state, which is taken over, begins to join those that wait in a list. */
static enum rule join(struct verifier *v, struct arrival **list, struct state *state, uint32_t slot,
                      uint32_t place) {
    ENGINE_ASSERT(!v->busy, "with %u, at %u", v->busy, slot);
    v->busy = BUSY_JOINING;
    v->worklist->joining =
        (struct joining){.list = list, .with = *list, .state = state, .slot = slot, .place = place};
    return RULE_NONE;
}

/* It waits as one that has no join with any of the others. */
static enum rule wait_apart(struct verifier *v, const struct joining *j) {
    struct arrival *a =
        j->apart < APART_MAX ? v->hooks->allocate(v->hooks->owner, sizeof *a) : NULL;
    if (!a) {
        state_destroy(j->state, v->hooks);
        return reject(v, j->apart < APART_MAX ? RULE_NO_MEMORY : RULE_COMPLEXITY,
                      "for another path");
    }
    *a = (struct arrival){.next = *j->list, .state = j->state, .cost = v->cost, .slot = j->slot};
    *j->list = a;
    return RULE_NONE;
}

enum rule worklist_join(struct verifier *v) {
    struct worklist *w = v->worklist;
    struct joining *j = &w->joining;
    struct arrival *a = j->with;
    enum rule rule = RULE_NONE;
    if (a && !join_state(v, a->state, j->state, j->slot)) {
        j->with = a->next;
        j->apart++;
        return RULE_NONE;
    }
    if (a) {
        if (a->cost < v->cost && !MUTANT(JOIN_COST))
            a->cost = v->cost;
        state_destroy(j->state, v->hooks);
    } else {
        rule = wait_apart(v, j);
    }
    if (j->place)
        mark(w, j->place, w->waiting[j->place]);
    j->state = NULL;
    v->busy = BUSY_WITH_NOTHING;
    return rule;
}

/* A state, which is taken over, waits at `slot`: before or behind all of a loop. */
static enum rule arrive(struct verifier *v, struct state *state, uint32_t slot) {
    struct worklist *w = v->worklist;
    uint32_t place = w->order.place[slot];
    if (place <= w->active[w->depth - 1].place)
        place = w->order.again[slot];
    ENGINE_ASSERT(place > w->active[w->depth - 1].place && place < w->order.places,
                  "order: slot %u at %u, from %u", slot, place, w->active[w->depth - 1].place);
    return join(v, &w->waiting[place], state, slot, place);
}

enum rule worklist_arrive(struct verifier *v) {
    struct state *state = v->now;
    v->now = NULL;
    return arrive(v, state, v->slot);
}

enum rule worklist_part(struct verifier *v, struct state *taken, uint32_t target) {
    v->slot++;
    return arrive(v, taken, target);
}

void worklist_enter(struct verifier *v) {
    struct worklist *w = v->worklist;
    uint32_t function = state_top(v->now)->function;
    ENGINE_ASSERT(w->depth < DEPTH_MAX && w->depth + 1 == v->now->depth, "%u active, %u frames",
                  w->depth, v->now->depth);
    w->active[w->depth++] =
        (struct active){.low = w->order.low[function + 1], .high = w->order.low[function]};
}

enum rule worklist_return(struct verifier *v) {
    struct state *state = v->now;
    v->now = NULL;
    return join(v, &v->worklist->active[v->worklist->depth - 1].returned, state, v->slot, 0);
}

void worklist_path_ends(struct verifier *v) {
    if (v->facts->cost < v->cost)
        v->facts->cost = v->cost;
    state_destroy(v->now, v->hooks);
    v->now = NULL;
}

/* Another iteration of a loop begins. */
static enum rule next_iteration(struct verifier *v, uint32_t place) {
    struct arrival **last = &v->worklist->iteration[place];
    uint64_t number = *last ? (*last)->cost + 1 : 1;
    if (*last && is_within(v, v->now, (*last)->state) && is_within(v, (*last)->state, v->now))
        return reject(v, RULE_ENDLESS, "it comes back to here with nothing new");
    if (number & (number - 1)) {
        (*last)->cost = number;
        return RULE_NONE;
    }
    list_release(v, last);
    struct arrival *kept = v->hooks->allocate(v->hooks->owner, sizeof *kept);
    if (!kept)
        return reject(v, RULE_NO_MEMORY, "for another state");
    *kept = (struct arrival){.state = copy_state(v, v->now), .cost = number};
    *last = kept;
    return kept->state ? RULE_NONE : reject(v, RULE_NO_MEMORY, "for another state");
}

/* Takes the first one of a list. */
static void take_from(struct verifier *v, struct arrival **list) {
    struct arrival *a = *list;
    *list = a->next;
    v->now = a->state;
    v->slot = a->slot;
    v->cost = a->cost;
    v->hooks->release(v->hooks->owner, a, sizeof *a);
}

static enum rule take_at(struct verifier *v, uint32_t place) {
    struct worklist *w = v->worklist;
    take_from(v, &w->waiting[place]);
    mark(w, place, w->waiting[place]);
    uint32_t again = w->order.again[v->slot];
    w->active[w->depth - 1].place = w->order.place[v->slot];
    v->arrived = true;
    if (place == again)
        return next_iteration(v, place);
    if (again)
        list_release(v, &w->iteration[again]);
    return RULE_NONE;
}

/* The innermost function is finished: its caller goes on with what has returned, and with what was
 * ready before and made this call. */
static void leave_room(struct worklist *w) {
    struct active *active = &w->active[--w->depth];
    struct arrival **end = &active->returned;
    while (*end)
        end = &(*end)->next;
    *end = active[-1].ready;
    active[-1].ready = active->returned;
    active->returned = NULL;
}

enum rule worklist_take(struct verifier *v) {
    struct worklist *w = v->worklist;
    for (;;) {
        struct active *active = &w->active[w->depth - 1];
        if (active->ready) {
            take_from(v, &active->ready);
            return RULE_NONE;
        }
        uint32_t place = next_place(w, active->low);
        if (place >= active->low && place < active->high)
            return take_at(v, place);
        if (w->depth == 1)
            return next_place(w, 0) == UINT32_MAX ? RULE_NONE : reject(v, RULE_COMPLEXITY, "order");
        leave_room(w);
    }
}

/* The lists of the functions that were active. */
static void clean_rooms(struct verifier *v) {
    struct worklist *w = v->worklist;
    for (unsigned i = 0; i < DEPTH_MAX; i++) {
        list_release(v, &w->active[i].ready);
        list_release(v, &w->active[i].returned);
    }
    if (w->joining.state)
        state_destroy(w->joining.state, v->hooks);
    w->joining.state = NULL;
    w->depth = 0;
}

bool worklist_clean(struct verifier *v) {
    struct worklist *w = v->worklist;
    if (!w->waiting)
        return true;
    for (unsigned n = 0; n < UNIT_SLOTS && w->cleaned < w->order.places; n++) {
        uint32_t place = w->cleaned++;
        bool empty = !w->waiting[place] && !w->iteration[place];
        list_release(v, &w->waiting[place]);
        list_release(v, &w->iteration[place]);
        if (!empty)
            return false;
    }
    if (w->cleaned < w->order.places)
        return false;
    clean_rooms(v);
    memset(w->bits, 0, map_bytes(&w->order));
    w->cleaned = 0;
    charge_bytes(v, table_bytes(&w->order));
    return true;
}

void worklist_end(struct verifier *v) {
    struct worklist *w = v->worklist;
    order_end(&w->ordering);
    if (w->waiting)
        v->hooks->release(v->hooks->owner, w->waiting, table_bytes(&w->order));
    order_release(&w->order, v->program, v->hooks);
    v->hooks->release(v->hooks->owner, w, sizeof *w);
    v->worklist = NULL;
}
