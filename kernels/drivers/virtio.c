/* SPDX-License-Identifier: MIT */
/* virtio.c -- see virtio.h. */
#include "drivers/virtio.h"

#include "lib/error.h"
#include "machine/cpu/x86.h"
#include "machine/memory/page.h"

struct virtio_common {
    uint32_t offered_half, offered; /* the half of its features that is read */
    uint32_t agreed_half, agreed;
    uint16_t config_entry;
    uint16_t queues;
    uint8_t status;
    uint8_t generation;
    uint16_t queue; /* the one that what follows is of */
    uint16_t queue_size;
    uint16_t queue_entry;
    uint16_t queue_enable;
    uint16_t queue_notify;
    uint32_t desc[2], avail[2], used[2];
};

enum {
    ACKNOWLEDGE = 1,
    DRIVER = 2,
    DRIVER_OK = 4,
    FEATURES_OK = 8,
    NEEDS_RESET = 64,
    FAILED = 128
};

/* A device that has more to do answers later; each look leaves the guest, in QEMU. */
#define RESET_LOOKS 1000000

static volatile void *map(const struct virtio_regions *r, enum virtio_region_kind kind) {
    const paddr_t at = PADDR(r->region[kind].at);
    return page_is_direct(at, 1) ? NULL : page_map_device(at, r->region[kind].len);
}

int virtio_open(struct virtio *v, const struct pci_function *f, size_t device_len) {
    struct virtio_regions r;
    int error = virtio_regions_read(&r, f, pci_read32, device_len);
    if (error)
        return error;
    v->function = f;
    v->common = map(&r, VIRTIO_COMMON);
    v->device = map(&r, VIRTIO_DEVICE);
    v->notify = map(&r, VIRTIO_NOTIFY);
    v->notify_len = r.region[VIRTIO_NOTIFY].len;
    v->notify_multiplier = r.notify_multiplier;
    if (!v->common || !v->device || !v->notify)
        return -E_NOT_FOUND;
    return msix_open(&v->msix, f);
}

int virtio_reset(struct virtio *v) {
    v->common->status = 0;
    for (unsigned i = 0; i < RESET_LOOKS; i++) {
        if (v->common->status == 0)
            return 0;
        pause();
    }
    return -E_DEAD;
}

static uint64_t offered(struct virtio *v) {
    v->common->offered_half = 0;
    uint64_t low = v->common->offered;
    v->common->offered_half = 1;
    return low | (uint64_t)v->common->offered << 32;
}

int virtio_agree(struct virtio *v, uint64_t wanted) {
    v->common->status = ACKNOWLEDGE;
    v->common->status = ACKNOWLEDGE | DRIVER;
    v->features = offered(v) & (wanted | VIRTIO_VERSION_1);
    v->common->agreed_half = 0;
    v->common->agreed = (uint32_t)v->features;
    v->common->agreed_half = 1;
    v->common->agreed = (uint32_t)(v->features >> 32);
    v->common->status = ACKNOWLEDGE | DRIVER | FEATURES_OK;
    bool fine = v->features & VIRTIO_VERSION_1 && v->common->status & FEATURES_OK;
    return fine ? 0 : -E_NOT_FOUND;
}

void virtio_start(struct virtio *v) {
    v->common->status = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
}

void virtio_fail(struct virtio *v) {
    v->common->status = v->common->status | FAILED;
}

bool virtio_needs_reset(const struct virtio *v) {
    return v->common->status & NEEDS_RESET;
}

uint16_t virtio_queue_size(struct virtio *v, uint16_t n) {
    if (n >= v->common->queues)
        return 0;
    v->common->queue = n;
    uint16_t size = v->common->queue_size;
    if (size & (size - 1))
        return 0;
    return size < VIRTQUEUE_SIZE_MAX ? size : VIRTQUEUE_SIZE_MAX;
}

static void write_address(volatile uint32_t *words, const volatile void *at) {
    uint64_t address = physical((const void *)(uintptr_t)at).at;
    words[0] = (uint32_t)address;
    words[1] = (uint32_t)(address >> 32);
}

int virtio_queue_start(struct virtio *v, uint16_t n, struct virtqueue *q, uint16_t entry,
                       volatile uint16_t **bell) {
    v->common->queue = n;
    v->common->queue_size = q->size;
    v->common->queue_entry = entry;
    uint64_t at = (uint64_t)v->common->queue_notify * v->notify_multiplier;
    if (v->common->queue_entry != entry || at % 2 || at + sizeof **bell > v->notify_len)
        return -E_NOT_FOUND;
    *bell = (volatile uint16_t *)(v->notify + at);
    write_address(v->common->desc, q->rings->desc);
    write_address(v->common->avail, &q->rings->avail);
    write_address(v->common->used, &q->rings->used);
    v->common->queue_enable = 1;
    return 0;
}

int virtio_config_entry(struct virtio *v, uint16_t entry) {
    v->common->config_entry = entry;
    return v->common->config_entry == entry ? 0 : -E_NOT_FOUND;
}
