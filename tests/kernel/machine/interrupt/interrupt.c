/* SPDX-License-Identifier: MIT */
/* interrupt.c -- devices' interrupts: which handler gets them, which does not, and that nothing but
 * what was asked for arrives. Lines are raised by the PIT (edge) and by the serial line's
 * transmitter (level: it stays until somebody iterations it off); messages by a table in memory and
 * the APIC itself. */
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/device/apic.h"
#include "machine/device/timer.h"
#include "machine/interrupt/interrupt.h"
#include "machine/interrupt/work.h"
#include "machine/memory/page.h"
#include "machine/report/log.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "measure/bench.h"

enum { PIT_CHANNEL0 = 0x40, PIT_COMMAND = 0x43, PIT_LINE = 0 };
enum { COM1_INTERRUPTS = 0x3f9, COM1_IDENTIFY = 0x3fa, COM1_LINE = 4 };
enum { TRANSMITTER_EMPTY = 2, IDENTIFY_NONE = 1 };

#define PATIENCE 1000000u /* iterations: what is to arrive does so in a few thousand */

/* How often a handler ran, and whether it says that its device had asked. */
struct seen {
    volatile unsigned times;
    bool claims;
};

static bool note(void *arg) {
    struct seen *s = arg;
    s->times++;
    return s->claims;
}

/* Turns the transmitter's interrupt off: then the level goes. */
static bool quiet_transmitter(void *arg) {
    bool asked = !(inb(COM1_IDENTIFY) & IDENTIFY_NONE);
    outb(COM1_INTERRUPTS, 0);
    note(arg);
    return asked;
}

static void listen(unsigned iterations) {
    sti();
    for (unsigned i = 0; i < iterations; i++)
        pause();
    cli();
}

/* Whether it ran so often, and no more. */
static bool arrives(const struct seen *s, unsigned times) {
    for (unsigned i = 0; i < PATIENCE && s->times < times; i += 100)
        listen(100);
    listen(1000);
    return s->times == times;
}

static void pit_start(void) {
    outb(PIT_COMMAND, 0x30); /* one shot */
    outb(PIT_CHANNEL0, 100);
    outb(PIT_CHANNEL0, 0);
}

static bool has_pit(struct check *c) {
    pit_start();
    uint8_t low = inb(PIT_CHANNEL0), high = inb(PIT_CHANNEL0);
    bool there = low != 0xff || high != 0xff;
    if (!there)
        check_skip(c, "the machine has no PIT");
    else if (interrupt_isa(PIT_LINE).gsi == 0) /* microvm: QEMU raises GSI 2, as on a PC */
        check_skip(c, "the firmware does not say where the PIT's line arrives");
    return there && interrupt_isa(PIT_LINE).gsi;
}

static bool has_lines(struct check *c) {
    if (!acpi.io_apics)
        check_skip(c, "the machine has no I/O APIC");
    return acpi.io_apics;
}

static struct interrupt_line transmitter(void) {
    return (struct interrupt_line){.gsi = interrupt_isa(COM1_LINE).gsi, .level = true};
}

CHECK(interrupt_edge, "interrupt/a_line_that_signals_by_edge_arrives_once_a_time") {
    struct seen seen = {.claims = true};
    struct interrupt_handler h = {.fn = note, .arg = &seen};
    struct interrupt_line line = interrupt_isa(PIT_LINE);
    if (!has_lines(c) || !has_pit(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&h, &line) == 0);
    listen(1000);
    bool none = seen.times == 0;
    pit_start();
    bool one = arrives(&seen, 1);
    pit_start();
    bool two = arrives(&seen, 2);
    struct interrupt_counts counts = interrupt_counts(&h);
    interrupt_unregister(&h);
    pit_start();
    CHECK_THAT(c, none && one && two && counts.arrived == 2 && counts.unclaimed == 0);
    CHECK_THAT(c, arrives(&seen, 2)); /* after it was taken away none comes */
}

CHECK(interrupt_masked, "interrupt/what_is_masked_arrives_when_it_no_longer_is") {
    struct seen seen = {.claims = true};
    struct interrupt_handler h = {.fn = quiet_transmitter, .arg = &seen};
    struct interrupt_line line = transmitter();
    if (!has_lines(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&h, &line) == 0);
    interrupt_mask(&h);
    interrupt_mask(&h);
    outb(COM1_INTERRUPTS, TRANSMITTER_EMPTY);
    bool none = arrives(&seen, 0);
    interrupt_unmask(&h);
    bool still_none = arrives(&seen, 0); /* two asked for it */
    interrupt_unmask(&h);
    bool one = arrives(&seen, 1);
    interrupt_unregister(&h);
    CHECK_THAT(c, none && still_none && one);
}

