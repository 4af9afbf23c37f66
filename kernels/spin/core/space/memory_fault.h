/* SPDX-License-Identifier: MIT */
/* memory_fault.h -- page faults of user code, as three events (Translation's of Bershad et al.,
 * SOSP '95, 4.1). Whoever owns the translation may handle them, and hears of the faults of its own
 * translations alone:
 *
 *     trap_entry (machine/trap/trap_entry.S) -> trap_dispatch -> memory_fault (memory_fault.c)
 *         -> Translation.PageNotPresent, .BadAddress or .ProtectionFault, by their cells
 *         -> back to the instruction if a handler says that it is done, else Trap.Fault
 *
 * Guard and handler are not one step, and other strands may have changed the translation since the
 * access: a handler looks again at what the tables say now, and at whether an earlier handler has
 * done it. It may block, but for the time that interrupts are off where the user had them off. */
#ifndef SPIN_CORE_MEMORY_FAULT_H
#define SPIN_CORE_MEMORY_FAULT_H

#include "machine/types.h"
#include "spin/core/event.h"

struct trap_frame;
struct translation;

struct memory_fault {
    vaddr_t at;
    bool write, execute;
    struct trap_frame *frame; /* the user's registers: a handler may change them */
};

/* The address has a name, and nothing is mapped there. */
EVENT_DECLARE(translation_page_not_present, void,
              (struct translation * t, struct memory_fault *f, bool *done));
/* The address has no name. */
EVENT_DECLARE(translation_bad_address, void,
              (struct translation * t, struct memory_fault *f, bool *done));
/* What is mapped there may not be accessed in this way. */
EVENT_DECLARE(translation_protection_fault, void,
              (struct translation * t, struct memory_fault *f, bool *done));

#ifndef __BPF__
#include "machine/trap/trap.h"
#include "spin/core/space/translation.h"

void memory_fault_init(void);
/* Raises the one that it is, in the loaded translation. Whether a handler says that it is done. */
bool memory_fault_raise(struct memory_fault *f, bool present);
#endif

#endif
