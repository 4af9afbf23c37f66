/* SPDX-License-Identifier: MIT */
/* nic.h -- network interfaces: a buffer is given and comes back with a frame, a frame is sent and
 * its end is told. No protocol, no filter, no queue of frames that wait: those are the caller's.
 * Frames are Ethernet's, from the target's address to the data's end.
 *
 *   nic_give -> a frame arrives -> interrupt -> r->ended(r), r->bytes long, with interrupts off
 *   nic_send -> the frame goes  -> interrupt -> r->ended(r)
 *
 * Page frames that the device may read or write are pinned (frame_pin) until it is done with them
 * or was reset, unless the caller did so himself. */
#ifndef DRIVERS_NIC_H
#define DRIVERS_NIC_H

#include "drivers/dma.h"

#define NICS_MAX       4
#define NIC_PIECES_MAX 9
#define NIC_HEADER     14   /* bytes: no frame is shorter */
#define NIC_FRAME_MAX  1514 /* none that is sent is longer */
#define NIC_QUEUE      64   /* buffers and frames at once, of each */
#define NIC_AT_ONCE    16   /* frames that one interrupt takes at most; the next follows it */

enum nic_queue { NIC_RECEIVE, NIC_TRANSMIT, NIC_QUEUES };

enum nic_result {
    NIC_DONE,
    NIC_WITHDRAWN, /* the device was reset; nothing arrived, or whether it went is not known */
    NIC_PENDING    /* the device has it */
};

/* The caller's memory, unchanged until its end, the pieces too. */
struct nic_request {
    const struct dma_piece *piece;
    unsigned pieces;
    bool pinned; /* the caller sees to it that the page frames stay until ended() */
    /* Of a buffer, pinned: it is given again once ended() is back, unless that says no longer so,
     * and ends for good by a reset. Then `instead` may be another one of as many pieces,
     * which nic_check takes, pinned: it has the place, and `instead` is null again. */
    bool again;
    struct nic_request *instead;
    /* Of a frame: its end needs no interrupt. It is told where another end is, by nic_collect(), or
     * when the queue is nearly full. */
    bool quiet;
    void (*ended)(struct nic_request *r); /* with interrupts off; may give or send */
    void *arg;
    enum nic_result result; /* the driver's, as is what follows */
    uint32_t bytes;         /* of what arrived */
    uint32_t room;          /* all pieces */
    bool loud;              /* an interrupt tells its end */
};

struct nic;

struct nic_facts {
    uint8_t address[6];
    bool has_address; /* the device said so; else zeros */
};

/* Finds the machine's network interfaces, by PCI's order, and starts them; once. Those that cannot
 * be used are left out with a line in the log. */
void nic_init(void);
/* The i-th, or null. */
struct nic *nic_at(unsigned i);
const struct nic_facts *nic_facts(const struct nic *n);
/* Whether a wire is plugged in, as the device says now. */
bool nic_link(const struct nic *n);
/* Calls this, with interrupts off, when the device says that this or anything else of it has
 * changed. */
void nic_watch(struct nic *n, void (*changed)(void *arg), void *arg);

/* A buffer for a frame, or a frame to send. 0: its end will be told, once. Otherwise nothing has
 * happened: -E_INVALID: pieces that there are not, or a frame shorter or longer than one may be;
 * -E_FULL: the queue has no room until another ends, or a page frame no room for another pin;
 * -E_DEAD: the device said what cannot be, or asks to be reset: nic_reset().
 * A frame that is longer than its buffer is lost. */
int nic_give(struct nic *n, struct nic_request *r);
int nic_send(struct nic *n, struct nic_request *r);
/* The same for a path that is short: of what nic_check() takes, pinned, with interrupts off. */
int nic_hand_over(struct nic *n, enum nic_queue queue, struct nic_request *r);
int nic_send_short(struct nic *n, struct nic_request *r);
/* The device need not hear of this one before the next one, or nic_tell(): those that it hears of
 * together arrive together. */
int nic_send_untold(struct nic *n, struct nic_request *r);
void nic_tell(struct nic *n);
/* 0, and r->room, or -E_INVALID, as above. */
int nic_check(enum nic_queue queue, struct nic_request *r);

/* One interrupt takes so many frames from now on, 1 to NIC_AT_ONCE: fewer where each takes long. */
void nic_take_at_once(struct nic *n, unsigned most);

/* While it is masked the queue's interrupts wait; what has ended is told by nic_collect(), or once
 * it is no longer masked. At first it is not; calls nest. */
void nic_mask(struct nic *n, enum nic_queue queue);
void nic_unmask(struct nic *n, enum nic_queue queue);
/* Tells the end of each request that the device is done with; gives how many. */
unsigned nic_collect(struct nic *n, enum nic_queue queue);
/* Of frames the same, for a path that is short, with interrupts off. */
void nic_collect_sent(struct nic *n);
/* How many requests of a queue the device has. */
unsigned nic_in_flight(const struct nic *n, enum nic_queue queue);

/* Waits until every frame that was sent has gone, and tells their ends and what arrives; then no
 * interface interrupts until nics_resume(). With interrupts off, but for those that have been asked
 * for before. So it is before a disk's end is met (disk_meet): by its own timer a device sends a
 * frame, and moves the clock on that is to stand still; and it would wake who waits. */
void nics_settle(void);
void nics_resume(void);

/* Whether nic_give() and nic_send() give -E_DEAD. */
bool nic_is_dead(const struct nic *n);
/* Resets the device and starts it again; what it had ends with NIC_WITHDRAWN. Not from ended(). 0;
 * -E_DEAD: it does not come back. Then what it has stays pending for good, for it may still use
 * that memory. */
int nic_reset(struct nic *n);

#endif
