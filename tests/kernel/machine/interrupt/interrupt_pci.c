/* SPDX-License-Identifier: MIT */
/* interrupt_pci.c -- PCI functions without messages: QEMU's edu, which raises its pin when it is
 * told to. On a machine without one these checks are skipped (boot_matrix_test.sh has one with
 * two). */
#include "machine/cpu/x86.h"
#include "machine/interrupt/interrupt.h"
#include "machine/memory/page.h"
#include "measure/bench.h"

enum { EDU_VENDOR = 0x1234, EDU_DEVICE = 0x11e8 };
enum { EDU_STATUS = 0x24 / 4, EDU_RAISE = 0x60 / 4, EDU_ACKNOWLEDGE = 0x64 / 4 };
#define REASON 0x40u

struct edu {
    volatile uint32_t *registers;
    struct interrupt_line line;
    struct interrupt_handler handler;
    unsigned times;
};

static bool quiet(void *arg) {
    struct edu *e = arg;
    uint32_t asked = e->registers[EDU_STATUS];
    e->registers[EDU_ACKNOWLEDGE] = asked;
    e->times += asked != 0;
    return asked;
}

/* The next one from function *from on; false, and the check is skipped: there is none. */
static bool find(struct check *c, unsigned *from, struct edu *e) {
    const struct pci_function *f = pci_find(from, EDU_VENDOR, EDU_DEVICE);
    if (!f || interrupt_pci(f, &e->line)) {
        check_skip(c, "the machine has too few devices that raise a pin");
        return false;
    }
    pci_enable(f);
    e->registers = page_map_device(PADDR(f->bar[0].at), f->bar[0].len);
    e->handler = (struct interrupt_handler){.fn = quiet, .arg = e};
    e->times = 0;
    return true;
}

static void listen(void) {
    sti();
    for (unsigned i = 0; i < 10000; i++)
        pause();
    cli();
}

CHECK(interrupt_pci, "interrupt/a_function_without_messages_is_heard_by_its_line") {
    static struct edu e;
    unsigned from = 0;
    if (!find(c, &from, &e))
        return;
    CHECK_THAT(c, e.line.level && interrupt_on_line(&e.handler, &e.line) == 0);
    listen();
    unsigned before = e.times;
    e.registers[EDU_RAISE] = REASON;
    listen();
    unsigned once = e.times;
    e.registers[EDU_RAISE] = REASON;
    listen();
    struct interrupt_counts counts = interrupt_counts(&e.handler);
    interrupt_unregister(&e.handler);
    CHECK_THAT(c, before == 0 && once == 1 && e.times == 2);
    CHECK_THAT(c, counts.arrived == 2 && counts.unclaimed == 0);
}

CHECK(interrupt_pci_shared, "interrupt/two_functions_that_share_a_line_are_both_heard") {
    static struct edu one, two;
    unsigned from = 0;
    if (!find(c, &from, &one) || !find(c, &from, &two))
        return;
    CHECK_THAT(c, one.line.gsi == two.line.gsi); /* as they are plugged in */
    CHECK_THAT(c, interrupt_on_line(&one.handler, &one.line) == 0);
    CHECK_THAT(c, interrupt_on_line(&two.handler, &two.line) == 0);
    two.registers[EDU_RAISE] = REASON;
    listen();
    bool alone = one.times == 0 && two.times == 1;
    one.registers[EDU_RAISE] = REASON;
    two.registers[EDU_RAISE] = REASON;
    listen();
    interrupt_unregister(&one.handler);
    two.registers[EDU_RAISE] = REASON;
    listen();
    interrupt_unregister(&two.handler);
    CHECK_THAT(c, alone && one.times == 1 && two.times == 3);
}
