/* SPDX-License-Identifier: MIT */
/* spin_external_fuzz.c -- any bytes as what two processes, a parent and what it forked, do with
 * external references: whatever integers they name, each gets what its own table has, of the type
 * that was asked for, and in the end nothing is held. A list of pairs is the model. */
#include "../fuzz_hooks.h"
#include "lib/error.h"
#include "spin/runtime/external.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OBJECTS 16
static int holders[OBJECTS];

static void hold(void *object) {
    ++*(int *)object;
}

static void release(void *object) {
    demand(--*(int *)object >= 0);
}

static const struct name_type types[2] = {{"one", hold, release}, {"other", hold, release}};

/* What a table is to have: an integer for each object as one of each type, or EXTERNAL_NIL. */
struct side {
    struct external_table *table;
    uint64_t has[OBJECTS][2];
};

static void externalize(struct side *s, unsigned object, unsigned type, unsigned slot) {
    const struct named reference = {&types[type], &holders[object]};
    uint64_t external, *has = &s->has[object][type];
    if (external_externalize(s->table, &reference, slot, &external))
        return;
    demand(external != EXTERNAL_NIL && (*has == EXTERNAL_NIL || *has == external));
    demand(slot == EXTERNAL_ANY_SLOT || external % EXTERNAL_MAX == slot);
    *has = external;
}

static void internalize(struct side *s, uint64_t external, unsigned type) {
    int expected = external == EXTERNAL_NIL ? 0 : -E_NOT_FOUND;
    void *object = NULL, *expected_object = NULL;
    for (unsigned i = 0; external && i < OBJECTS * 2; i++)
        if (s->has[i / 2][i % 2] == external) {
            expected = i % 2 == type ? 0 : -E_INVALID;
            expected_object = i % 2 == type ? &holders[i / 2] : NULL;
        }
    demand(external_internalize(s->table, external, &types[type], &object) == expected);
    demand(object == expected_object);
    if (object)
        release(object);
}

static void forget(struct side *s, uint64_t external) {
    int expected = -E_NOT_FOUND;
    for (unsigned i = 0; external && i < OBJECTS * 2; i++)
        if (s->has[i / 2][i % 2] == external) {
            s->has[i / 2][i % 2] = EXTERNAL_NIL;
            expected = 0;
        }
    demand(external_delete(s->table, external) == expected);
}

static void fork_from(struct side *child, const struct side *parent) {
    external_destroy(child->table);
    *child = *parent;
    demand(external_copy(parent->table, &child->table) == 0);
}

struct operation {
    uint8_t what, object;
    uint16_t slot;
    uint64_t external;
};

static void operate(struct side *sides, const struct operation *o) {
    struct side *s = &sides[o->what >> 7];
    unsigned type = o->object & 1, object = o->object / 2 % OBJECTS;
    /* Half of them: an integer that was given, to one of the two. */
    uint64_t external = o->what & 64 ? o->external : sides[o->slot & 1].has[object][type];
    switch (o->what % 4) {
    case 0:
        externalize(s, object, type, o->slot);
        break;
    case 1:
        internalize(s, external, (o->slot >> 1) & 1);
        break;
    case 2:
        forget(s, external);
        break;
    case 3:
        fork_from(&sides[!(o->what >> 7)], s);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct side sides[2];
    struct operation o;
    memset(sides, 0, sizeof sides);
    for (unsigned i = 0; i < 2; i++)
        demand(external_create(&sides[i].table, &hooks) == 0);
    for (; size >= sizeof o; data += sizeof o, size -= sizeof o) {
        memcpy(&o, data, sizeof o);
        operate(sides, &o);
    }
    for (unsigned i = 0; i < 2; i++)
        external_destroy(sides[i].table);
    for (unsigned i = 0; i < OBJECTS; i++)
        demand(holders[i] == 0);
    return 0;
}
