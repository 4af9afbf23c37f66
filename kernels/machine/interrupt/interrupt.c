/* SPDX-License-Identifier: MIT */
/* interrupt.c -- see interrupt.h. Each source has a vector of its own, and the vector's number says
 * which source it is. */
#include "machine/interrupt/interrupt.h"

#include "lib/error.h"
#include "machine/cpu/current.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/device/acpi.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/interrupt/work.h"
#include "machine/report/log.h"
#include "machine/report/panic.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"

/* Those below are the exceptions' and the PICs' (quiet.c), those above the processor's own. */
enum { VECTOR_FIRST = 0x30, VECTOR_END = TRAP_TIMER };

struct interrupt_source {
    struct interrupt_handler *handlers; /* null: the vector is free */
    struct msix *messages;              /* null: it is a line */
    union {
        struct interrupt_line line;
        unsigned entry;
    };
    unsigned masks;     /* how many want it masked */
    unsigned unclaimed; /* in a row */
    bool unsaid;        /* masked as nobody claims it, which the log does not say yet */
    struct interrupt_counts counts;
};
/* Read and changed with interrupts off, registers of I/O APICs too: a handler may do the same. */
static struct interrupt_source sources[VECTOR_END - VECTOR_FIRST];
#define SOURCES (sizeof sources / sizeof sources[0])
static uint64_t strays;

static void set_mask(struct interrupt_source *s, bool masked) {
    if (s->messages)
        msix_mask(s->messages, s->entry, masked);
    else
        io_apic_mask(s->line.gsi, masked);
}

static void add_mask(struct interrupt_source *s) {
    if (s->masks++ == 0)
        set_mask(s, true);
}

static void say_masked(void *unused) {
    (void)unused;
    for (struct interrupt_source *s = sources; s < sources + SOURCES; s++)
        if (s->unsaid) {
            s->unsaid = false;
            log_line("interrupt: nobody claims what line %u says; it is masked", s->line.gsi);
        }
}

static void note_unclaimed(struct interrupt_source *s) {
    static struct work saying = {.fn = say_masked};
    s->counts.unclaimed++;
    if (++s->unclaimed != INTERRUPT_UNCLAIMED_MAX || s->messages)
        return;
    add_mask(s);
    s->unsaid = true;
    work_post(&saying);
}

static void dispatch(struct trap_frame *f) {
    struct interrupt_source *s = &sources[f->vector - VECTOR_FIRST];
    struct thread *t = thread_current();
    struct catch *catch = t->catch;
    bool claimed = false;
    s->counts.arrived++;
    strays += !s->handlers; /* it was on its way when the last one was taken away */
    t->catch =
        &catch_nobody; /* a handler's trap would leave through it, and never come to apic_eoi() */
    for (struct interrupt_handler *h = s->handlers, *next; h; h = next) {
        next = h->next;
        claimed |= h->fn(h->arg);
    }
    t->catch = catch;
    if (claimed)
        s->unclaimed = 0;
    else if (s->handlers)
        note_unclaimed(s);
    apic_eoi(); /* not before the device is quiet: a level would come again */
}

void interrupt_init(void) {
    io_apic_init();
}

struct interrupt_line interrupt_isa(unsigned line) {
    assert_that(line < ACPI_ISA_LINES);
    const struct acpi_isa_line *isa = &acpi.isa[line];
    return (struct interrupt_line){.gsi = isa->gsi, .level = isa->level, .low = isa->low};
}

/* PCI signals by level; without an override that says otherwise, low. */
int interrupt_pci(const struct pci_function *f, struct interrupt_line *line) {
    unsigned number = pci_read8(f, PCI_INTERRUPT_LINE);
    if (!pci_read8(f, PCI_INTERRUPT_PIN) || number >= ACPI_ISA_LINES)
        return -E_NOT_FOUND;
    *line = interrupt_isa(number);
    if (!line->level)
        line->level = line->low = true;
    return 0;
}

