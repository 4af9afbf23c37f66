/* SPDX-License-Identifier: MIT */
/* virtio_net.h -- what a virtio network device and its driver tell each other (Virtual I/O Device
 * 1.2, chapter 5.1), and an interface of that kind. For the driver's own sources.
 *
 * Of the device's features ours are its address and the state of its link: without offloads,
 * mergeable buffers and a control queue each frame is one chain, and its header says nothing. */
#ifndef DRIVERS_VIRTIO_NET_H
#define DRIVERS_VIRTIO_NET_H

#include "drivers/nic.h"
#include "drivers/virtio.h"
#include "machine/interrupt/interrupt.h"

#define VIRTIO_NET 1 /* the kind's number */

enum { NET_ADDRESS = 1 << 5, NET_STATUS = 1 << 16 };
enum { NET_LINK_UP = 1 };

/* Its registers. */
struct net_config {
    uint8_t address[6];
    uint16_t status;
};

/* Before each frame; in a device of version 1 its last field is there in any case. */
struct net_header {
    uint8_t flags, segmentation;
    uint16_t header_bytes, segment_bytes, sum_start, sum_offset, buffers;
};
_Static_assert(sizeof(struct net_header) == 12, "");

struct net_slot {
    struct virtq_desc table[NIC_PIECES_MAX + 1]; /* the first is the header's, for good */
    struct net_header header;
    uint64_t at; /* the slot, by the device's address; ours alone */
};

struct net_queue {
    struct nic *nic;
    struct virtqueue ring;
    struct net_slot *slots; /* as many as the ring is long */
    volatile uint16_t *bell;
    uint16_t number;
    bool untold;   /* there may be frames of which the device has not heard */
    uint16_t loud; /* of what the device has, those whose end it is to tell by an interrupt */
    struct interrupt_handler handler;
};

struct nic {
    struct virtio device;
    struct nic_facts facts;
    struct net_queue queue[NIC_QUEUES];
    struct interrupt_handler config;
    void (*changed)(void *arg); /* null: nobody watches */
    void *watcher;
    unsigned at_once; /* frames that one interrupt takes */
    bool dead;
};

/* A queue's interrupt: of buffers, of frames. */
bool net_came(void *queue);
bool net_went(void *queue);
/* After a reset: ends every request that the device had. */
void net_withdraw(struct nic *n);

#endif
