/* SPDX-License-Identifier: MIT */
/* spin_dispatch_levels_test.c -- random bindings, changed and raised at random, at every level: the
 * same changes are refused, and the same trace is left, as by the reference interpreter.
 * DISPATCH_SEEDS and DISPATCH_SEED in the environment make a campaign of it. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "../../soundness/generate.h"
#include "dispatch_host.h"
#include "dispatch_model.h"
#include "dispatch_verified.h"
#include "spin/core/dispatch/change.h"
#include "spin/services/events/introspect.h"

#define CHANGES_A_LIST 48
#define LEVELS         (LEVEL_BEST - LEVEL_INTERPRETED + 1)
#define WORLDS         (LEVELS + 1) /* the last one is watched */

/* --- A level's world: an event, and closures that do what the model does --- */

struct world;

struct closure {
    struct world *world;
    unsigned id;
    enum deed deed;
    struct question question;
    struct net_handler net;
    uint64_t constant[2]; /* of a verified guard: what it compares with */
};

struct world {
    enum level level;
    struct event event;
    event_fn *cell;
    struct bindings *bindings;
    struct authorizer authorizer;
    struct event_binding *binding[BINDINGS];
    struct guard *guard[BINDINGS][GUARDS];
    struct trace trace;
    unsigned arguments;
    bool nobody;
};

static struct world *raising; /* for dispatcher->exception, which is told the event only */
static size_t closures;       /* that were not released yet */

static void release_closure(void *closure) {
    free(closure);
    closures--;
}

static void release_constant(void *constant) {
    release_closure((char *)constant - offsetof(struct closure, constant));
}

static struct procedure procedure(struct world *w, unsigned id, event_fn *entry) {
    struct closure *closure = calloc(1, sizeof *closure);
    closure->world = w;
    closure->id = id;
    closures++;
    return (struct procedure){
        .entry = entry, .has_closure = true, .closure = closure, .release = release_closure};
}

