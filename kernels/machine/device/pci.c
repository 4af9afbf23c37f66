/* SPDX-License-Identifier: MIT */
/* pci.c -- see pci.h. PCI Local Bus 3.0, chapter 6; bridges by the PCI-to-PCI
 * bridge specification. */
#include "machine/device/pci.h"

#include "machine/cpu/x86.h"
#include "machine/report/log.h"

enum { ADDRESS_PORT = 0xcf8, DATA_PORT = 0xcfc };
enum {
    ID = 0,
    COMMAND = 4,
    STATUS = 6,
    CLASS = 8,
    HEADER = 0x0e,
    BAR0 = 0x10,
    SECONDARY_BUS = 0x19
};
enum { SUBSYSTEM = 0x2e, CAPABILITIES = 0x34 };
enum {
    COMMAND_IO = 1,
    COMMAND_MEMORY = 2,
    COMMAND_MASTER = 4,
    STATUS_CAPABILITIES = 0x10,
    HEADER_MANY = 0x80
};
enum { BAR_IO = 1, BAR_64 = 4, BAR_PREFETCH = 8 };
#define SLOTS     32
#define FUNCTIONS 8

static struct pci_function functions[PCI_FUNCTIONS_MAX];
static unsigned count, left_out;
static uint8_t bus_seen[256 / 8];

static void select(const struct pci_function *f, unsigned offset) {
    outl(ADDRESS_PORT, 0x80000000u | (uint32_t)f->bus << 16 | (uint32_t)f->slot << 11 |
                           (uint32_t)f->function << 8 | (offset & 0xfc));
}

uint32_t pci_read32(const struct pci_function *f, unsigned offset) {
    select(f, offset);
    return inl(DATA_PORT);
}

uint16_t pci_read16(const struct pci_function *f, unsigned offset) {
    select(f, offset);
    return inw((uint16_t)(DATA_PORT + (offset & 2)));
}

uint8_t pci_read8(const struct pci_function *f, unsigned offset) {
    select(f, offset);
    return inb((uint16_t)(DATA_PORT + (offset & 3)));
}

void pci_write32(const struct pci_function *f, unsigned offset, uint32_t v) {
    select(f, offset);
    outl(DATA_PORT, v);
}

void pci_write16(const struct pci_function *f, unsigned offset, uint16_t v) {
    select(f, offset);
    outw((uint16_t)(DATA_PORT + (offset & 2)), v);
}

void pci_enable(const struct pci_function *f) {
    pci_write16(f, COMMAND, pci_read16(f, COMMAND) | COMMAND_MEMORY | COMMAND_MASTER);
}

/* Writes all ones, reads which bits stick, and restores the BAR. */
static uint32_t bar_mask(const struct pci_function *f, unsigned offset) {
    uint32_t was = pci_read32(f, offset);
    pci_write32(f, offset, 0xffffffff);
    uint32_t mask = pci_read32(f, offset);
    pci_write32(f, offset, was);
    return mask;
}

/* Reads BAR i; gives how many BARs it takes, 1 or 2. */
static unsigned read_bar(struct pci_function *f, unsigned i, unsigned bars) {
    unsigned offset = BAR0 + 4 * i;
    uint32_t low = pci_read32(f, offset), mask = bar_mask(f, offset);
    struct pci_bar *bar = &f->bar[i];
    if (mask == 0)
        return 1;
    if (low & BAR_IO) {
        *bar = (struct pci_bar){
            .at = low & ~3u, .len = (~(mask & 0xfffcu) & 0xffff) + 1, .port = true};
        return 1;
    }
    bar->prefetchable = low & BAR_PREFETCH;
    if (!(low & BAR_64) || i + 1 == bars) {
        bar->at = low & ~15u;
        bar->len = (uint64_t)(~(mask & ~15u)) + 1;
        return 1;
    }
    uint64_t wide = (uint64_t)bar_mask(f, offset + 4) << 32 | (mask & ~15u);
    bar->at = (uint64_t)pci_read32(f, offset + 4) << 32 | (low & ~15u);
    bar->len = ~wide + 1;
    return 2;
}

