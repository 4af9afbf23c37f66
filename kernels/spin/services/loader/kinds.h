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

/* What a program is for, as spin/extend.h has it. */
enum role {
    ROLE_HANDLER,
    ROLE_EPHEMERAL,
    ROLE_WITH, /* a handler with the state of its file */
    ROLE_FILTER,
    ROLE_RESULT,
    ROLE_DEFAULT,
    ROLE_POST,
    ROLE_GUARD,
    ROLE_GUARD_WITH,
    ROLES_OF_EVENTS,
    ROLE_FUNCTION = ROLES_OF_EVENTS,
    ROLE_INITIALISER,
    ROLES
};

struct extendable {
    const struct event *event;
    const char *id;                   /* as C has it */
    bool numbers;                     /* all arguments are numbers: it can be filtered, and results
                                         be folded. An address would become one that can be changed */
    bool metered;                     /* handlers need not be proven to end: they run on fuel */
    const struct typing_grant *grant; /* what programs may do with what arguments lead to */
    uint32_t grants;
};

/* Plain memory of the type of this name: bytes, to be read and written as a program likes. */
#define MEMORY_OF(name)                                                                            \
    {                                                                                              \
        .type = (name), .may = MAY_READ_WRITE, .shape = {                                          \
            .kind = SHAPE_MEMORY,                                                                  \
            .may = MAY_READ_WRITE                                                                  \
        }                                                                                          \
    }

/* The types are constants, of which the compiler writes down what they point to. */
#define EXTENDABLE_TYPE(role, id, type)                                                            \
    extern type *const role##_##id;                                                                \
    type *const role##_##id
#define EXTENDABLE(id_, ...)                                                                       \
    EXTENDABLE_TYPE(handler, id_, id_##_fn);                                                       \
    EXTENDABLE_TYPE(ephemeral, id_, id_##_fn);                                                     \
    EXTENDABLE_TYPE(with, id_, id_##_with_fn);                                                     \
    EXTENDABLE_TYPE(filter, id_, id_##_filter_fn);                                                 \
    EXTENDABLE_TYPE(result, id_, event_result_fn);                                                 \
    EXTENDABLE_TYPE(default, id_, id_##_fn);                                                       \
    EXTENDABLE_TYPE(post, id_, event_post_fn);                                                     \
    EXTENDABLE_TYPE(guard, id_, id_##_guard_fn);                                                   \
    EXTENDABLE_TYPE(guard_with, id_, id_##_guard_with_fn);                                         \
    static const struct extendable extendable_##id_                                                \
        __attribute__((section("extendable_table"), used, aligned(8))) = {                         \
            .event = &event_##id_, .id = #id_, __VA_ARGS__}

/* The kinds, made at boot; `types` know all constants of EXTENDABLE. A panic where they do not. */
void kinds_init(const struct types *types);

/* Programs of this role, for these events, may be loaded from here on. */
void kinds_add(enum role role, const struct extendable *e, uint32_t n, const struct types *types);

/* All of them, for a load_request. */
const struct typing *const *kinds_all(uint32_t *count);

/* Is a section called as if its programs were of an event's kind, and there is no such kind? */
bool kind_is_missing(const char *section);

/* The kind of the programs of a section of this name; null: of none. */
const struct typing *kind_of_section(const char *section);

/* What a kind's programs are for, and the event, or null. */
enum role kind_role(const struct typing *kind, const struct event **event);

#endif
