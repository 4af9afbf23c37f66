/* SPDX-License-Identifier: MIT */
/* drivers_virtio_fuzz.c -- any bytes as a virtio function's configuration space, and as what a
 * device does to a queue's rings: regions lie within BARs, and each request that was given comes
 * back once. */
#include "drivers/virtio_regions.h"
#include "drivers/virtqueue.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t space[64];

static uint32_t space_read(const struct pci_function *f, unsigned offset) {
    (void)f;
    if (offset % 4 || offset >= sizeof space)
        abort();
    return space[offset / 4];
}

static void regions(const uint8_t *data, size_t size) {
    struct virtio_regions v;
    struct pci_function f = {.bar = {{.at = 0x10000, .len = 0x1000},
                                     {.at = 0xc000, .len = 256, .port = true},
                                     {0},
                                     {.at = 1ul << 40, .len = 1ul << 33}}};
    memset(space, 0, sizeof space);
    memcpy(space, data, size < sizeof space ? size : sizeof space);
    for (unsigned i = 0; i < PCI_CAPABILITIES_MAX && i < size; i++, f.capabilities++) {
        f.capability[i].id = PCI_CAPABILITY_VENDOR;
        f.capability[i].at = data[size - 1 - i] & 0xfc;
    }
    if (virtio_regions_read(&v, &f, space_read, 60))
        return;
    for (unsigned k = 0; k < VIRTIO_REGIONS; k++) {
        uint64_t at = v.region[k].at, len = v.region[k].len;
        bool low = at >= 0x10000 && at + len <= 0x11000;
        bool high = at >= 1ul << 40 && at + len <= (1ul << 40) + (1ul << 33);
        if (len && !low && !high)
            abort();
    }
}

static int offer(struct virtqueue *q, struct virtq_desc *chain, unsigned n, bool indirect) {
    for (unsigned i = 0; i < n; i++)
        chain[i] = virtq_piece(i, 64ul * i, 16, i > 0);
    return virtqueue_add(q, chain, n, q, indirect ? 4096 : 0);
}

static void take_and_give(struct virtqueue *q) {
    uint32_t written;
    int head = virtqueue_ended(q, &written);
    if (head >= 0)
        virtqueue_again(q, (uint16_t)head, virtqueue_keep(q, (uint16_t)head));
}

/* Two bytes a step: what, and how. */
static void rings(const uint8_t *data, size_t size) {
    static struct virtq_rings r;
    struct virtq_desc chain[4];
    struct virtqueue q;
    unsigned given = 0, back = 0;
    uint32_t written;
    virtqueue_init(&q, &r, 8);
    for (size_t i = 0; i + 1 < size; i += 2) {
        uint8_t how = data[i + 1];
        if (data[i] < 64)
            given += !offer(&q, chain, 1 + how % 4, how & 64);
        else if (data[i] < 128)
            back += virtqueue_take(&q, &written) != NULL;
        else if (data[i] < 144)
            take_and_give(&q);
        else if (data[i] < 192)
            r.used.entry[r.used.index++ % 8].head = how;
        else
            ((uint8_t *)&r)[(data[i] * 256u + how) % sizeof r] = how;
    }
    while (virtqueue_withdraw(&q))
        back++;
    if (given != back || q.unused != 8 || q.in_flight)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    regions(data, size);
    rings(data, size);
    return 0;
}
