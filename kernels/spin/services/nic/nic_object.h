/* SPDX-License-Identifier: MIT */
/* nic_object.h -- the machine's network interfaces, as /devices/net0 and so on; what arrives and
 * what goes lies in buffers that are there from the start: nothing is allocated on the way. All
 * functions are called with interrupts off. */
#ifndef SPIN_SERVICES_NIC_NIC_OBJECT_H
#define SPIN_SERVICES_NIC_NIC_OBJECT_H

#include "drivers/nic.h"
#include "lib/list.h"
#include "protocol/ether.h"
#include "spin/services/names/directory.h"
#include "spin/services/net/net.h"

#define NET_NICS          (NICS_MAX + 1) /* the last has no device: it is the loopback */
#define ARRIVALS          64             /* buffers of an interface... */
#define ARRIVALS_IN_NIC   32             /* ...of which the device has so many */
#define OUTGOINGS         64             /* of all */
#define ARRIVALS_LOOPBACK 48

/* Read by anybody; the counters only ever grow. */
struct departure;
struct nic_object {
    struct nic *nic; /* null: the loopback, or there is none */
    unsigned long number;
    struct ether_address address;
    unsigned long mac; /* the same as a number */
    uint64_t alone;    /* how a frame begins that is for it, from one station (nic_is_alone) */
    unsigned long ip, mask, router;
    struct list free; /* arrivals that nobody has */
    uint64_t frames, bytes, sent, sent_bytes;
    uint64_t nobodys;             /* frames that nobody wanted */
    uint64_t strangers;           /* for other stations */
    uint64_t dropped;             /* no buffer, no room, a reply that could not go */
    uint64_t forged;              /* sent with a source that is not the sender's */
    const struct departure *last; /* what was sent last; it may be another's by now */
};

extern const struct name_type name_nic;
extern struct nic_object nic_objects[NET_NICS];

/* A frame that came, for as long as somebody holds it. */
struct arrival {
    struct packet packet;
    struct nic_object *of;
    struct nic_request request;
    struct dma_piece piece;
    struct list link;
    struct outgoing *looped; /* of the loopback: the frame lies in it */
    uint8_t *bytes;
    uint32_t holds;
};

/* One of an interface for a frame that lies there; the interface is known by then. */
struct arrival arrival_new(struct nic_object *n, uint8_t *bytes);

/* What goes: the page, and what the device is told of it. */
struct departure {
    struct outgoing *o;
    struct nic_request request;
    struct dma_piece piece[2]; /* the second: data that lie elsewhere */
    uint32_t *users;           /* of those */
    struct list link;
};

/* Finds the interfaces and gives them buffers, whose ends `came` is told of; what comes back by the
 * loopback is told to `looped`. Both count it. False: the machine has none. */
bool nic_objects_init(void (*came)(struct nic_request *r),
                      void (*looped)(struct arrival *a, uint32_t bytes));

/* Of the frame's first eight bytes the target's six, and whether the source is a group. */
static inline uint64_t nic_is_alone(const uint8_t *frame) {
    return wire_load64(frame) << 15;
}

/* The device has given the buffer back without a frame. */
void arrival_withdrawn(struct arrival *a);
/* Somebody keeps it: another one has its place in the device. */
void arrival_replace(struct arrival *kept);

/* One more has it, or one less: with the last one the device gets its buffer back. */
static inline void arrival_hold(struct arrival *a) {
    a->holds++;
}
void arrival_come_back(struct arrival *a);
static inline void arrival_release(struct arrival *a) {
    if (--a->holds == 0)
        arrival_come_back(a);
}

/* One to write to, which nobody has; null: all are under way. */
struct departure *departure_new(void);
/* One that is kept for a handler's reply, to write to at once: never null. It becomes a departure
 * when it is taken; null: there was none left, and what was written is of no use. */
extern struct departure *reply_kept; /* null: the next one is to be found */
struct outgoing *reply_find(void);
static inline struct outgoing *reply_page(void) {
    return __builtin_expect(reply_kept != NULL, 1) ? reply_kept->o : reply_find();
}
static inline struct departure *reply_take(void) {
    struct departure *d = reply_kept;
    reply_kept = NULL;
    return d;
}
void departure_free(struct departure *d);
struct departure *departure_of(struct outgoing *o);
/* `bytes` bytes from `begin` on are a frame, which goes; o is free again some time. 0, or
 * -E_INVALID, -E_FULL, -E_DEAD: it is free at once. */
int departure_send(struct nic_object *n, struct departure *d, uint32_t begin, uint32_t bytes);
/* The same, and behind these bytes the device sends some that lie elsewhere; *users is one more
 * until it has. */
int departure_send_behind(struct nic_object *n, struct departure *d, uint32_t begin, uint32_t bytes,
                          struct dma_piece data, uint32_t *users);
/* The same by the loopback: it has arrived, as soon as what is under way is done. */
int departure_loop(struct departure *d, uint32_t begin, uint32_t bytes);
/* What the loopback has waiting arrives; of what comes of that, and of that again, so many frames
 * and no more. */
extern struct list loopback_waiting;
void loopback_empty(void);
static inline void loopback_drain(void) {
    if (__builtin_expect(!list_empty(&loopback_waiting), 0))
        loopback_empty();
}

#endif