CHECK(interrupt_shared, "interrupt/each_handler_of_a_shared_line_is_asked") {
    struct seen others = {.claims = false}, its = {.claims = false};
    struct interrupt_handler before = {.fn = note, .arg = &others}, after = before,
                             quiets = {.fn = quiet_transmitter, .arg = &its};
    struct interrupt_line line = transmitter();
    if (!has_lines(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&before, &line) == 0 && interrupt_on_line(&quiets, &line) == 0);
    CHECK_THAT(c, interrupt_on_line(&after, &line) == 0);
    outb(COM1_INTERRUPTS, TRANSMITTER_EMPTY);
    bool all = arrives(&its, 1) && others.times == 2;
    struct interrupt_counts counts = interrupt_counts(&before);
    interrupt_unregister(&before);
    interrupt_unregister(&after);
    outb(COM1_INTERRUPTS, TRANSMITTER_EMPTY);
    bool one = arrives(&its, 2) && others.times == 2;
    interrupt_unregister(&quiets);
    CHECK_THAT(c, all && one && counts.arrived == 1 && counts.unclaimed == 0);
}

CHECK(interrupt_not_shared, "interrupt/a_line_is_shared_by_those_who_say_that_it_signals_alike") {
    struct seen seen = {.claims = true};
    struct interrupt_handler h = {.fn = note, .arg = &seen}, other = h;
    struct interrupt_line level = transmitter(), low = level, edge = level;
    low.low = true;
    edge.level = false;
    if (!has_lines(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&h, &level) == 0);
    int as_edge = interrupt_on_line(&other, &edge), as_low = interrupt_on_line(&other, &low);
    interrupt_unregister(&h);
    CHECK_THAT(c, interrupt_on_line(&h, &edge) == 0);
    int twice = interrupt_on_line(&other, &edge), as_level = interrupt_on_line(&other, &level);
    interrupt_unregister(&h);
    CHECK_THAT(c, as_edge == -E_EXISTS && as_low == -E_EXISTS && twice == -E_EXISTS &&
                      as_level == -E_EXISTS);
    level.gsi = 0x80000000;
    CHECK_THAT(c, interrupt_on_line(&h, &level) == -E_NOT_FOUND);
}

static bool log_says(const char *text) {
    static char tail[LOG_KEPT];
    log_tail(tail, sizeof tail);
    return strstr(tail, text);
}

CHECK(interrupt_unclaimed, "interrupt/a_line_that_nobody_claims_is_masked_in_the_end") {
    struct seen seen = {.claims = false};
    struct interrupt_handler h = {.fn = note, .arg = &seen};
    struct interrupt_line line = transmitter();
    if (!has_lines(c))
        return;
    CHECK_THAT(c, interrupt_on_line(&h, &line) == 0);
    outb(COM1_INTERRUPTS, TRANSMITTER_EMPTY);
    bool masked = arrives(&seen, INTERRUPT_UNCLAIMED_MAX);
    struct interrupt_counts counts = interrupt_counts(&h);
    outb(COM1_INTERRUPTS, 0);
    interrupt_unregister(&h);
    CHECK_THAT(c, masked && counts.unclaimed == INTERRUPT_UNCLAIMED_MAX);
    CHECK_THAT(c, !log_says("nobody claims") && work_is_posted()); /* the handler logs nothing */
    work_do();
    CHECK_THAT(c, log_says("nobody claims what line"));
    seen = (struct seen){.claims = true}; /* the next handler finds the line as new */
    h.fn = quiet_transmitter;
    CHECK_THAT(c, interrupt_on_line(&h, &line) == 0);
    outb(COM1_INTERRUPTS, TRANSMITTER_EMPTY);
    bool one = arrives(&seen, 1);
    interrupt_unregister(&h);
    CHECK_THAT(c, one);
}

/* A function's table, in memory. */
enum { ENTRIES = 256, ENTRY_WORDS = 4, MESSAGE_DATA = 2, MESSAGE_CONTROL = 3 };
static uint32_t table[ENTRIES][ENTRY_WORDS];
static struct msix messages = {.table = table[0], .entries = ENTRIES};

