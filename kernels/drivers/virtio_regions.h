/* SPDX-License-Identifier: MIT */
/* virtio_regions.h -- where a virtio function's registers are, as its PCI capabilities say (Virtual
 * I/O Device 1.2, chapter 4.1.4). Pure: configuration space is handed in. */
#ifndef DRIVERS_VIRTIO_REGIONS_H
#define DRIVERS_VIRTIO_REGIONS_H

#include "machine/device/pci.h"

enum virtio_region_kind { VIRTIO_COMMON, VIRTIO_NOTIFY, VIRTIO_ISR, VIRTIO_DEVICE, VIRTIO_REGIONS };

struct virtio_regions {
    struct {
        uint64_t at, len; /* physical; len 0: there is none */
    } region[VIRTIO_REGIONS];
    uint32_t notify_multiplier;
};

/* Reads 32 bits of the function's configuration space; offset a multiple of 4, below 256. */
typedef uint32_t virtio_config_read(const struct pci_function *f, unsigned offset);

/* Of each kind the first that lies whole within one of the function's memory BARs and is as long as
 * its kind must be; others are passed over, as the standard asks. 0; -E_NOT_FOUND: the registers
 * common to all, those to notify by, or those of the kind of device (of `device_len` bytes) are
 * missing: it is no modern device. */
int virtio_regions_read(struct virtio_regions *v, const struct pci_function *f,
                        virtio_config_read *read, size_t device_len);

#endif
