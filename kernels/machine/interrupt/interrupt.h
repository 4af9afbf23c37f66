/* SPDX-License-Identifier: MIT */
/* interrupt.h -- interrupts of devices, by a line of an I/O APIC or by a message (MSI-X). A handler
 * runs with interrupts off, on whatever was interrupted, and is short: what can wait it posts as
 * work (work.h).
 *
 *   trap_entry.S -> trap_dispatch (trap.c) -> dispatch (interrupt.c) -> the source's handlers */
#ifndef MACHINE_INTERRUPT_H
#define MACHINE_INTERRUPT_H

#include "machine/interrupt/io_apic.h"
#include "machine/interrupt/msix.h"

/* True: its device had asked, and no longer does. */
typedef bool interrupt_fn(void *arg);

struct interrupt_source;

/* The caller's memory, from registering to interrupt_unregister; fn and arg are the caller's to
 * set, the rest is zeros before. */
struct interrupt_handler {
    interrupt_fn *fn;
    void *arg;
    struct interrupt_source *source; /* null: it is not registered */
    struct interrupt_handler *next;
    unsigned masks; /* of its source, by interrupt_mask */
};

struct interrupt_counts {
    uint64_t arrived;
    uint64_t unclaimed; /* of those: no handler's device had asked */
};

/* After acpi_init and apic_init; every line is masked. */
void interrupt_init(void);

/* Line 0 to 15 of the ISA bus, as the firmware says it is connected. */
struct interrupt_line interrupt_isa(unsigned line);

/* The line by which a PCI function without messages asks, as firmware left it in the function's
 * interrupt-line register: by level, and so it may be shared. Which line that is in truth only AML
 * tells (_PRT), which nobody runs here: docs/machine.md says where the register can be relied on.
 * 0, or -E_NOT_FOUND: the function has no pin, or firmware gave it no line. */
int interrupt_pci(const struct pci_function *f, struct interrupt_line *line);

/* The handler, which must not be registered, gets the line's interrupts from now on. A line that
 * signals by level may be shared: each of its handlers is called. -E_NOT_FOUND: no I/O APIC has
 * this line; -E_EXISTS: others have it and it signals by edge, or they say it signals otherwise;
 * -E_FULL: all vectors are in use. */
int interrupt_on_line(struct interrupt_handler *h, const struct interrupt_line *line);
/* The same for an entry of a function's table. -E_NOT_FOUND: it has no such entry; -E_EXISTS: the
 * entry has its handler; -E_FULL as above. */
int interrupt_on_message(struct interrupt_handler *h, struct msix *m, unsigned entry);
/* The handler must be registered; masks of its source that it holds are given back. May be called
 * by the handler itself, and by no other handler of its line. */
void interrupt_unregister(struct interrupt_handler *h);

/* Between the two the handler's source raises nothing, for others on the line neither. They nest.
 * What a level or a message wanted to say meanwhile is said afterwards; an edge may be lost. */
void interrupt_mask(struct interrupt_handler *h);
void interrupt_unmask(struct interrupt_handler *h);

/* The handler, which is registered and runs, is called once more as soon as interrupts are on again
 * and none of a higher vector waits. */
void interrupt_again(const struct interrupt_handler *h);

/* A line whose level stays although nobody claims it would keep the processor busy for ever: after
 * so many in a row it is masked, until its last handler is unregistered. The line in the log that
 * says so is work (work.h): the log may be what was interrupted. */
#define INTERRUPT_UNCLAIMED_MAX 1000

/* Since the source's first handler was registered. */
struct interrupt_counts interrupt_counts(const struct interrupt_handler *h);
/* Interrupts whose source had no handler left. */
uint64_t interrupt_strays(void);

#endif