CHECK(interrupt_message, "interrupt/a_message_goes_to_its_entrys_handler_and_is_ended") {
    enum { IN_SERVICE = 0x100 };
    struct seen seen = {.claims = true}, not_seen = {.claims = true};
    struct interrupt_handler h = {.fn = note, .arg = &seen}, other = {.fn = note, .arg = &not_seen};
    CHECK_THAT(c, interrupt_on_message(&h, &messages, 3) == 0);
    CHECK_THAT(c, interrupt_on_message(&other, &messages, 4) == 0);
    CHECK_THAT(c, interrupt_on_message(&other, &messages, 3) == -E_EXISTS);
    CHECK_THAT(c, interrupt_on_message(&other, &messages, ENTRIES) == -E_NOT_FOUND);
    unsigned vector = table[3][MESSAGE_DATA];
    bool form = table[3][0] == (0xfee00000 | apic_own_number() << 12) && table[3][1] == 0 &&
                vector != table[4][MESSAGE_DATA] && table[3][MESSAGE_CONTROL] == 0;
    apic_send(apic_own_number(), vector);
    bool one = arrives(&seen, 1) && not_seen.times == 0;
    uint32_t in_service = apic_read(IN_SERVICE + vector / 32 * 16);
    interrupt_mask(&h);
    bool masked = table[3][MESSAGE_CONTROL] == 1;
    interrupt_unmask(&h);
    bool unmasked = table[3][MESSAGE_CONTROL] == 0;
    uint64_t strays = interrupt_strays();
    interrupt_unregister(&h);
    interrupt_unregister(&other);
    apic_send(apic_own_number(), vector); /* as one that was on its way */
    CHECK_THAT(c, arrives(&seen, 1) && interrupt_strays() == strays + 1);
    CHECK_THAT(c, form && one && !(in_service >> vector % 32 & 1) && masked && unmasked);
    CHECK_THAT(c, table[3][MESSAGE_CONTROL] == 1 && table[4][MESSAGE_CONTROL] == 1);
}

CHECK(interrupt_full, "interrupt/when_all_vectors_are_in_use_the_next_is_refused") {
    static struct interrupt_handler handlers[ENTRIES];
    unsigned n = 0;
    int error = 0;
    struct seen seen = {.claims = true};
    for (; n < ENTRIES; n++) {
        handlers[n] = (struct interrupt_handler){.fn = note, .arg = &seen};
        if ((error = interrupt_on_message(&handlers[n], &messages, n)))
            break;
    }
    bool apart = true;
    for (unsigned i = 1; i < n; i++)
        apart = apart && table[i][MESSAGE_DATA] > table[i - 1][MESSAGE_DATA];
    bool within =
        table[0][MESSAGE_DATA] >= TRAP_EXCEPTIONS && table[n - 1][MESSAGE_DATA] < TRAP_TIMER;
    while (n)
        interrupt_unregister(&handlers[--n]);
    CHECK_THAT(c, error == -E_FULL && apart && within);
}

static bool unregister_itself(void *arg) {
    struct interrupt_handler *h = arg;
    interrupt_unregister(h);
    h->fn = NULL;
    h->next = (struct interrupt_handler *)0xdead00000000; /* its memory is its owner's again */
    return true;
}

CHECK(interrupt_itself, "interrupt/a_handler_may_take_itself_away") {
    struct interrupt_handler h = {.fn = unregister_itself, .arg = &h};
    CHECK_THAT(c, interrupt_on_message(&h, &messages, 0) == 0);
    apic_send(apic_own_number(), table[0][MESSAGE_DATA]);
    listen(1000);
    CHECK_THAT(c, !h.fn && table[0][MESSAGE_CONTROL] == 1);
}

/* Whether a trap of the handler would leave through the catch of the interrupted thread. */
static bool look_for_catch(void *arg) {
    *(bool *)arg = trap_is_caught();
    return true;
}

static void be_interrupted(void *arg) {
    (void)arg;
    apic_send(apic_own_number(), table[0][MESSAGE_DATA]);
    listen(1000);
    __asm__ volatile("ud2");
}

CHECK(interrupt_catch, "interrupt/a_handlers_trap_is_not_caught_by_whom_it_interrupts") {
    struct trap_frame f;
    bool caught = true;
    struct interrupt_handler h = {.fn = look_for_catch, .arg = &caught};
    CHECK_THAT(c, interrupt_on_message(&h, &messages, 0) == 0);
    bool trapped = trap_catch(&f, be_interrupted, NULL);
    interrupt_unregister(&h);
    CHECK_THAT(c, !caught && trapped && f.vector == TRAP_INVALID);
}

