/* SPDX-License-Identifier: MIT */
/* extend.h -- what an extension's C files include, and how they say what is in them
 * (docs/extending-spin.md). Events and functions of the kernel are declared by its own headers.
 *
 *     HANDLER(console_key) int count(int byte) { ... }     runs behind those that are there
 *     EPHEMERAL(console_key) int soon(int byte) { ... }    the same, and may be cut in the middle
 *     ASYNC(clock_tick) void later(unsigned long t) { ... } the same, and the raiser goes on
 *     INSTEAD(console_key) int mine(int byte) { ... }      runs first, and no later one does
 *     FILTER(console_key)  int tabs(unsigned long *argument) { ... }   changes what later ones get
 *     RESULT(console_key)  unsigned long last(...)         makes one result of several
 *     GUARD(console_key)   _Bool is_mine(int byte) { ... } of all that this file binds to the event
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
#define EPHEMERAL(event)        EXTENSION_PROGRAM("ephemeral." #event)
#define ASYNC(event)            EXTENSION_PROGRAM("async." #event)
#define INSTEAD(event)          EXTENSION_PROGRAM("instead." #event)
#define FILTER(event)           EXTENSION_PROGRAM("filter." #event)
#define RESULT(event)           EXTENSION_PROGRAM("result." #event)
#define GUARD(event)            EXTENSION_PROGRAM("guard." #event)
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

/* A variable, function or event of another extension or of the kernel that no header declares. */
#define IMPORTED extern __attribute__((section(".ksyms")))

#endif
