/* SPDX-License-Identifier: MIT */
/* virtio_regions.c -- see virtio_regions.h. */
#include "drivers/virtio_regions.h"

#include "lib/error.h"
#include "lib/string.h"

/* Offsets into the capability; the kind is in the highest byte of its first word. */
enum { KIND_SHIFT = 24, BAR = 4, OFFSET = 8, LENGTH = 12, MULTIPLIER = 16, CAPABILITY_LEN = 16 };
enum { CONFIG_SPACE = 256, COMMON_LEN = 56, NOTIFY_LEN = 2, ISR_LEN = 1 };

/* Reads one; gives its kind, or VIRTIO_REGIONS where it is none that can be used. */
static unsigned read_one(struct virtio_regions *v, const struct pci_function *f,
                         virtio_config_read *read, unsigned at, const size_t *least) {
    unsigned kind = (read(f, at) >> KIND_SHIFT) - 1, bar = read(f, at + BAR) & 0xff;
    unsigned len = CAPABILITY_LEN + (kind == VIRTIO_NOTIFY ? 4 : 0);
    if (kind >= VIRTIO_REGIONS || v->region[kind].len || at + len > CONFIG_SPACE)
        return VIRTIO_REGIONS;
    uint64_t offset = read(f, at + OFFSET), length = read(f, at + LENGTH);
    if (bar >= 6 || f->bar[bar].port || length < least[kind] || length > f->bar[bar].len ||
        offset > f->bar[bar].len - length || offset % 4)
        return VIRTIO_REGIONS;
    v->region[kind].at = f->bar[bar].at + offset;
    v->region[kind].len = length;
    return kind;
}

int virtio_regions_read(struct virtio_regions *v, const struct pci_function *f,
                        virtio_config_read *read, size_t device_len) {
    const size_t least[VIRTIO_REGIONS] = {COMMON_LEN, NOTIFY_LEN, ISR_LEN, device_len};
    memset(v, 0, sizeof *v);
    for (unsigned i = 0; i < f->capabilities; i++) {
        unsigned at = f->capability[i].at;
        if (f->capability[i].id != PCI_CAPABILITY_VENDOR || at + CAPABILITY_LEN > CONFIG_SPACE)
            continue;
        if (read_one(v, f, read, at, least) == VIRTIO_NOTIFY)
            v->notify_multiplier = read(f, at + MULTIPLIER);
    }
    bool whole = v->region[VIRTIO_COMMON].len && v->region[VIRTIO_NOTIFY].len &&
                 v->region[VIRTIO_DEVICE].len;
    return whole ? 0 : -E_NOT_FOUND;
}
