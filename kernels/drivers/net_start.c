/* SPDX-License-Identifier: MIT */
/* net_start.c -- finds the machine's virtio network interfaces, starts them, and resets them. */
#include "drivers/virtio_net.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"

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

/* Once: after a reset they are as they were. */
static void begin_slot(struct net_slot *s, bool receives) {
    if (s->at == physical(s).at)
        return;
    *s = (struct net_slot){.at = physical(s).at};
    s->table[0] =
        virtq_piece(0, s->at + offsetof(struct net_slot, header), sizeof s->header, receives);
}

/* Entry 0 is the configuration's, the queue's number + 1 the queue's. */
static int start_queue(struct nic *n, uint16_t number) {
    struct net_queue *q = &n->queue[number];
    struct virtq_rings *rings = q->ring.rings;
    uint16_t size = virtio_queue_size(&n->device, number);
    int error = !size   ? -E_NOT_FOUND
                : rings ? 0
                        : virtio_queue_memory(SLOT_FRAMES, &rings, (void **)&q->slots);
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
    int error = virtio_listen(&n->device, 0, &n->config, config_asked, n);
    for (unsigned i = 0; i < NIC_QUEUES && !error; i++)
        error = virtio_listen(&n->device, i + 1, &n->queue[i].handler,
                              i == NIC_RECEIVE ? net_came : net_went, &n->queue[i]);
    return error;
}

/* Its memory is left to it, for it may still use it. */
static void give_up(struct nic *n) {
    virtio_unlisten(&n->config);
    for (unsigned i = 0; i < NIC_QUEUES; i++)
        virtio_unlisten(&n->queue[i].handler);
    if (n->device.common)
        virtio_fail(&n->device);
    *n = (struct nic){0};
}

static int open(const struct pci_function *f) {
    struct nic *n = &nics[count];
    if (count == NICS_MAX)
        return -E_FULL;
    n->at_once = NIC_AT_ONCE;
    int error = virtio_open(&n->device, f, sizeof(struct net_config));
    if (!error)
        error = virtio_reset(&n->device);
    if (!error)
        error = start(n);
    if (!error)
        error = listen(n);
    if (error)
        give_up(n);
    else
        count++;
    return error;
}

void nic_init(void) {
    if (begun)
        return;
    begun = true;
    virtio_find(VIRTIO_NET, "nic", open);
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
