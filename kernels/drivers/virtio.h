/* SPDX-License-Identifier: MIT */
/* virtio.h -- a modern virtio device on PCI: status, features, queues, interrupts by MSI-X (Virtual
 * I/O Device 1.2, chapters 3.1 and 4.1). What kind of device it is, its driver knows. */
#ifndef DRIVERS_VIRTIO_H
#define DRIVERS_VIRTIO_H

#include "drivers/virtio_regions.h"
#include "drivers/virtqueue.h"
#include "machine/interrupt/interrupt.h"
#include "machine/interrupt/msix.h"

#define VIRTIO_VENDOR     0x1af4
#define VIRTIO_PCI_DEVICE 0x1040 /* and the kind's number */
#define VIRTIO_INDIRECT   (1ul << 28)
#define VIRTIO_VERSION_1  (1ul << 32)

struct virtio_common;

struct virtio {
    const struct pci_function *function;
    volatile struct virtio_common *common;
    volatile uint8_t *device; /* registers of its kind */
    volatile uint8_t *notify;
    uint64_t notify_len;
    uint32_t notify_multiplier;
    struct msix msix;
    uint64_t features; /* agreed on */
};

/* Finds its registers, `device_len` bytes of its kind's among them, and its MSI-X. -E_NOT_FOUND. */
int virtio_open(struct virtio *v, const struct pci_function *f, size_t device_len);

/* Resets the device. -E_DEAD: it does not come back, and may still use memory that it was given. */
int virtio_reset(struct virtio *v);
/* After a reset: agrees on what both know of `wanted` and VIRTIO_VERSION_1, without which there is
 * no agreement: -E_NOT_FOUND. */
int virtio_agree(struct virtio *v, uint64_t wanted);
/* The device may work. */
void virtio_start(struct virtio *v);
/* Gives the device up: it is told so. */
void virtio_fail(struct virtio *v);
/* Whether the device asks to be reset. */
bool virtio_needs_reset(const struct virtio *v);

/* The n-th queue's size, at most VIRTQUEUE_SIZE_MAX and a power of two; 0: there is no such
 * queue. */
uint16_t virtio_queue_size(struct virtio *v, uint16_t n);
/* Hands the device its rings; its end of requests comes by this entry of its table of messages.
 * *bell: where to write n after something was added. -E_NOT_FOUND: the device refuses the entry, or
 * names a bell outside its registers. */
int virtio_queue_start(struct virtio *v, uint16_t n, struct virtqueue *q, uint16_t entry,
                       volatile uint16_t **bell);
/* Changes of its configuration, and the wish to be reset, come by this entry. -E_NOT_FOUND. */
int virtio_config_entry(struct virtio *v, uint16_t entry);

/* Zeroed rings of a queue, and so many frames in a row for what its driver keeps, for good.
 * -E_NO_MEMORY. */
int virtio_queue_memory(size_t frames, struct virtq_rings **rings, void **own);
/* fn(arg) is called when this entry's message arrives. Errors as of interrupt_on_message(). */
int virtio_listen(struct virtio *v, unsigned entry, struct interrupt_handler *h, interrupt_fn *fn,
                  void *arg);
/* No longer, if it was. */
void virtio_unlisten(struct interrupt_handler *h);
/* Opens each device of a kind that the machine has. The log tells which was left out, and why. */
void virtio_find(unsigned kind, const char *name, int (*open)(const struct pci_function *f));

#endif