CHECK(interrupt_spurious, "interrupt/a_spurious_one_is_counted_and_no_more") {
    uint64_t before = trap_spurious();
    __asm__ volatile("int %0" : : "i"(TRAP_SPURIOUS) : "memory");
    CHECK_THAT(c, trap_spurious() == before + 1);
}

/* A device whose messages are real: QEMU's e1000e raises one when its driver asks it to (Intel
 * 82574L datasheet, chapters 7.4.3 and 10.2.4). */
enum { E1000E_VENDOR = 0x8086, E1000E_DEVICE = 0x10d3 };
enum {
    CAUSE = 0xc0 / 4,
    CAUSE_SET = 0xc8 / 4,
    MASK_SET = 0xd0 / 4,
    MASK_CLEAR = 0xd8 / 4,
    VECTORS = 0xe4 / 4
};
#define CAUSE_OTHER  (1u << 24)
#define CAUSE_LINK   (1u << 2)
#define OTHER_VECTOR (0x8u << 16) /* valid; entry 0 of the table */

/* A cause is told once, until it is cleared. */
static void ask_for_message(volatile uint32_t *registers) {
    registers[CAUSE] = UINT32_MAX;
    registers[CAUSE_SET] = CAUSE_OTHER | CAUSE_LINK;
}

CHECK(interrupt_msix, "interrupt/a_device_sends_a_message_unless_its_entry_is_masked") {
    unsigned from = 0;
    static struct msix m;
    const struct pci_function *f = pci_find(&from, E1000E_VENDOR, E1000E_DEVICE);
    struct seen seen = {.claims = true};
    struct interrupt_handler h = {.fn = note, .arg = &seen};
    if (!f) {
        check_skip(c, "the machine has no device that sends messages");
        return;
    }
    CHECK_THAT(c, msix_open(&m, f) == 0 && m.entries == 5);
    volatile uint32_t *registers = page_map_device(PADDR(f->bar[0].at), 2 * PAGE_SIZE);
    CHECK_THAT(c, interrupt_on_message(&h, &m, 0) == 0);
    registers[VECTORS] = OTHER_VECTOR;
    registers[MASK_SET] = CAUSE_OTHER | CAUSE_LINK;
    ask_for_message(registers);
    bool one = arrives(&seen, 1);
    interrupt_mask(&h);
    ask_for_message(registers);
    bool none = arrives(&seen, 1);
    interrupt_unmask(&h);
    bool two = arrives(&seen, 2);
    registers[MASK_CLEAR] = UINT32_MAX;
    interrupt_unregister(&h);
    CHECK_THAT(c, one && none && two);
}

/* What a function says of its table must lie in memory of its own. */
CHECK(interrupt_msix_table, "interrupt/a_table_in_no_memory_of_its_functions_is_none") {
    enum { TABLE = 4, TABLE_BAR = 7 };
    unsigned from = 0;
    const struct pci_function *f = pci_find(&from, E1000E_VENDOR, E1000E_DEVICE);
    if (!f) {
        check_skip(c, "the machine has no device that sends messages");
        return;
    }
    struct msix m;
    struct pci_function none = *f, ports = *f, little = *f, ram = *f;
    unsigned bar = pci_read32(f, pci_capability(f, PCI_CAPABILITY_MSIX, 0) + TABLE) & TABLE_BAR;
    none.bar[bar].at = 0; /* the firmware gave it no address */
    ports.bar[bar].port = true;
    little.bar[bar].len = 16;
    ram.bar[bar].at = physical(table).at;
    CHECK_THAT(c, msix_open(&m, &none) == -E_NOT_FOUND && msix_open(&m, &ports) == -E_NOT_FOUND);
    CHECK_THAT(c, msix_open(&m, &little) == -E_NOT_FOUND && msix_open(&m, &ram) == -E_NOT_FOUND);
}

CHECK(interrupt_no_msix, "interrupt/a_function_without_messages_has_none") {
    struct msix m;
    const struct pci_function *f = pci_at(0); /* the host bridge */
    if (!f || pci_capability(f, PCI_CAPABILITY_MSIX, 0)) {
        check_skip(c, "the first PCI function is not such a one");
        return;
    }
    CHECK_THAT(c, msix_open(&m, f) == -E_NOT_FOUND);
}
