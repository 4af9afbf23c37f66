/* SPDX-License-Identifier: MIT */
/* dispatch_change.h -- changes of bindings at random, and what the model says of them. */
#ifndef TESTS_SPIN_DISPATCH_CHANGE_H
#define TESTS_SPIN_DISPATCH_CHANGE_H

#include "../../soundness/generate.h"
#include "dispatch_model.h"

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

#endif
