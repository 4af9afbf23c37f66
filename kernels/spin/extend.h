/* SPDX-License-Identifier: MIT */
/* extend.h -- what an extension's C files include, and how they say what is in them
 * (docs/extending-spin.md). Events and functions of the kernel are declared by its own headers.
 *
 *     HANDLER(console_key) int count(int byte) { ... }     runs behind those that are there
 *     EPHEMERAL(console_key) int soon(int byte) { ... }    the same, and may be cut in the middle
 *     FILTER(console_key)  int tabs(unsigned long *argument) { ... }   changes what later ones get
 *     RESULT(console_key)  unsigned long last(...)         makes one result of several
 *     DEFAULT(console_key) int none(int byte) { ... }      runs where no handler has fired
 *     GUARD(console_key)   _Bool is_mine(int byte) { ... } of all that this file binds to the event
 *     POST(console_key)    _Bool counts(unsigned long result) { ... }  the same: has it fired?
 *
 *     FIRST, LAST(console_key)            handlers, and when they run
 *     BEFORE, AFTER(console_key, keys)    the same, by the handlers of that extension
 *     INSTEAD(console_key)                runs first, and no later one does
 *     ASYNC(clock_tick)                   has a strand of its own: the raiser goes on
 *
 *     HANDLER_WITH(console_key) int sum(unsigned long *state, int byte) { ... }
 *     GUARD_WITH(console_key) _Bool is_new(const unsigned long *state, int byte) { ... }
 *                                          with the STATE_WORDS words that this file has of its own
 *
 *     EXPORTED long count_get(void) { ... }                can be called by who is linked to it
 *     INITIALISE long begin(void) { ... }                  runs once, before anything is bound
 *
 *     INTERFACE("count_get")                    it is in the extension's interface
 *     NEEDS("/svc/domains/count")               is linked to the domain of this name
 *     OWN("count")                              is linked to another instance of that extension,
 *                                               which nobody else sees */
#ifndef SPIN_EXTEND_H
#define SPIN_EXTEND_H

#define EXTENSION_PROGRAM(kind) __attribute__((section(kind), used))
#define HANDLER(event)          EXTENSION_PROGRAM("handler." #event)
#define FIRST(event)            EXTENSION_PROGRAM("handler." #event "/first")
#define LAST(event)             EXTENSION_PROGRAM("handler." #event "/last")
#define BEFORE(event, other)    EXTENSION_PROGRAM("handler." #event "/before/" #other)
#define AFTER(event, other)     EXTENSION_PROGRAM("handler." #event "/after/" #other)
#define INSTEAD(event)          EXTENSION_PROGRAM("handler." #event "/instead")
#define ASYNC(event)            EXTENSION_PROGRAM("handler." #event "/async")
#define EPHEMERAL(event)        EXTENSION_PROGRAM("ephemeral." #event)
#define HANDLER_WITH(event)     EXTENSION_PROGRAM("with." #event)
#define FILTER(event)           EXTENSION_PROGRAM("filter." #event "/first")
#define RESULT(event)           EXTENSION_PROGRAM("result." #event)
#define DEFAULT(event)          EXTENSION_PROGRAM("default." #event)
#define POST(event)             EXTENSION_PROGRAM("post." #event)
#define GUARD(event)            EXTENSION_PROGRAM("guard." #event)
#define GUARD_WITH(event)       EXTENSION_PROGRAM("guard_with." #event)
#define EXPORTED                EXTENSION_PROGRAM("function")
#define INITIALISE              EXTENSION_PROGRAM("initialise")

#define INTERFACE(name) EXTENSION_SAYS("exports " name, __COUNTER__)
#define NEEDS(path)     EXTENSION_SAYS("needs " path, __COUNTER__)
#define OWN(name)       EXTENSION_SAYS("own " name, __COUNTER__)

/* One string more in the section that the loader reads (services/loader/manifest.h). */
#define EXTENSION_SAYS(text, n) EXTENSION_SAYS_(text, n)
#define EXTENSION_SAYS_(text, n)                                                                   \
    static const char says_##n[] __attribute__((section(".extension"), used)) = text

/* What a result handler is given: the running value, which begins as 0, the result of the handler
 * that has fired, and whether it is the last; and the arguments. */
typedef unsigned long event_result_fn(unsigned long running, unsigned long result, _Bool last,
                                      const unsigned long *argument);

/* What a post-guard is given: the result, in as many of its bytes as the event's type has. */
typedef _Bool event_post_fn(unsigned long result);

/* Of the state of a file: numbers, zeros at first, for its handlers and guards of all events. */
#define STATE_WORDS 8

/* A variable, function or event of another extension or of the kernel that no header declares. */
#define IMPORTED extern __attribute__((section(".ksyms")))

#endif
