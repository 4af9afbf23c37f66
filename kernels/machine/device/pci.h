/* SPDX-License-Identifier: MIT */
/* pci.h -- PCI functions of all buses, by configuration mechanism 1 (ports 0xcf8 and 0xcfc), with
 * their capabilities and BARs. */
#ifndef MACHINE_PCI_H
#define MACHINE_PCI_H

#include "machine/types.h"

#define PCI_FUNCTIONS_MAX     32
#define PCI_CAPABILITIES_MAX  16
#define PCI_CAPABILITY_MSIX   0x11
#define PCI_CAPABILITY_VENDOR 0x09

/* Registers of configuration space that others read. */
#define PCI_INTERRUPT_LINE 0x3c
#define PCI_INTERRUPT_PIN  0x3d /* 0: it has none */

struct pci_bar {
    uint64_t at;  /* physical address or port; 0 with len 0: there is none */
    uint64_t len; /* bytes */
    bool port, prefetchable;
};

struct pci_function {
    uint8_t bus, slot, function;
    uint16_t vendor, device, subsystem;
    uint8_t class, subclass;
    uint8_t header; /* 0 device, 1 bridge */
    struct pci_bar bar[6];
    unsigned capabilities;
    struct {
        uint8_t id, at; /* at: its offset in configuration space */
    } capability[PCI_CAPABILITIES_MAX];
};

/* Walks the buses once, from bus 0 through its bridges, those nearest to it first; the rest reads
 * what it found. Sizes BARs, changes nothing. */
void pci_init(void);
/* The i-th that was found; null: there are no more. */
const struct pci_function *pci_at(unsigned i);
/* The first function from index *i on with this vendor and device; *i moves behind it. Null at the
 * end. */
const struct pci_function *pci_find(unsigned *i, uint16_t vendor, uint16_t device);
/* The offset of its first capability with this id at or after `from` (0: the first), or 0. */
unsigned pci_capability(const struct pci_function *f, uint8_t id, unsigned from);

/* Lets the function answer at its memory BARs, and read and write memory itself. */
void pci_enable(const struct pci_function *f);

/* Configuration space; offset a multiple of the width, below 256. */
uint32_t pci_read32(const struct pci_function *f, unsigned offset);
uint16_t pci_read16(const struct pci_function *f, unsigned offset);
uint8_t pci_read8(const struct pci_function *f, unsigned offset);
void pci_write32(const struct pci_function *f, unsigned offset, uint32_t v);
void pci_write16(const struct pci_function *f, unsigned offset, uint16_t v);

#endif
