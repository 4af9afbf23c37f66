/* SPDX-License-Identifier: MIT */
/* virtio_start.c -- what each driver of virtio devices does at its start. */
#include "drivers/virtio.h"

#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/report/log.h"

_Static_assert(sizeof(struct virtq_rings) <= PAGE_SIZE, "a queue's rings are one frame");

int virtio_queue_memory(size_t frames, struct virtq_rings **rings, void **own) {
    paddr_t frame, run;
    if (frame_alloc_run(&run, frames))
        return -E_NO_MEMORY;
    if (frame_alloc_zeroed(&frame)) {
        for (size_t i = 0; i < frames; i++)
            frame_free(paddr_add(run, i * PAGE_SIZE));
        return -E_NO_MEMORY;
    }
    *rings = direct(frame);
    *own = direct(run);
    return 0;
}

int virtio_listen(struct virtio *v, unsigned entry, struct interrupt_handler *h, interrupt_fn *fn,
                  void *arg) {
    *h = (struct interrupt_handler){.fn = fn, .arg = arg};
    return interrupt_on_message(h, &v->msix, entry);
}

void virtio_unlisten(struct interrupt_handler *h) {
    if (h->source)
        interrupt_unregister(h);
}

void virtio_find(unsigned kind, const char *name, int (*open)(const struct pci_function *f)) {
    const struct pci_function *f;
    for (unsigned from = 0; (f = pci_find(&from, VIRTIO_VENDOR, VIRTIO_PCI_DEVICE + kind));) {
        int error = open(f);
        if (error)
            log_line("%s: %u:%u.%u is left out: %s", name, f->bus, f->slot, f->function,
                     error_sentence(error));
    }
}