static uint64_t raise_world(struct world *w, const uint64_t *a) {
    typedef uint64_t cell_fn(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
    struct world *was = raising;
    raising = w;
    w->trace.depth++;
    uint64_t result = ((cell_fn *)w->cell)(a[0], a[1], a[2], a[3], a[4]);
    w->trace.depth--;
    raising = was;
    if (w->event.result_bytes == 0)
        result = 0;
    else if (w->event.result_bytes < 8)
        result &= (1ull << 8 * w->event.result_bytes) - 1;
    note(&w->trace, TOLD_END);
    note(&w->trace, result);
    return result;
}

static void leave(struct world *w, unsigned id) {
    struct change c;
    if (!w->binding[id])
        return;
    change_open(&c, &own_module, NULL);
    change_uninstall(&c, w->binding[id]);
    assert_int_equal(change_commit(&c), 0);
    if (w->binding[id] != w->bindings->intrinsic)
        w->binding[id] = NULL;
}

static void move(struct world *w, unsigned id) {
    struct change c;
    if (!w->binding[id])
        return;
    struct order order = w->binding[id]->order;
    order.place = ORDER_LAST;
    change_open(&c, &own_module, NULL);
    change_order(&c, w->binding[id], &order);
    change_commit(&c);
}

/* A handler's closure outlives its binding: a raise that began before may still come to it. */
static uint64_t handle(const struct closure *closure, uint64_t *argument) {
    struct world *w = closure->world;
    if (closure->deed == TALLY)
        return tally(&w->trace, closure->id, argument, w->arguments);
    uint64_t result = result_of(closure->id, argument, w->arguments);
    note_call(&w->trace, TOLD_HANDLER + closure->id, argument, w->arguments);
    if (closure->deed == COUNT)
        w->trace.state++;
    if (closure->deed == FILTER && w->arguments)
        argument[0] += closure->id + 1;
    if (closure->deed == RAISE && w->trace.depth < NESTED_MAX && w->trace.credit) {
        w->trace.credit--;
        raise_world(w, argument);
    }
    if (closure->deed == LEAVE)
        leave(w, closure->id);
    if (closure->deed == MOVE)
        move(w, closure->id);
    return result;
}

static uint64_t handler(struct closure *c, uint64_t a, uint64_t b, uint64_t d, uint64_t e,
                        uint64_t f) {
    uint64_t argument[WORDS] = {a, b, d, e, f};
    return handle(c, argument);
}

static uint64_t filter(struct closure *c, uint64_t *argument) {
    return handle(c, argument);
}

/* Some arguments end it early, at random, as a program would be: in the net it fails by what it
 * calls, and its code is what notices that its fuel is used up. */
static struct link no_names;
static struct image program = {.link = &no_names};

void fail_in_net(void);
NET_FUNCTION(void, fail_in_net, (void)) {
    NET_FAIL(&host_nets, "as the model does");
}

static uint64_t end_early(const struct closure *c, uint64_t result, struct activation *in) {
    enum end end = end_of(c->id, result);
    assert_ptr_equal(host_nets.innermost->activation, in);
    assert_int_equal(in->fuel, c->id);
    if (end == FAILED)
        fail_in_net();
    if (end == TERMINATED)
        in->fault = FAULT_FUEL;
    return result;
}

static uint64_t ending_handler(struct closure *c, uint64_t a, uint64_t b, uint64_t d, uint64_t e,
                               struct activation *in) {
    uint64_t argument[WORDS] = {a, b, d, e};
    return end_early(c, handle(c, argument), in);
}

static uint64_t ending_filter(struct closure *c, uint64_t *argument, uint64_t unused_1,
                              uint64_t unused_2, uint64_t unused_3, struct activation *in) {
    (void)unused_1, (void)unused_2, (void)unused_3;
    return end_early(c, handle(c, argument), in);
}

static uint64_t intrinsic(uint64_t a, uint64_t b, uint64_t d, uint64_t e, uint64_t f) {
    const struct closure closure = {.world = raising};
    uint64_t argument[WORDS] = {a, b, d, e, f};
    return handle(&closure, argument);
}

static bool guard(struct closure *c, uint64_t a, uint64_t b, uint64_t d, uint64_t e, uint64_t f) {
    const uint64_t argument[WORDS] = {a, b, d, e, f};
    return answer(&c->question, &c->world->trace, argument);
}

static bool post(struct closure *c, uint64_t result) {
    return (result & 1) == c->question.low;
}

static uint64_t fold(struct closure *c, uint64_t running, uint64_t result, bool last,
                     const uint64_t *argument) {
    const uint64_t told[3] = {running, result, last};
    note_call(&c->world->trace, TOLD_FOLD, told, 3);
    note_call(&c->world->trace, TOLD_FOLD, argument, c->world->arguments);
    return fold_of(running, result, last);
}

static uint64_t otherwise(struct closure *c, uint64_t a, uint64_t b, uint64_t d, uint64_t e,
                          uint64_t f) {
    const uint64_t argument[WORDS] = {a, b, d, e, f};
    note_call(&c->world->trace, TOLD_DEFAULT, argument, c->world->arguments);
    return result_of(TOLD_DEFAULT, argument, c->world->arguments);
}

static void tell_exception(const struct event *event, enum raise_exception what) {
    assert_ptr_equal(event, &raising->event);
    note(&raising->trace, what == RAISE_FAILED ? TOLD_FAILED : TOLD_NOBODY);
}

/* --- One change, of the model and of a level --- */

struct random_change {
    enum { INSTALL, UNINSTALL, ORDER, IMPOSE, LIFT, FOLD, DEFAULT, LATER, CHANGE_KINDS } kind;
    struct entry entry; /* what is installed, or has the new order */
    struct question question;
    unsigned place; /* of a guard */
    bool has;
    uint64_t initial;
};

/* A guard is native, or verified with its numbers in it or in its closure. */
enum { NATIVE, IN_PROGRAM, IN_CLOSURE, WAYS };

/* Bindings that one number tells apart. */
static struct question some_key(struct random *r) {
    struct question q = {.asked = true, .mask = UINT64_MAX, .low = random_below(r, 12) * 3};
    q.high = q.low + (q.low % 2 ? 2 : 0);
    q.made = random_below(r, WAYS - 1) + 1;
    return q;
}

static struct question some_question(struct random *r, unsigned arguments) {
    struct question q = {.asked = true, .of_state = random_below(r, 4) == 0 || !arguments};
    q.argument = q.of_state ? 0 : random_below(r, arguments);
    q.made = random_below(r, WAYS);
    static const uint64_t masks[] = {3, UINT64_MAX, UINT64_MAX, ~15ull};
    q.mask = q.of_state ? 1 : masks[random_below(r, 4)];
    q.low = q.high = q.mask == ~15ull ? 0 : random_below(r, q.of_state ? 2 : q.mask == 3 ? 4 : 8);
    if (q.mask == UINT64_MAX && random_below(r, 3) == 0)
        q.high += random_below(r, 3);
    if (random_below(r, 4) == 0) /* one that often holds */
        q.low = 0;
    return q;
}

static void some_relations(struct random *r, unsigned own, int ids[RELATIONS]) {
    for (unsigned i = 0; i < RELATIONS; i++) {
        ids[i] = random_below(r, 8) ? -1 : (int)random_below(r, BINDINGS);
        if (ids[i] == (int)own)
            ids[i] = -1;
    }
}

static struct entry some_entry(struct random *r, const struct model *m) {
    struct entry e = {.installed = true,
                      .id = random_below(r, 12) ? 1 + random_below(r, BINDINGS - 1) : 0,
                      .since = m->clock + 1,
                      .deed = random_below(r, DEEDS),
                      .place = random_below(r, 6) ? ANYWHERE : random_below(r, 3),
                      .cancel = random_below(r, 8) == 0,
                      .has_post = random_below(r, 6) == 0,
                      .post = random_below(r, 2)};
    if (random_below(r, 3) == 0)
        e.deed = TALLY;
    e.may_end = random_below(r, 6) == 0 && (m->arguments < WORDS || e.deed == FILTER);
    e.async = random_below(r, 6) == 0 && e.id && e.deed != FILTER && !e.cancel && !e.has_post;
    if (m->plain) {
        e.deed = TALLY;
        e.has_post = e.may_end = e.async = false;
        e.id += e.id == 0;
    }
    some_relations(r, e.id, e.before);
    some_relations(r, e.id, e.after);
    if (m->unrelated) {
        memset(e.before, 0xff, sizeof e.before);
        memset(e.after, 0xff, sizeof e.after);
    }
    for (unsigned i = 0; i < GUARDS - 1; i++)
        if (random_below(r, 3) == 0 || ((m->plain || m->keyed) && i == 0))
            e.guard[i] = m->keyed && i == 0 ? some_key(r) : some_question(r, m->arguments);
    e.guard[1].imposed = true;
    return e;
}

static struct random_change some_change(struct random *r, const struct model *m) {
    struct random_change c = {.kind = random_below(r, CHANGE_KINDS),
                              .entry = some_entry(r, m),
                              .question = some_question(r, m->arguments),
                              .has = random_below(r, 2),
                              .initial = random_below(r, 100)};
    if (random_below(r, 2))
        c.kind = INSTALL;
    c.question.imposed = random_below(r, 2);
    if (m->plain && c.kind >= FOLD)
        c.kind = INSTALL;
    return c;
}

/* Relations to what is not installed are refused, as are orders that cannot be. */
static bool relations_lead_somewhere(const struct model *m, const struct entry *e) {
    for (unsigned i = 0; i < RELATIONS; i++)
        if ((e->before[i] >= 0 && !m->entry[e->before[i]].installed) ||
            (e->after[i] >= 0 && !m->entry[e->after[i]].installed))
            return false;
    return true;
}

static void forget_relations_to(struct model *m, unsigned id) {
    for (unsigned i = 0; i < BINDINGS; i++)
        for (unsigned k = 0; k < RELATIONS; k++) {
            if (m->entry[i].before[k] == (int)id)
                m->entry[i].before[k] = -1;
            if (m->entry[i].after[k] == (int)id)
                m->entry[i].after[k] = -1;
        }
}

static bool may_be_asynchronous(const struct model *m) {
    return !m->result_bytes || m->has_default;
}

static bool is_asynchronous(const struct model *m) {
    bool is = m->later;
    for (unsigned i = 0; i < BINDINGS; i++)
        is |= m->entry[i].installed && m->entry[i].async;
    return is;
}

static bool change_model_entry(struct model *m, const struct random_change *c) {
    const unsigned id = c->entry.id;
    struct entry *e = &m->entry[id];
    if (c->kind == INSTALL) {
        if (e->installed || (id && !relations_lead_somewhere(m, &c->entry)) ||
            (c->entry.async && !may_be_asynchronous(m)))
            return false;
        if (id) {
            forget_relations_to(m, id);
            *e = c->entry;
        }
        e->installed = true;
        m->clock++;
        return true;
    }
    if (!e->installed)
        return false;
    if (c->kind == UNINSTALL) {
        e->installed = false;
    } else if (c->kind == ORDER) {
        if (!relations_lead_somewhere(m, &c->entry))
            return false;
        e->place = c->entry.place;
        memcpy(e->before, c->entry.before, sizeof e->before);
        memcpy(e->after, c->entry.after, sizeof e->after);
    } else if (c->kind == IMPOSE) {
        if (e->guard[GUARDS - 1].asked)
            return false;
        e->guard[GUARDS - 1] = c->question;
    } else {
        if (!e->guard[GUARDS - 1].asked)
            return false;
        e->guard[GUARDS - 1].asked = false;
    }
    return true;
}

static bool change_model(struct model *m, const struct random_change *c) {
    const struct model was = *m;
    const struct entry *sequence[BINDINGS];
    unsigned count;
    if (c->kind == FOLD) {
        m->has_fold = c->has;
        m->initial = c->initial;
        return true;
    }
    if (c->kind == DEFAULT) {
        if (!c->has && m->result_bytes && is_asynchronous(m))
            return false;
        m->has_default = c->has;
        return true;
    }
    if (c->kind == LATER) {
        if (c->has && !may_be_asynchronous(m))
            return false;
        m->later = c->has ? ++m->clock : 0;
        return true;
    }
    if (change_model_entry(m, c) && model_order(m, sequence, &count))
        return true;
    *m = was;
    return false;
}

static struct order order_of(const struct world *w, const struct entry *e) {
    static const enum order_place places[] = {ORDER_ANYWHERE, ORDER_FIRST, ORDER_LAST};
    struct order order = {.place = places[e->place]};
    unsigned n = 0;
    for (unsigned i = 0; i < RELATIONS; i++) {
        if (e->before[i] >= 0) {
            order.relation[n].before = true;
            order.relation[n++].other = w->binding[e->before[i]];
        }
        if (e->after[i] >= 0)
            order.relation[n++].other = w->binding[e->after[i]];
    }
    return order;
}

/* By the same numbers, in a closure or in the program. */
static struct procedure guard_of(struct world *w, unsigned id, const struct question *q) {
    struct procedure p = procedure(w, id, (event_fn *)guard);
    struct closure *closure = p.closure;
    char text[512];
    closure->question = *q;
    closure->constant[0] = q->low;
    closure->constant[1] = q->high;
    bool in_closure = q->of_state || q->made == IN_CLOSURE;
    if (q->made == NATIVE || (in_closure && w->arguments == WORDS))
        return p;
    const char *number = q->of_state ? "*(u64 *)(r1 + 0)" : NULL;
    char argument[8];
    snprintf(argument, sizeof argument, "r%u", 1 + in_closure + q->argument);
    int n = snprintf(text, sizeof text, "; %u\nr0 = 0\nr6 = %s\nr6 &= %lld\n", w->arguments,
                     number ? number : argument, (long long)q->mask);
    if (in_closure && !q->of_state)
        snprintf(text + n, sizeof text - (size_t)n,
                 "r7 = *(u64 *)(r1 + 0)\nr8 = *(u64 *)(r1 + 8)\nif r6 < r7 goto no\n"
                 "if r6 > r8 goto no\nr0 = 1\nno:\nexit\n");
    else
        snprintf(text + n, sizeof text - (size_t)n,
                 "if r6 < %llu goto no\nif r6 > %llu goto no\nr0 = 1\nno:\nexit\n",
                 (unsigned long long)q->low, (unsigned long long)q->high);
    p.image = verified_image(text, in_closure, w->arguments, false);
    p.entry = (event_fn *)p.image->code.entry;
    p.has_closure = in_closure;
    if (q->of_state)
        p.closure = &w->trace.state;
    else if (in_closure)
        p.closure = closure->constant;
    p.constant = in_closure && !q->of_state ? sizeof closure->constant : 0;
    p.release = in_closure && !q->of_state ? release_constant : NULL;
    if (!p.release)
        release_closure(closure);
    return p;
}

/* A handler that leaves its tally by way of the closure. */
static struct procedure tally_of(struct world *w, unsigned id) {
    char text[256];
    snprintf(text, sizeof text,
             "; %u\nr0 = *(u64 *)(r1 + 8)\nr0 *= 31\nr0 += %u\n%s*(u64 *)(r1 + 8) = r0\nexit\n",
             w->arguments, id + 1, w->arguments ? "r0 += r2\n" : "");
    const struct image *image = verified_image(text, true, w->arguments, true);
    return (struct procedure){.entry = (event_fn *)image->code.entry,
                              .has_closure = true,
                              .closure = &w->trace.state,
                              .image = image};
}

static void install(struct world *w, struct change *c, const struct entry *e) {
    struct handler_request request = {.order = order_of(w, e), .flags = 0};
    static event_fn *const entry[2][2] = {{(event_fn *)handler, (event_fn *)filter},
                                          {(event_fn *)ending_handler, (event_fn *)ending_filter}};
    request.handler = procedure(w, e->id, entry[e->may_end][e->deed == FILTER]);
    struct closure *closure = request.handler.closure;
    closure->deed = e->deed;
    closure->net = (struct net_handler){.image = &program, .fuel = e->id};
    request.net = e->may_end ? &closure->net : NULL;
    if (e->deed == TALLY && !e->may_end && w->arguments < WORDS) {
        release_closure(request.handler.closure);
        request.handler = tally_of(w, e->id);
    }
    request.flags |= e->deed == FILTER ? BINDING_FILTER : 0;
    request.flags |= e->cancel ? BINDING_CANCEL : 0;
    request.flags |= e->async ? BINDING_ASYNC : 0;
    request.pending = PENDING;
    if (e->guard[0].asked)
        request.guard = guard_of(w, e->id, &e->guard[0]);
    if (e->has_post) {
        request.post = procedure(w, e->id, (event_fn *)post);
        ((struct closure *)request.post.closure)->question.low = e->post;
    }
    assert_int_equal(change_install(c, &w->event, &request, &w->binding[e->id]), 0);
    if (e->guard[1].asked) {
        struct procedure imposed = guard_of(w, e->id, &e->guard[1]);
        change_add_guard(c, w->binding[e->id], &imposed, true, &w->guard[e->id][1]);
    }
}

static void change_entry(struct world *w, struct change *c, const struct random_change *wanted) {
    const unsigned id = wanted->entry.id;
    if (wanted->kind == INSTALL && id == 0) {
        change_restore_intrinsic(c, &w->event);
    } else if (wanted->kind == INSTALL) {
        install(w, c, &wanted->entry);
    } else if (wanted->kind == UNINSTALL) {
        change_uninstall(c, w->binding[id]);
    } else if (wanted->kind == ORDER) {
        struct order order = order_of(w, &wanted->entry);
        change_order(c, w->binding[id], &order);
    } else if (wanted->kind == IMPOSE) {
        struct procedure p = guard_of(w, id, &wanted->question);
        change_add_guard(c, w->binding[id], &p, wanted->question.imposed,
                         &w->guard[id][GUARDS - 1]);
    } else {
        change_remove_guard(c, w->guard[id][GUARDS - 1]);
    }
}

/* Only what the model found possible, or refused for its order, is asked for: a level's world has
 * no binding for what is not installed. */
static bool change_world(struct world *w, const struct random_change *wanted) {
    struct change c;
    struct event_binding *was = w->binding[wanted->entry.id];
    struct procedure p = {0};
    change_open(&c, &own_module, NULL);
    if (wanted->kind == FOLD) {
        if (wanted->has)
            p = procedure(w, 0, (event_fn *)fold);
        change_result_handler(&c, &w->event, &p, wanted->initial);
    } else if (wanted->kind == DEFAULT) {
        if (wanted->has)
            p = procedure(w, 0, (event_fn *)otherwise);
        if (change_default_handler(&c, &w->event, &p) && p.entry)
            release_closure(p.closure);
    } else if (wanted->kind == LATER) {
        change_asynchronous(&c, &w->event, wanted->has ? PENDING : 0);
    } else {
        change_entry(w, &c, wanted);
    }
    bool done = change_commit(&c) == 0;
    if (!done)
        w->binding[wanted->entry.id] = was;
    else if (wanted->kind == UNINSTALL && wanted->entry.id)
        w->binding[wanted->entry.id] = NULL;
    return done;
}

/* --- Lists --- */

static void begin_world(struct world *w, unsigned number, const struct model *m) {
    struct change c;
    enum level level = number < LEVELS ? LEVEL_INTERPRETED + number : LEVEL_BEST;
    *w = (struct world){.level = level, .cell = (event_fn *)intrinsic, .arguments = m->arguments};
    w->event = (struct event){.name = "Test.Event",
                              .module = &own_module,
                              .authorizer = &w->authorizer,
                              .cell = &w->cell,
                              .intrinsic = (event_fn *)intrinsic,
                              .arguments = (uint8_t)m->arguments,
                              .result_bytes = (uint8_t)m->result_bytes,
                              .bindings = &w->bindings};
    change_open(&c, &own_module, NULL);
    change_level(&c, &w->event, level);
    change_watch(&c, &w->event, number == LEVELS);
    if (m->plain || m->keyed)
        change_withdraw_intrinsic(&c, &w->event);
    assert_int_equal(change_commit(&c), 0);
    w->binding[0] = w->bindings->intrinsic;
}

static void begin_model(struct model *m, struct random *r) {
    static const unsigned bytes[] = {0, 1, 2, 4, 8, 8};
    static struct pending pending;
    pending.jobs = 0;
    *m = (struct model){.pending = &pending,
                        .arguments = random_below(r, WORDS + 1),
                        .result_bytes = bytes[random_below(r, 6)],
                        .plain = random_below(r, 3) == 0,
                        .unrelated = random_below(r, 2)};
    m->keyed = m->arguments && random_below(r, 3) == 0;
    if (m->plain) /* nothing but what stays in registers, now and then */
        m->result_bytes = 0;
    for (unsigned i = 0; i < BINDINGS; i++) {
        m->entry[i] = (struct entry){.id = i, .installed = i == 0 && !m->plain && !m->keyed};
        memset(m->entry[i].before, 0xff, sizeof m->entry[i].before);
        memset(m->entry[i].after, 0xff, sizeof m->entry[i].after);
    }
}

static void same_trace(const struct model *m, const struct world *w, uint64_t seed) {
    bool same = m->trace.words == w->trace.words && m->trace.state == w->trace.state &&
                m->trace.tally == w->trace.tally &&
                !memcmp(m->trace.word, w->trace.word, m->trace.words * sizeof(uint64_t));
    if (!same)
        fail_msg("level %d leaves another trace than the model; DISPATCH_SEED=%" PRIu64, w->level,
                 seed);
}

/* What is said of the event is the model's list, in its order. */
static void same_list(const struct model *m, const struct world *w, uint64_t seed) {
    const struct entry *sequence[BINDINGS];
    struct binding_report r;
    unsigned count;
    bool same = model_order(m, sequence, &count);
    for (unsigned i = 0; i < count; i++)
        same = same && binding_report(&w->event, i, &r) && r.binding == w->binding[sequence[i]->id];
    if (!same || binding_report(&w->event, count, &r))
        fail_msg("level %d tells another list than the model's; DISPATCH_SEED=%" PRIu64, w->level,
                 seed);
}

/* Raises of each level that did not fall back, and those in registers alone; of several parts. */
static uint64_t at_level[LEVEL_BEST + 1], lean, in_parts;

static void note_way(const struct world *w) {
    const struct plan *p = w->bindings->plan;
    at_level[p->level]++;
    lean += p->level >= LEVEL_INLINE && w->bindings->kind.lean;
    in_parts += p->level >= LEVEL_INLINE && p->parts > 1;
}

/* What handlers did to their own bindings is known on both sides. */
static void settle(struct world *w) {
    struct world *was = raising;
    raising = w;
    while (dispatch_host_run(&w->event))
        ;
    raising = was;
}

static void raise_all(struct model *m, struct world *w, struct random *r, uint64_t seed) {
    uint64_t argument[WORDS] = {0};
    for (unsigned i = 0; i < m->arguments; i++)
        argument[i] = random_below(r, 4) ? random_below(r, m->keyed ? 36 : 8) : random_value(r);
    const bool settles = random_below(r, 4);
    m->trace.words = 0;
    m->trace.credit = CREDIT;
    uint64_t result = model_raise(m, argument);
    if (settles)
        model_settle(m);
    for (unsigned i = 0; i < WORLDS; i++) {
        w[i].trace.words = 0;
        w[i].trace.credit = CREDIT;
        note_way(&w[i]);
        if (raise_world(&w[i], argument) != result)
            fail_msg("level %d gives another result; DISPATCH_SEED=%" PRIu64, w[i].level, seed);
        if (settles)
            settle(&w[i]);
        same_trace(m, &w[i], seed);
    }
}

static uint64_t lists; /* that were made: a change that is not refused makes one */

static unsigned try_list(uint64_t seed) {
    static struct model m;
    static struct world w[WORLDS];
    struct random r;
    unsigned raises = 0;
    random_seed(&r, seed);
    begin_model(&m, &r);
    for (unsigned i = 0; i < WORLDS; i++)
        begin_world(&w[i], i, &m);
    for (unsigned i = 0; i < CHANGES_A_LIST; i++) {
        struct random_change change = some_change(&r, &m);
        struct model tried = m;
        const struct entry *sequence[BINDINGS];
        unsigned count;
        bool asked = change.kind >= FOLD || change_model_entry(&tried, &change);
        bool possible = asked && model_order(&tried, sequence, &count);
        bool done = change_model(&m, &change);
        assert_true(done == possible || change.kind > FOLD);
        lists += done;
        for (unsigned k = 0; asked && k < WORLDS; k++)
            if (change_world(&w[k], &change) != done)
                fail_msg("level %d: change %u, kind %d, is %s; DISPATCH_SEED=%" PRIu64, w[k].level,
                         i, change.kind, done ? "refused" : "not refused", seed);
        if (i % 16 == 15)
            same_list(&m, &w[(i / 16 + seed) % WORLDS], seed);
        for (; random_below(&r, 3); raises++)
            raise_all(&m, w, &r, seed);
    }
    for (unsigned i = 0; i < WORLDS; i++)
        settle(&w[i]);
    for (unsigned i = 0; i < WORLDS; i++)
        dispatch_host_end(&w[i].event);
    return raises;
}

static uint64_t number_from(const char *variable, uint64_t otherwise_) {
    const char *text = getenv(variable);
    return text ? strtoull(text, NULL, 0) : otherwise_;
}

static void all_levels_leave_the_models_trace(void **state) {
    (void)state;
    uint64_t seeds = number_from("DISPATCH_SEEDS", 300), first = number_from("DISPATCH_SEED", 1);
    uint64_t raises = 0;
    dispatch_host_begin(tell_exception);
    for (uint64_t i = 0; i < seeds; i++)
        raises += try_list(first + i);
    print_message("%" PRIu64 " lists of bindings, %" PRIu64 " raises\n", lists, raises);
    print_message("%" PRIu64 " interpreted, %" PRIu64 " stub, %" PRIu64 " inline, %" PRIu64
                  " merged; %" PRIu64 " lean, %" PRIu64 " in parts\n",
                  at_level[LEVEL_INTERPRETED], at_level[LEVEL_STUB], at_level[LEVEL_INLINE],
                  at_level[LEVEL_MERGED], lean, in_parts);
    assert_true(lists > seeds && raises > seeds);
    if (seeds >= 300)
        assert_true(at_level[LEVEL_INLINE] > seeds && at_level[LEVEL_MERGED] > seeds &&
                    lean > seeds && in_parts > seeds);
    assert_int_equal(closures, 0);
    dispatch_host_all_is_given_back();
    verified_release_all();
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_levels_leave_the_models_trace)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
