/* SPDX-License-Identifier: MIT */
/* event.h -- a procedure is an event: raising it is an ordinary call, and whoever handles it is
 * found by one load (Pardyak and Bershad, OSDI '96). A header declares it, one source defines it
 * together with its intrinsic handler, the procedure of the same name:
 *
 *     EVENT_DECLARE(console_write, void, (const char *text, size_t length));
 *
 *     EVENT(console_write, "Console.Write", void, (const char *text, size_t length)) {
 *         framer_text(&framer, text, length);
 *     }
 *
 *     console_write("hello\n", 6);
 *
 * The call goes through the event's cell, `call *console_write`, which points at the intrinsic
 * handler until somebody else is put there: the common case runs no line of the dispatcher, and a
 * raise costs what a procedure call costs (docs/spin.md, "What an event costs"). Every event of the
 * image is in one table, by its name.
 *
 * What the macros name for the event `console_write`, to whoever looks for it: `console_write` the
 * cell, `console_write_fn` the type of its handlers, `console_write_intrinsic` the handler that
 * EVENT defines, `console_write_raise` the raise procedure, `event_console_write` the table's
 * entry.
 *
 * An extension includes the same header. To it the event is a function, which it calls; what it is
 * linked to is the event's raise procedure, a jump through the cell. */
#ifndef SPIN_CORE_EVENT_H
#define SPIN_CORE_EVENT_H

#include <stdbool.h>
#include <stddef.h>

typedef void event_fn(void); /* any handler; id##_fn is what it really is */

struct event {
    const char *name; /* "Interface.Procedure" */
    event_fn **cell;  /* where a raise jumps through */
    event_fn *intrinsic;
};

#ifdef __BPF__
#define EVENT_DECLARE(id, result, parameters)                                                      \
    extern result id parameters __attribute__((section(".ksyms")))
#else
#define EVENT_DECLARE(id, result, parameters)                                                      \
    typedef result id##_fn parameters;                                                             \
    extern id##_fn *id;                                                                            \
    extern result id##_raise parameters
#endif

#define EVENT(id, name_, result, parameters)                                                       \
    static id##_fn id##_intrinsic;                                                                 \
    id##_fn *id = id##_intrinsic;                                                                  \
    __asm__(EVENT_RAISE(#id));                                                                     \
    static const struct event event_##id                                                           \
        __attribute__((section("event_table"), used, aligned(8))) = {                              \
            .name = name_, .cell = (event_fn **)&id, .intrinsic = (event_fn *)id##_intrinsic};     \
    static result id##_intrinsic parameters

/* Raises the event on behalf of who called it: not a frame more. */
#define EVENT_RAISE(id)                                                                            \
    ".pushsection .text." id "_raise,\"ax\",@progbits\n.globl " id "_raise\n"                      \
    ".type " id "_raise,@function\n" id "_raise: jmp *" id "\n"                                    \
    ".size " id "_raise,.-" id "_raise\n.popsection"

/* Every event of the image; names are unique, and each cell holds its intrinsic handler. Panics
 * where that is not so. */
void event_init(void);

size_t event_count(void);
/* The n-th, n < event_count(). */
const struct event *event_at(size_t n);
/* Null when there is none of this name. */
const struct event *event_find(const char *name);

/* Puts a handler in the place of whoever handles the event `id` now; a raise sees the old one or
 * the new one, and those under way finish with the old. The compiler refuses a handler of another
 * type. */
#define EVENT_HANDLER_SET(id, handler)                                                             \
    do {                                                                                           \
        id##_fn *typed_ = (handler);                                                               \
        __atomic_store_n(&(id), typed_, __ATOMIC_RELEASE);                                         \
    } while (0)

/* The intrinsic handler handles the event again. */
void event_handler_reset(const struct event *e);
bool event_is_intrinsic(const struct event *e);

#endif
