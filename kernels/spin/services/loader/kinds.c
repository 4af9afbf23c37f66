/* SPDX-License-Identifier: MIT */
/* kinds.c -- see kinds.h. */
#include "spin/services/loader/kinds.h"

#include "common/engine.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/extension.h"

/* The most instructions that a program may take. */
#define GUARD_COST      1000
#define HANDLER_COST    20000
#define INITIALISE_COST 1000000

#define KINDS_MAX     192
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

/* What every program may do with what is shared (runtime/cell.h), and with what it is about to send
 * (services/net/net.h). */
static const struct typing_grant common[] = {
    {.type = "cell", .field = "number", .may = MAY_READ_WRITE},
    {.type = "cell", .field = "left", .may = OWNS},
    {.type = "cell", .field = "right", .may = OWNS},
    MEMORY_OF("outgoing"),
};

static const struct types *public_types; /* which have cells */
static const struct typing *all[KINDS_MAX];
static uint32_t count;

static const struct {
    const char *name;
    uint32_t demands;
    uint64_t budget;
} roles[] = {[ROLE_HANDLER] = {"handler", BOUNDED, HANDLER_COST},
             [ROLE_EPHEMERAL] = {"ephemeral", BOUNDED | EPHEMERAL, HANDLER_COST},
             [ROLE_WITH] = {"with", BOUNDED, HANDLER_COST},
             [ROLE_FILTER] = {"filter", BOUNDED, HANDLER_COST},
             [ROLE_RESULT] = {"result", BOUNDED, HANDLER_COST},
             [ROLE_DEFAULT] = {"default", BOUNDED, HANDLER_COST},
             [ROLE_POST] = {"post", BOUNDED | FUNCTIONAL, GUARD_COST},
             [ROLE_GUARD] = {"guard", BOUNDED | FUNCTIONAL, GUARD_COST},
             [ROLE_GUARD_WITH] = {"guard_with", BOUNDED | FUNCTIONAL, GUARD_COST},
             [ROLE_FUNCTION] = {"function", BOUNDED, HANDLER_COST},
             [ROLE_INITIALISER] = {"initialise", BOUNDED, INITIALISE_COST}};

static struct role_kind *kind_create(enum role role) {
    struct role_kind *k = heap_alloc(sizeof *k);
    if (!k || count == KINDS_MAX)
        panic("kinds_init: no room for kind %u", count);
    k->role = role;
    k->description.kind = (struct kind){.demands = roles[role].demands &
                                                   (DEFENDED(BOUNDED) ? ~0u : ~(uint32_t)BOUNDED),
                                        .budget = roles[role].budget,
                                        .fueled = role == ROLE_EPHEMERAL,
                                        .stack_max = EXTENSION_STACK_MAX};
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
    if (types == public_types)
        grant(k, common, sizeof common / sizeof *common);
    k->description.grant = k->grant;
    if (!typing_open(&k->typing, &engine_hooks, &k->description, &why))
        panic("kinds_init: %s", why.text);
    all[count++] = &k->typing;
}

/* So many words: the arguments, which a filter may change, or the state of a file. */
static struct shape words(uint32_t n, uint8_t may) {
    return (struct shape){.kind = SHAPE_MEMORY, .may = may, .bytes = n * sizeof(uint64_t)};
}

static void open_for(const struct extendable *e, enum role role, const struct types *types) {
    struct role_kind *k = kind_create(role);
    struct shape *parameter = k->description.kind.entry.parameter;
    format_text(k->name, sizeof k->name, "%s.%s", roles[role].name, e->id);
    format_text(k->prototype, sizeof k->prototype, "%s_%s", roles[role].name, e->id);
    k->event = e->event;
    k->description.prototype = k->prototype;
    grant(k, e->grant, e->grants);
    if (e->metered) {
        k->description.kind.demands &= ~(uint32_t)BOUNDED;
        k->description.kind.budget = 0;
    }
    if (role == ROLE_FILTER)
        parameter[0] = words(e->event->arguments, MAY_READ_WRITE);
    if (role == ROLE_RESULT)
        parameter[3] = words(e->event->arguments, MAY_READ);
    if (role == ROLE_WITH || role == ROLE_GUARD_WITH)
        parameter[0] = words(STATE_WORDS, role == ROLE_WITH ? MAY_READ_WRITE : MAY_READ);
    kind_open(k, types);
}

/* Results are of events that have some. */
static bool has_role(const struct extendable *e, enum role role) {
    if (role == ROLE_FILTER)
        return e->numbers;
    if (role == ROLE_RESULT)
        return e->numbers && e->event->result_bytes;
    return role != ROLE_POST || e->event->result_bytes;
}

void kinds_init(const struct types *types) {
    public_types = types;
    for (const struct extendable *e = __start_extendable_table; e < __stop_extendable_table; e++)
        for (enum role role = 0; role < ROLES_OF_EVENTS; role++)
            if (has_role(e, role))
                open_for(e, role, types);
    for (enum role role = ROLE_FUNCTION; role < ROLES; role++) {
        struct role_kind *k = kind_create(role);
        format_text(k->name, sizeof k->name, "%s", roles[role].name);
        k->description.own = role == ROLE_FUNCTION;
        if (role == ROLE_INITIALISER)
            k->description.kind.entry.result.kind = SHAPE_NUMBER;
        kind_open(k, types);
    }
}

void kinds_add(enum role role, const struct extendable *e, uint32_t n, const struct types *types) {
    for (uint32_t i = 0; i < n; i++)
        open_for(&e[i], role, types);
}

const struct typing *const *kinds_all(uint32_t *n) {
    *n = count;
    return all;
}

/* Does it begin with the word, and a period or a slash behind it? */
static bool begins(const char *section, const char *word, const char *behind) {
    size_t n = strlen(word);
    return strncmp(section, word, n) == 0 && strchr(behind, section[n]);
}

const struct typing *kind_of_section(const char *section) {
    for (uint32_t i = 0; i < count; i++)
        if (begins(section, all[i]->kind.name, "/"))
            return all[i];
    return NULL;
}

bool kind_is_missing(const char *section) {
    bool claimed = false;
    for (enum role role = 0; role < ROLES_OF_EVENTS; role++)
        claimed |= begins(section, roles[role].name, ".");
    return claimed && !kind_of_section(section);
}

enum role kind_role(const struct typing *kind, const struct event **event) {
    const struct role_kind *k = container_of((struct typing *)kind, struct role_kind, typing);
    *event = k->event;
    return k->role;
}
