/* SPDX-License-Identifier: MIT */
/* panic.h -- a violated invariant of ours: say all that is known and stop. Registers, a symbolised
 * back trace and the last log lines go to the serial line as text, the report to the caller that
 * asked for it (the system makes its `fault` record of it), then the machine ends with EXIT_PANIC.
 * An NMI that comes meanwhile is dropped. A panic within the panic says both messages and ends at
 * once; one within that halts. Where a trap_catch is active, it takes the panic instead. */
#ifndef MACHINE_PANIC_H
#define MACHINE_PANIC_H

#include "machine/cpu/trap_frame.h"

#include <stddef.h>

struct panic_report {
    const char *message;
    const struct trap_frame
        *frame; /* of the trap; of the call to panic(), vector TRAP_PANIC, otherwise */
    uint64_t cr2, cr3;
    const char *trace; /* "f+0x1c<g+0x40<h+0x3": innermost first */
};

/* What the machine's other parts do for a panic; start.c says who they are, before there can be
 * one. */
struct panic_helpers {
    bool (*is_caught)(void);                    /* would the next one take it? */
    void (*caught)(const struct trap_frame *f); /* returns where nobody takes it */
    size_t (*trace)(const struct trap_frame *f, char *into, size_t size);
    const char *(*trap_name)(unsigned vector);
    /* More of a trap, to stand behind its name; nothing where there is no more to say. */
    void (*explain)(const struct trap_frame *f, char *into, size_t size);
};
void panic_init(const struct panic_helpers *helpers);

_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a trap that nobody handles, or that is not its program's. */
_Noreturn void panic_trap(const struct trap_frame *f);
/* Goes on with what trap_catch gave back in f, a trap or a panic, as if it had not been caught
 * there. */
_Noreturn void panic_again(const struct trap_frame *f);
/* From its first instruction on, but not while a trap_catch will take it. */
bool panic_is_under_way(void);
void panic_report_to(void (*fn)(const struct panic_report *r));
/* The message of the panic that trap_catch caught last. */
const char *panic_message(void);

#define assert_that(condition)                                                                     \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0))                                                     \
            panic("%s:%d: does not hold: %s", __FILE_NAME__, __LINE__, #condition);                \
    } while (0)

#endif
