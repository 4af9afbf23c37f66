/* SPDX-License-Identifier: MIT */
/* kinds.h -- the kinds of program that an extension has (spin/extend.h): for each event that may
 * be extended, of the event's own type, and those that no event has. One line in a file of exports
 * makes an event extendable:
 *
 *     EXTENDABLE(console_key, .numbers = true);
 *
 * and constants, by whose types, as the kernel's headers have them, programs are judged. */
#ifndef SPIN_LOADER_KINDS_H
#define SPIN_LOADER_KINDS_H

#include "engine/typing.h"
#include "spin/core/event.h"
#include "spin/extend.h"

/* What a program is for. */
enum role {
    ROLE_HANDLER,   /* behind the handlers that are there */
    ROLE_EPHEMERAL, /* the same, and may be cut where the event's authority sets a bound */
    ROLE_ASYNC,     /* the same, in a strand of its own: the raise goes on */
    ROLE_INSTEAD,   /* before them, and no later one runs where it has fired */
    ROLE_FILTER,
    ROLE_RESULT,
    ROLE_GUARD,
    ROLES_OF_EVENTS,
    ROLE_FUNCTION = ROLES_OF_EVENTS,
    ROLE_INITIALISER
};

struct extendable {
    const struct event *event;
    const char *id;                   /* as C has it */
    bool numbers;                     /* all arguments are numbers: it can be filtered, and results
                                         be folded. An address would become one that can be changed */
    const struct typing_grant *grant; /* what programs may do with what arguments lead to */
    uint32_t grants;
};

/* The types are constants, of which the compiler writes down what they point to. */
#define EXTENDABLE_TYPE(role, id, type)                                                            \
    extern type *const role##_##id;                                                                \
    type *const role##_##id
#define EXTENDABLE(id_, ...)                                                                       \
    EXTENDABLE_TYPE(handler, id_, id_##_fn);                                                       \
    EXTENDABLE_TYPE(ephemeral, id_, id_##_fn);                                                     \
    EXTENDABLE_TYPE(async, id_, id_##_fn);                                                         \
    EXTENDABLE_TYPE(instead, id_, id_##_fn);                                                       \
    EXTENDABLE_TYPE(filter, id_, id_##_filter_fn);                                                 \
    EXTENDABLE_TYPE(result, id_, event_result_fn);                                                 \
    EXTENDABLE_TYPE(guard, id_, id_##_guard_fn);                                                   \
    static const struct extendable extendable_##id_                                                \
        __attribute__((section("extendable_table"), used, aligned(8))) = {                         \
            .event = &event_##id_, .id = #id_, __VA_ARGS__}

/* The kinds, made at boot; `types` know all constants of EXTENDABLE. A panic where they do not. */
void kinds_init(const struct types *types);

/* All of them, for a load_request. */
const struct typing *const *kinds_all(uint32_t *count);

/* What a kind's programs are for, and the event, or null. */
enum role kind_role(const struct typing *kind, const struct event **event);

#endif
