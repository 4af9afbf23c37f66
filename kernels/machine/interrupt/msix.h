/* SPDX-License-Identifier: MIT */
/* msix.h -- a PCI function's table of messages that are interrupts. PCI Local Bus 3.0,
 * chapter 6.8. */
#ifndef MACHINE_MSIX_H
#define MACHINE_MSIX_H

#include "machine/device/pci.h"

struct msix {
    volatile uint32_t *table; /* four words an entry */
    unsigned entries;
};

/* Turns the function's MSI-X on, all entries masked, and lets it read and write memory, as a
 * message is a write. -E_NOT_FOUND: it has no such capability, or a table that lies in none of its
 * BARs, or where RAM is. */
int msix_open(struct msix *m, const struct pci_function *f);
/* From now on the entry raises this vector at the processor with this APIC number (below 256). It
 * is masked. */
void msix_route(struct msix *m, unsigned entry, unsigned vector, uint32_t processor);
/* What a masked entry would have sent is sent, once, when it no longer is. */
void msix_mask(struct msix *m, unsigned entry, bool masked);

#endif
