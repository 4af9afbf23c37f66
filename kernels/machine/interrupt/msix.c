/* SPDX-License-Identifier: MIT */
/* msix.c -- see msix.h. The message's form: Intel SDM volume 3, 11.11. */
#include "machine/interrupt/msix.h"

#include "lib/error.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

enum { CONTROL = 2, TABLE = 4 }; /* offsets into the capability */
enum { CONTROL_ENTRIES = 0x7ff, CONTROL_MASK_ALL = 1 << 14, CONTROL_ENABLE = 1 << 15 };
enum { TABLE_BAR = 7 };
enum { ADDRESS, ADDRESS_HIGH, DATA, VECTOR_CONTROL, ENTRY_WORDS };
enum { VECTOR_MASKED = 1 };
#define MESSAGE_ADDRESS 0xfee00000u

/* Null where it lies in none of the function's memory, or in RAM: a BAR that has no address,
 * or any. */
static volatile uint32_t *map_table(const struct pci_function *f, uint32_t table,
                                    unsigned entries) {
    unsigned bar = table & TABLE_BAR;
    uint64_t offset = table & ~(uint32_t)TABLE_BAR, bytes = entries * ENTRY_WORDS * 4ul;
    if (bar >= 6 || f->bar[bar].port || f->bar[bar].len < bytes || offset > f->bar[bar].len - bytes)
        return NULL;
    const paddr_t at = PADDR(f->bar[bar].at + offset);
    return page_is_direct(at, 1) ? NULL : page_map_device(at, bytes);
}

int msix_open(struct msix *m, const struct pci_function *f) {
    unsigned at = pci_capability(f, PCI_CAPABILITY_MSIX, 0);
    if (!at)
        return -E_NOT_FOUND;
    uint16_t control = pci_read16(f, at + CONTROL);
    m->entries = (control & CONTROL_ENTRIES) + 1u;
    m->table = map_table(f, pci_read32(f, at + TABLE), m->entries);
    if (!m->table)
        return -E_NOT_FOUND;
    pci_enable(f);
    pci_write16(f, at + CONTROL, control | CONTROL_ENABLE | CONTROL_MASK_ALL);
    for (unsigned i = 0; i < m->entries; i++)
        msix_mask(m, i, true);
    pci_write16(f, at + CONTROL, (control | CONTROL_ENABLE) & (uint16_t)~CONTROL_MASK_ALL);
    return 0;
}

static volatile uint32_t *words(struct msix *m, unsigned entry) {
    assert_that(entry < m->entries);
    return m->table + (size_t)entry * ENTRY_WORDS;
}

void msix_route(struct msix *m, unsigned entry, unsigned vector, uint32_t processor) {
    volatile uint32_t *w = words(m, entry);
    assert_that(processor < 256);
    msix_mask(m, entry, true);
    w[ADDRESS] = MESSAGE_ADDRESS | processor << 12;
    w[ADDRESS_HIGH] = 0;
    w[DATA] = vector;
}

void msix_mask(struct msix *m, unsigned entry, bool masked) {
    volatile uint32_t *control = &words(m, entry)[VECTOR_CONTROL];
    *control = masked ? *control | VECTOR_MASKED : *control & ~(uint32_t)VECTOR_MASKED;
}
