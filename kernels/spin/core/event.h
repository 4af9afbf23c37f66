/* SPDX-License-Identifier: MIT */
/* event.h -- a procedure is an event: raising it is an ordinary call, and whoever handles it is
 * found by one load (Pardyak and Bershad, OSDI '96). A header declares it, one source defines it
 * together with its intrinsic handler, the procedure of the same name:
 *
 *     EVENT_DECLARE(console_write, void, (const char *text, size_t length));
 *
 *     MODULE("Console");
 *     EVENT(console_write, "Console.Write", void, (const char *text, size_t length)) {
 *         sender_text(&sender, text, length);
 *     }
 *
 *     console_write("hello\n", 6);
 *
 * The call goes through the event's cell, `call *console_write`, which points at the intrinsic
 * handler until somebody changes what is bound to the event (dispatch/change.h): the common case
 * runs no line of the dispatcher, and a raise costs what a procedure call costs
 * (docs/spin/events.md, "What an event costs"). Every event of the image is in one table, by its
 * name.
 *
 * What the macros name for the event `console_write`, to whoever looks for it: `console_write` the
 * cell, `console_write_fn` the type of its handlers, `console_write_intrinsic` the handler that
 * EVENT defines, `event_console_write` the table's entry.
 *
 * An extension includes the same header. To it the event is a function, which it calls; what it is
 * linked to is console_write_raise or console_write_try (services/verified_raise.h). */
#ifndef SPIN_CORE_EVENT_H
#define SPIN_CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>

/* Parameters as a type has them, from a list that may be empty; the same behind a closure, behind
 * the state of an extension's file (spin/extend.h); how many they are. */
#define EVENT_TYPES(...)                          EVENT_TYPES_##__VA_OPT__(SOME)(__VA_ARGS__)
#define EVENT_TYPES_()                            (void)
#define EVENT_TYPES_SOME(...)                     (__VA_ARGS__)
#define EVENT_BEHIND(...)                         (void *closure __VA_OPT__(, ) __VA_ARGS__)
#define EVENT_STATE(...)                          (unsigned long *state __VA_OPT__(, ) __VA_ARGS__)
#define EVENT_STATE_READ(...)                     (const unsigned long *state __VA_OPT__(, ) __VA_ARGS__)
#define EVENT_COUNT(...)                          EVENT_EIGHTH(0 __VA_OPT__(, ) __VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)
#define EVENT_EIGHTH(_, a, b, c, d, e, f, n, ...) n

#ifdef __BPF__
#define EVENT_DECLARE(id, result, parameters)                                                      \
    extern result id EVENT_TYPES parameters __attribute__((section(".ksyms")));                    \
    extern result id##_try EVENT_TYPES parameters __attribute__((section(".ksyms")))
#else

#include "spin/core/dispatch/change.h"

#define EVENT_DECLARE(id, result, parameters)                                                      \
    typedef result id##_fn EVENT_TYPES parameters;                                                 \
    typedef result id##_closure_fn EVENT_BEHIND parameters;                                        \
    typedef bool id##_guard_fn EVENT_TYPES parameters;                                             \
    typedef bool id##_guard_closure_fn EVENT_BEHIND parameters;                                    \
    typedef result id##_with_fn EVENT_STATE parameters;                                            \
    typedef bool id##_guard_with_fn EVENT_STATE_READ parameters;                                   \
    typedef result id##_filter_fn(uint64_t *argument);                                             \
    extern id##_fn *id;                                                                            \
    extern const struct event event_##id;                                                          \
    extern result id##_raise EVENT_TYPES parameters;                                               \
    extern result id##_try EVENT_TYPES parameters

#define EVENT(id, name_, result, parameters)                                                       \
    static id##_fn id##_intrinsic;                                                                 \
    id##_fn *id = id##_intrinsic;                                                                  \
    static struct bindings *bindings_##id;                                                         \
    static uint64_t budget_##id;                                                                   \
    static struct authorizer authorizer_##id;                                                      \
    const struct event event_##id __attribute__((section("event_table"), used, aligned(8))) = {    \
        .name = name_,                                                                             \
        .module = THIS_MODULE,                                                                     \
        .cell = (event_fn **)&id,                                                                  \
        .intrinsic = (event_fn *)id##_intrinsic,                                                   \
        .has_addresses = __builtin_strchr(#parameters, '*') != NULL,                               \
        .arguments = EVENT_COUNT parameters,                                                       \
        .result_bytes = __builtin_types_compatible_p(result, void) ? 0 : sizeof(result),           \
        .bindings = &bindings_##id,                                                                \
        .budget = &budget_##id,                                                                    \
        .authorizer = &authorizer_##id};                                                           \
    static result id##_intrinsic EVENT_TYPES parameters

/* Native procedures for a change, as struct procedure; the compiler refuses another type than the
 * event has. `WITH` ones take the closure first. A filter takes the address of the arguments, a
 * word each, in which the bytes of an argument's type count. */
#define EVENT_HANDLER(id, fn)               EVENT_PLAIN(id##_fn, fn)
#define EVENT_HANDLER_WITH(id, fn, closure) EVENT_WITH(id##_closure_fn, fn, closure)
#define EVENT_GUARD(id, fn)                 EVENT_PLAIN(id##_guard_fn, fn)
#define EVENT_GUARD_WITH(id, fn, closure)   EVENT_WITH(id##_guard_closure_fn, fn, closure)
#define EVENT_FILTER(id, fn)                EVENT_PLAIN(id##_filter_fn, fn)

#define EVENT_PLAIN(type, fn)                                                                      \
    { .entry = (event_fn *)(1 ? (fn) : (type *)0) }
#define EVENT_WITH(type, fn, closure_)                                                             \
    { .entry = (event_fn *)(1 ? (fn) : (type *)0), .has_closure = true, .closure = (closure_) }

/* Every event of the image; names are unique, and each cell holds its intrinsic handler. Panics
 * where that is not so. */
void event_init(void);
/* The part of it that is about one event's cell. */
void event_check_start(const struct event *e);

size_t event_count(void);
/* The n-th, n < event_count(). */
const struct event *event_at(size_t n);
/* Null when there is none of this name. */
const struct event *event_find(const char *name);

/* Who may change what a module's events are bound to: this authorizer is asked, without a closure.
 * The module exists. For what the image is booted with; authority.h has the general form. */
void event_authorize(struct module *by, authorizer_fn *allows);

/* For an authorizer who lets everybody handle what a guard holds of: each module its own strands'
 * events, say. Handlers are allowed, with this guard before their own, and nothing else: by a
 * filter one could put another's arguments in the place of one's own for all later handlers, and a
 * default handler has no guard. */
bool impose_guard(struct change_request *request, struct procedure guard);

/* Nobody but the intrinsic handler handles it: a raise is a procedure call. */
bool event_is_intrinsic(const struct event *e);

#endif
#endif