/* While the BARs hold all ones the function must not answer to addresses. */
static void read_bars(struct pci_function *f) {
    unsigned bars = f->header == 0 ? 6 : f->header == 1 ? 2 : 0;
    uint16_t command = pci_read16(f, COMMAND);
    pci_write16(f, COMMAND, command & (uint16_t) ~(COMMAND_IO | COMMAND_MEMORY));
    for (unsigned i = 0; i < bars;)
        i += read_bar(f, i, bars);
    pci_write16(f, COMMAND, command);
}

/* The list is the device's own word: at most PCI_CAPABILITIES_MAX steps, so that a loop ends. */
static void read_capabilities(struct pci_function *f) {
    if (!(pci_read16(f, STATUS) & STATUS_CAPABILITIES))
        return;
    for (uint8_t at = pci_read8(f, CAPABILITIES) & 0xfc;
         at >= 0x40 && f->capabilities < PCI_CAPABILITIES_MAX; at = pci_read8(f, at + 1u) & 0xfc) {
        f->capability[f->capabilities].id = pci_read8(f, at);
        f->capability[f->capabilities].at = at;
        f->capabilities++;
    }
}

static void read_function(struct pci_function f) {
    uint32_t id = pci_read32(&f, ID), class = pci_read32(&f, CLASS);
    f.vendor = (uint16_t)id;
    f.device = (uint16_t)(id >> 16);
    f.class = (uint8_t)(class >> 24);
    f.subclass = (uint8_t)(class >> 16);
    f.header = pci_read8(&f, HEADER) & 0x7f;
    if (f.header == 0)
        f.subsystem = pci_read16(&f, SUBSYSTEM);
    read_bars(&f);
    read_capabilities(&f);
    functions[count++] = f;
}

static bool is_there(const struct pci_function *f) {
    return pci_read16(f, ID) != 0xffff;
}

static void scan_slot(uint8_t bus, uint8_t slot) {
    struct pci_function f = {.bus = bus, .slot = slot};
    if (!is_there(&f))
        return;
    unsigned last = pci_read8(&f, HEADER) & HEADER_MANY ? FUNCTIONS : 1;
    for (unsigned i = 0; i < last; i++) {
        f.function = (uint8_t)i;
        if (!is_there(&f))
            continue;
        if (count < PCI_FUNCTIONS_MAX)
            read_function(f);
        else
            left_out++;
    }
}

/* A bus is scanned once, whatever the bridges say: they may point to each other. */
static void scan_bus(uint8_t bus) {
    if (bus_seen[bus / 8] >> bus % 8 & 1)
        return;
    bus_seen[bus / 8] |= (uint8_t)(1 << bus % 8);
    for (uint8_t slot = 0; slot < SLOTS; slot++)
        scan_slot(bus, slot);
}

/* Bridges that are found lengthen the list that is gone through: no recursion, however deep they
 * nest. */
void pci_init(void) {
    scan_bus(0);
    for (unsigned i = 0; i < count; i++)
        if (functions[i].header == 1)
            scan_bus(pci_read8(&functions[i], SECONDARY_BUS));
    if (left_out)
        log_line("pci: more than %d functions; %u are left out", PCI_FUNCTIONS_MAX, left_out);
}

const struct pci_function *pci_at(unsigned i) {
    return i < count ? &functions[i] : NULL;
}

const struct pci_function *pci_find(unsigned *i, uint16_t vendor, uint16_t device) {
    while (*i < count) {
        const struct pci_function *f = &functions[(*i)++];
        if (f->vendor == vendor && f->device == device)
            return f;
    }
    return NULL;
}

unsigned pci_capability(const struct pci_function *f, uint8_t id, unsigned from) {
    for (unsigned i = 0; i < f->capabilities; i++)
        if (f->capability[i].id == id && f->capability[i].at >= from)
            return f->capability[i].at;
    return 0;
}
