/* SPDX-License-Identifier: MIT */
/* kinds.c -- see kinds.h. */
#include "spin/services/loader/kinds.h"

#include "common/engine.h"
#include "lib/format.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/extension.h"

/* The most instructions that a program may take. */
#define GUARD_COST      1000
#define HANDLER_COST    20000
#define INITIALISE_COST 1000000

#define KINDS_MAX     64
#define KIND_NAME_MAX 48
#define GRANTS_MAX    16

extern const struct extendable __start_extendable_table[], __stop_extendable_table[];

/* One kind, which stays. */
struct role_kind {
    char name[KIND_NAME_MAX], prototype[KIND_NAME_MAX];
    enum role role;
    const struct event *event;
    struct typing_grant grant[GRANTS_MAX];
    struct kind_description description;
    struct typing typing;
};

/* What every program may do with what is shared (runtime/cell.h). */
static const struct typing_grant common[] = {
    {.type = "cell", .field = "number", .may = MAY_READ_WRITE},
    {.type = "cell", .field = "left", .may = OWNS},
    {.type = "cell", .field = "right", .may = OWNS},
};

static const struct typing *all[KINDS_MAX];
static uint32_t count;

static const char *const role_names[] = {
    [ROLE_HANDLER] = "handler", [ROLE_EPHEMERAL] = "ephemeral", [ROLE_ASYNC] = "async",
    [ROLE_INSTEAD] = "instead", [ROLE_FILTER] = "filter",       [ROLE_RESULT] = "result",
    [ROLE_GUARD] = "guard",     [ROLE_FUNCTION] = "function",   [ROLE_INITIALISER] = "initialise"};

static const struct kind shared[] = {
    [ROLE_HANDLER] = {.demands = BOUNDED, .budget = HANDLER_COST},
    [ROLE_EPHEMERAL] = {.demands = BOUNDED | EPHEMERAL, .budget = HANDLER_COST, .fueled = true},
    [ROLE_ASYNC] = {.demands = BOUNDED, .budget = HANDLER_COST},
    [ROLE_INSTEAD] = {.demands = BOUNDED, .budget = HANDLER_COST},
    [ROLE_FILTER] = {.demands = BOUNDED, .budget = HANDLER_COST},
    [ROLE_RESULT] = {.demands = BOUNDED, .budget = HANDLER_COST},
    [ROLE_GUARD] = {.demands = BOUNDED | FUNCTIONAL, .budget = GUARD_COST},
    [ROLE_FUNCTION] = {.demands = BOUNDED, .budget = HANDLER_COST},
    [ROLE_INITIALISER] = {.entry = {.result = {.kind = SHAPE_NUMBER}},
                          .demands = BOUNDED,
                          .budget = INITIALISE_COST}};

static struct role_kind *kind_create(enum role role) {
    struct role_kind *k = heap_alloc(sizeof *k);
    if (!k || count == KINDS_MAX)
        panic("kinds_init: no room for kind %u", count);
    k->role = role;
    k->description.kind = shared[role];
    if (!DEFENDED(BOUNDED))
        k->description.kind.demands &= (uint32_t)~BOUNDED;
    k->description.kind.stack_max = EXTENSION_STACK_MAX;
    return k;
}

static void grant(struct role_kind *k, const struct typing_grant *grants, uint32_t n) {
    assert_that(k->description.grants + n <= GRANTS_MAX);
    for (uint32_t i = 0; i < n; i++)
        k->grant[k->description.grants++] = grants[i];
}

static void kind_open(struct role_kind *k, const struct types *types) {
    static struct report why;
    k->description.kind.name = k->name;
    k->description.types = types;
    grant(k, common, sizeof common / sizeof *common);
    k->description.grant = k->grant;
    if (!typing_open(&k->typing, &engine_hooks, &k->description, &why))
        panic("kinds_init: %s", why.text);
    all[count++] = &k->typing;
}

/* Where the arguments lie, a word each: a filter may change them. */
static struct shape words(const struct event *event, uint8_t may) {
    return (struct shape){
        .kind = SHAPE_MEMORY, .may = may, .bytes = event->arguments * sizeof(uint64_t)};
}

static void open_for(const struct extendable *e, enum role role, const struct types *types) {
    struct role_kind *k = kind_create(role);
    format_text(k->name, sizeof k->name, "%s.%s", role_names[role], e->id);
    format_text(k->prototype, sizeof k->prototype, "%s_%s", role_names[role], e->id);
    k->event = e->event;
    k->description.prototype = k->prototype;
    grant(k, e->grant, e->grants);
    if (role == ROLE_FILTER)
        k->description.kind.entry.parameter[0] = words(e->event, MAY_READ_WRITE);
    if (role == ROLE_RESULT)
        k->description.kind.entry.parameter[3] = words(e->event, MAY_READ);
    kind_open(k, types);
}

void kinds_init(const struct types *types) {
    for (const struct extendable *e = __start_extendable_table; e < __stop_extendable_table; e++)
        for (enum role role = 0; role < ROLES_OF_EVENTS; role++)
            if (e->numbers || (role != ROLE_FILTER && role != ROLE_RESULT && role != ROLE_ASYNC))
                open_for(e, role, types);
    for (enum role role = ROLE_FUNCTION; role <= ROLE_INITIALISER; role++) {
        struct role_kind *k = kind_create(role);
        format_text(k->name, sizeof k->name, "%s", role_names[role]);
        k->description.own = role == ROLE_FUNCTION;
        kind_open(k, types);
    }
}

const struct typing *const *kinds_all(uint32_t *n) {
    *n = count;
    return all;
}

enum role kind_role(const struct typing *kind, const struct event **event) {
    const struct role_kind *k = container_of((struct typing *)kind, struct role_kind, typing);
    *event = k->event;
    return k->role;
}
