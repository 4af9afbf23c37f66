/* SPDX-License-Identifier: MIT */
/* upcall_handle.c -- see upcall_handle.h. */
#include "exo/libos/upcall/upcall_handle.h"

#include <stddef.h>

#include "exo/libos/uarea.h"
#include "exo/libos/upcall/upcall_offsets.h"

_Static_assert(offsetof(struct upcall_state, resumed) == STATE_RESUMED &&
                   sizeof(struct upcall_state) == STATE_BYTES &&
                   STATE_BYTES - STATE_TRAP_BYTES == STATE_END &&
                   offsetof(struct upcall_state, r15) == STATE_TRAP_BYTES,
               "for upcall_entry.S");
_Static_assert(offsetof(struct upcall_state, trap.rip) == STATE_RIP, "for upcall_entry.S");
_Static_assert(offsetof(struct upcall_state, trap.rflags) == STATE_RFLAGS, "for upcall_entry.S");
_Static_assert(offsetof(struct upcall_state, trap.rsp) == STATE_RSP, "for upcall_entry.S");

void upcall_entry(void); /* upcall_entry.S, all of these */
bool upcall_run(void (*fn)(void *), void *arg);
void upcall_abandon(void);
extern upcall_fn *upcall_handler; /* its way back into C */

static char stack[UPCALL_STACK] __attribute__((aligned(4096)));
char *const upcall_top = stack + sizeof stack;
upcall_fn *upcall_handler;
static struct upcall_state *catching;

void upcall_handle(void (*fn)(struct upcall_state *s)) {
    bool handled = uarea->trap_entry;
    upcall_handler = fn;
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
    upcall_fn *before = upcall_handler;
    catching = caught;
    upcall_handle(give_up);
    bool trapped = upcall_run(fn, arg);
    upcall_handle(before);
    return trapped;
}
