/* SPDX-License-Identifier: MIT */
/* io_apic.c -- see io_apic.h. Registers are reached through an index and a window. */
#include "machine/interrupt/io_apic.h"

#include "machine/cpu/x86.h"
#include "machine/device/acpi.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

enum { INDEX = 0, WINDOW = 4 }; /* in words of 32 bits */
enum { VERSION = 1, REDIRECTIONS = 0x10 };
enum { ENTRY_LOW = 1 << 13, ENTRY_LEVEL = 1 << 15, ENTRY_MASKED = 1 << 16 };

struct io_apic {
    volatile uint32_t *registers;
    uint32_t gsi, lines;
};
static struct io_apic io_apics[ACPI_IO_APICS_MAX];

static void select(const struct io_apic *a, unsigned index) {
    assert_that(!(read_rflags() & RFLAGS_IF)); /* a handler would select another one */
    a->registers[INDEX] = index;
}

static uint32_t read(const struct io_apic *a, unsigned index) {
    select(a, index);
    return a->registers[WINDOW];
}

static void write(const struct io_apic *a, unsigned index, uint32_t v) {
    select(a, index);
    a->registers[WINDOW] = v;
}

/* The index of a line's entry, its low half. */
static unsigned entry(const struct io_apic *a, uint32_t gsi) {
    return REDIRECTIONS + 2 * (gsi - a->gsi);
}

void io_apic_init(void) {
    for (unsigned i = 0; i < acpi.io_apics; i++) {
        struct io_apic *a = &io_apics[i];
        a->registers = page_map_device(acpi.io_apic[i].at, PAGE_SIZE);
        a->gsi = acpi.io_apic[i].gsi;
        a->lines = (read(a, VERSION) >> 16 & 0xff) + 1;
        for (uint32_t line = 0; line < a->lines; line++)
            write(a, entry(a, a->gsi + line), ENTRY_MASKED);
    }
}

/* Whose line it is, or null. */
static const struct io_apic *find(uint32_t gsi) {
    for (unsigned i = 0; i < acpi.io_apics; i++)
        if (gsi >= io_apics[i].gsi && gsi - io_apics[i].gsi < io_apics[i].lines)
            return &io_apics[i];
    return NULL;
}

bool io_apic_has(uint32_t gsi) {
    return find(gsi);
}

void io_apic_route(const struct interrupt_line *line, unsigned vector, uint32_t processor) {
    const struct io_apic *a = find(line->gsi);
    assert_that(a && processor < 256);
    write(a, entry(a, line->gsi), ENTRY_MASKED); /* its halves are written one after the other */
    write(a, entry(a, line->gsi) + 1, processor << 24);
    write(a, entry(a, line->gsi),
          ENTRY_MASKED | (line->level ? ENTRY_LEVEL : 0) | (line->low ? ENTRY_LOW : 0) | vector);
}

void io_apic_mask(uint32_t gsi, bool masked) {
    const struct io_apic *a = find(gsi);
    assert_that(a);
    uint32_t low = read(a, entry(a, gsi));
    write(a, entry(a, gsi), masked ? low | ENTRY_MASKED : low & ~(uint32_t)ENTRY_MASKED);
}