static struct interrupt_source *find_free(void) {
    for (size_t i = 0; i < SOURCES; i++)
        if (!sources[i].handlers)
            return &sources[i];
    return NULL;
}

static unsigned vector_of(const struct interrupt_source *s) {
    return VECTOR_FIRST + (unsigned)(s - sources);
}

static void add_handler(struct interrupt_source *s, struct interrupt_handler *h) {
    assert_that(!h->source);
    h->source = s;
    h->masks = 0;
    h->next = s->handlers;
    s->handlers = h;
}

/* The source's first handler: the vector is the source's. */
static void begin(struct interrupt_source *s, struct interrupt_handler *h) {
    trap_handle(vector_of(s), dispatch);
    add_handler(s, h);
    set_mask(s, false);
}

/* Adds a handler to a line that has some. */
static int share(struct interrupt_source *s, struct interrupt_handler *h,
                 const struct interrupt_line *line) {
    if (!line->level || !s->line.level || line->low != s->line.low)
        return -E_EXISTS;
    add_handler(s, h);
    return 0;
}

static int add_to_line(struct interrupt_handler *h, const struct interrupt_line *line) {
    if (!io_apic_has(line->gsi))
        return -E_NOT_FOUND;
    for (size_t i = 0; i < SOURCES; i++)
        if (sources[i].handlers && !sources[i].messages && sources[i].line.gsi == line->gsi)
            return share(&sources[i], h, line);
    struct interrupt_source *s = find_free();
    if (!s)
        return -E_FULL;
    *s = (struct interrupt_source){.line = *line};
    io_apic_route(line, vector_of(s), apic_own_number());
    begin(s, h);
    return 0;
}

static int add_to_message(struct interrupt_handler *h, struct msix *m, unsigned entry) {
    if (entry >= m->entries)
        return -E_NOT_FOUND;
    for (size_t i = 0; i < SOURCES; i++)
        if (sources[i].handlers && sources[i].messages == m && sources[i].entry == entry)
            return -E_EXISTS;
    struct interrupt_source *s = find_free();
    if (!s)
        return -E_FULL;
    *s = (struct interrupt_source){.messages = m, .entry = entry};
    msix_route(m, entry, vector_of(s), apic_own_number());
    begin(s, h);
    return 0;
}

int interrupt_on_line(struct interrupt_handler *h, const struct interrupt_line *line) {
    bool on = interrupts_off();
    int error = add_to_line(h, line);
    interrupts_restore(on);
    return error;
}

int interrupt_on_message(struct interrupt_handler *h, struct msix *m, unsigned entry) {
    bool on = interrupts_off();
    int error = add_to_message(h, m, entry);
    interrupts_restore(on);
    return error;
}

void interrupt_mask(struct interrupt_handler *h) {
    bool on = interrupts_off();
    add_mask(h->source);
    h->masks++;
    interrupts_restore(on);
}

void interrupt_unmask(struct interrupt_handler *h) {
    bool on = interrupts_off();
    assert_that(h->masks > 0 && h->source->masks >= h->masks);
    h->masks--;
    if (--h->source->masks == 0)
        set_mask(h->source, false);
    interrupts_restore(on);
}

void interrupt_unregister(struct interrupt_handler *h) {
    bool on = interrupts_off();
    assert_that(h->source);
    while (h->masks)
        interrupt_unmask(h);
    struct interrupt_handler **link = &h->source->handlers;
    while (*link != h)
        link = &(*link)->next;
    *link = h->next;
    if (!h->source->handlers)
        set_mask(h->source, true);
    h->source = NULL;
    interrupts_restore(on);
}

void interrupt_again(const struct interrupt_handler *h) {
    apic_send(apic_own_number(), APIC_SEND_SELF | vector_of(h->source));
}

struct interrupt_counts interrupt_counts(const struct interrupt_handler *h) {
    return h->source->counts;
}

uint64_t interrupt_strays(void) {
    return strays;
}
