/* SPDX-License-Identifier: MIT */
/* net_start.c -- finds the machine's virtio network interfaces, starts them, and resets them. */
#include "drivers/virtio_net.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/frame.h"
#include "machine/report/log.h"

#define WANTED (VIRTIO_INDIRECT | NET_ADDRESS | NET_STATUS)

#define SLOT_FRAMES ((VIRTQUEUE_SIZE_MAX * sizeof(struct net_slot) + PAGE_SIZE - 1) / PAGE_SIZE)

static struct nic nics[NICS_MAX];
static unsigned count;
static bool begun;

static bool config_asked(void *arg) {
    struct nic *n = arg;
    n->dead |= virtio_needs_reset(&n->device);
    if (n->changed)
        n->changed(n->watcher);
    return true;
}

/* Memory of a queue, for good. */
static int queue_memory(struct net_queue *q, struct virtq_rings **rings) {
    paddr_t frame, slots;
    if (frame_alloc_run(&slots, SLOT_FRAMES))
        return -E_NO_MEMORY;
    if (frame_alloc_zeroed(&frame)) {
        for (size_t i = 0; i < SLOT_FRAMES; i++)
            frame_free(paddr_add(slots, i * PAGE_SIZE));
        return -E_NO_MEMORY;
    }
    *rings = direct(frame);
    q->slots = direct(slots);
    return 0;
}

static void begin_slot(struct net_slot *s, bool receives) {
    *s = (struct net_slot){.at = physical(s).at};
    s->table[0] =
        virtq_piece(0, s->at + offsetof(struct net_slot, header), sizeof s->header, receives);
}

/* Entry 0 is the configuration's, the queue's number + 1 the queue's. */
static int start_queue(struct nic *n, uint16_t number) {
    struct net_queue *q = &n->queue[number];
    struct virtq_rings *rings = q->ring.rings;
    uint16_t size = virtio_queue_size(&n->device, number);
    int error = !size ? -E_NOT_FOUND : rings ? 0 : queue_memory(q, &rings);
    if (error)
        return error;
    q->nic = n;
    q->number = number;
    q->loud = 0;
    virtqueue_init(&q->ring, rings, size);
    for (size_t i = 0; i < VIRTQUEUE_SIZE_MAX; i++)
        begin_slot(&q->slots[i], number == NIC_RECEIVE);
    return virtio_queue_start(&n->device, number, &q->ring, (uint16_t)(number + 1), &q->bell);
}

static void read_facts(struct nic *n) {
    const volatile struct net_config *c = (const volatile struct net_config *)n->device.device;
    n->facts.has_address = n->device.features & NET_ADDRESS;
    for (unsigned i = 0; i < sizeof c->address; i++)
        n->facts.address[i] = n->facts.has_address ? c->address[i] : 0;
}

/* From a reset device to one that works. Requests are described in tables of their own. */
static int start(struct nic *n) {
    int error = virtio_agree(&n->device, WANTED);
    if (error)
        return error;
    if (!(n->device.features & VIRTIO_INDIRECT) || n->device.msix.entries < NIC_QUEUES + 1)
        return -E_NOT_FOUND;
    read_facts(n);
    error = virtio_config_entry(&n->device, 0);
    for (uint16_t i = 0; i < NIC_QUEUES && !error; i++)
        error = start_queue(n, i);
    if (!error)
        virtio_start(&n->device);
    return error;
}

static int listen(struct nic *n) {
    n->config = (struct interrupt_handler){.fn = config_asked, .arg = n};
    int error = interrupt_on_message(&n->config, &n->device.msix, 0);
    for (unsigned i = 0; i < NIC_QUEUES && !error; i++) {
        n->queue[i].handler = (struct interrupt_handler){.fn = net_asked, .arg = &n->queue[i]};
        error = interrupt_on_message(&n->queue[i].handler, &n->device.msix, i + 1);
    }
    return error;
}

static void stop_listening(struct interrupt_handler *h) {
    if (h->source)
        interrupt_unregister(h);
}

/* Its memory is left to it, for it may still use it. */
static void give_up(struct nic *n) {
    stop_listening(&n->config);
    for (unsigned i = 0; i < NIC_QUEUES; i++)
        stop_listening(&n->queue[i].handler);
    if (n->device.common)
        virtio_fail(&n->device);
    *n = (struct nic){0};
}

static int open(struct nic *n, const struct pci_function *f) {
    int error = virtio_open(&n->device, f, sizeof(struct net_config));
    if (!error)
        error = virtio_reset(&n->device);
    if (!error)
        error = start(n);
    if (!error)
        error = listen(n);
    if (error)
        give_up(n);
    return error;
}

void nic_init(void) {
    const struct pci_function *f;
    if (begun)
        return;
    begun = true;
    for (unsigned from = 0; (f = pci_find(&from, VIRTIO_VENDOR, VIRTIO_PCI_DEVICE + VIRTIO_NET));) {
        int error = count < NICS_MAX ? open(&nics[count], f) : -E_FULL;
        if (!error)
            count++;
        else
            log_line("nic: %u:%u.%u is left out: %s", f->bus, f->slot, f->function,
                     error_sentence(error));
    }
}

struct nic *nic_at(unsigned i) {
    return i < count ? &nics[i] : NULL;
}

const struct nic_facts *nic_facts(const struct nic *n) {
    return &n->facts;
}

bool nic_link(const struct nic *n) {
    const volatile struct net_config *c = (const volatile struct net_config *)n->device.device;
    return !(n->device.features & NET_STATUS) || (c->status & NET_LINK_UP);
}

void nic_watch(struct nic *n, void (*changed)(void *arg), void *arg) {
    n->watcher = arg;
    n->changed = changed;
}

int nic_reset(struct nic *n) {
    bool on = interrupts_off();
    n->dead = true;
    int error = virtio_reset(&n->device);
    if (!error) {
        net_withdraw(n);
        error = start(n) ? -E_DEAD : 0;
        n->dead = error;
    }
    interrupts_restore(on);
    return error;
}
