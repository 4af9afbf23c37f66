/* SPDX-License-Identifier: MIT */
/* upcall_handle.c -- see upcall_handle.h. */
#include "exo/libos/upcall_handle.h"

#include <stddef.h>

#include "exo/libos/uarea.h"
#include "exo/libos/upcall_offsets.h"

_Static_assert(offsetof(struct upcall_state, trap.address) == STATE_ADDRESS, "for upcall_entry.S");
_Static_assert(offsetof(struct upcall_state, trap.rip) == STATE_RIP, "for upcall_entry.S");
_Static_assert(offsetof(struct upcall_state, trap.rflags) == STATE_RFLAGS, "for upcall_entry.S");
_Static_assert(offsetof(struct upcall_state, trap.rsp) == STATE_RSP, "for upcall_entry.S");

void upcall_entry(void); /* upcall_entry.S, all of these */
extern struct exo_trap *const upcall_top;
bool upcall_run(void (*fn)(void *), void *arg);
void upcall_abandon(void);
void upcall_dispatch(struct upcall_state *s); /* its way back into C */

static char stack[16384] __attribute__((aligned(16)));
/* Where a trap that is not within a handler finds the stack; the words about it lie above. */
struct exo_trap *const upcall_top = (struct exo_trap *)(stack + sizeof stack) - 1;
static void (*handler)(struct upcall_state *);
static struct upcall_state *catching;

void upcall_dispatch(struct upcall_state *s) {
    handler(s);
}

void upcall_handle(void (*fn)(struct upcall_state *s)) {
    bool handled = uarea->trap_entry;
    handler = fn;
    if (!handled) /* else this may be a handler, whose stack it is */
        uarea->trap_stack = (uint64_t)upcall_top;
    uarea->trap_entry = fn ? (uint64_t)upcall_entry : 0;
}

static void give_up(struct upcall_state *s) {
    *catching = *s;
    s->trap.rip = (uint64_t)upcall_abandon;
    /* The stack it had may be anything. On this one the words of the return fall on registers of
     * the state, which upcall_abandon does not want. */
    s->trap.rsp = (uint64_t)(stack + sizeof stack);
    s->trap.rflags = 0;
}

bool upcall_catch(struct upcall_state *caught, void (*fn)(void *arg), void *arg) {
    void (*before)(struct upcall_state *) = handler;
    catching = caught;
    upcall_handle(give_up);
    bool trapped = upcall_run(fn, arg);
    upcall_handle(before);
    return trapped;
}
