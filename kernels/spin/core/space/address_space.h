/* SPDX-License-Identifier: MIT */
/* address_space.h -- user address spaces. Each says who handles the system calls raised in it, so
 * that programs of several systems run side by side (SPIN's Trap.Syscall, whose handlers are told
 * apart by the address space of the strand). */
#ifndef SPIN_CORE_ADDRESS_SPACE_H
#define SPIN_CORE_ADDRESS_SPACE_H

#include "spin/core/space/call_system.h"
#include "spin/core/space/translation.h"

struct trap_frame;

/* Handles the event Trap.Syscall (trap_syscall.h). */
typedef void address_space_handler(struct trap_frame *f);

static inline address_space_handler *call_system_handler(const struct call_system *system) {
    return (address_space_handler *)system->number;
}

struct address_space {
    struct call_system system; /* of its calls; first: its address is the address space's */
    struct call_system own;    /* the same, or what it is beneath a tracer */
    const char *name;
    struct translation translation;
};

/* Strands have address spaces from here on. */
void address_space_init(void);

/* That of the current strand, which is loaded; null while it has no user code to go back to. */
extern struct address_space *address_space_current;

/* An empty one. 0 or -E_NO_MEMORY. name must live as long as it. */
int address_space_create(struct address_space *space, const char *name,
                         address_space_handler *syscall);
/* Frees every page and the tables. No strand works in it. */
void address_space_destroy(struct address_space *space);
/* The current strand works in it from now on, and a switch to this strand loads it; null: in the
 * kernel's own, with an empty user half. */
void address_space_enter(struct address_space *space);

#endif
