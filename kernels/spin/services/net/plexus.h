/* SPDX-License-Identifier: MIT */
/* plexus.h -- the graph (net.h), for the kernel: who has which keys, the way up and the way down.
 * With interrupts off. */
#ifndef SPIN_SERVICES_NET_PLEXUS_H
#define SPIN_SERVICES_NET_PLEXUS_H

#include "spin/services/net/clock.h"
#include "spin/services/net/net_guard.h"
#include "spin/services/nic/nic_object.h"

/* Keys of a node that somebody has. */
struct claim {
    struct key_range keys;
    uint8_t node, nic;
    bool strand, all; /* received in a strand; what others have is not its own */
    bool ended;       /* nobody's, but a raise may ask its guard still */
    const struct module *by;
    uint64_t serial;   /* of the extension, or 0: it is the kernel's own */
    uintptr_t called;  /* from here it was used last, by whom it is */
    uint32_t bindings; /* with its guard */
    struct list link;  /* of its node's, while it is there */
};

#define NET_CLAIMS 64

/* An event of a node. */
enum net_event { NET_ARRIVED, NET_RECEIVED, NET_SENT, NET_EVENTS };
extern const struct event *const net_events[NET_NODES][NET_EVENTS];
typedef unsigned long net_arrived_fn(void *closure, struct packet *p, unsigned long key,
                                     struct outgoing *reply);

/* What a handler gave (net.h), by its lowest byte; anything else is NET_NOTHING. */
enum {
    VERDICT_TAKEN = NET_TAKEN,
    VERDICT_REPLY = NET_REPLY(0),
    VERDICT_UP = NET_UP(0, 0, 0),
    VERDICT_PIECE = NET_PIECE(0, 0, 0, 0, 0, 0),
    VERDICT_ANSWER = NET_ANSWER(0, 0)
};

static inline unsigned verdict_kind(unsigned long verdict) {
    return (uint8_t)verdict;
}

/* --- claims.c --- */

/* Null: somebody has one of them, or there are too many. */
struct claim *claim_take(unsigned node, unsigned long low, unsigned long high, unsigned nic,
                         const struct module *by);
/* It has no bindings. */
void claim_drop(struct claim *c);
/* The kernel's own handler of a claim's packets, NET_ARRIVED or NET_RECEIVED; and its end, with the
 * claim's. 0, or change_commit's errors. */
int claim_handle(struct claim *c, enum net_event when, net_arrived_fn *fn, void *closure,
                 struct event_binding **binding);
int claim_end(struct claim *c, struct event_binding *binding);
/* Of a number that net_claim gave, and the number; null: there is none. */
struct claim *claim_of(unsigned long number);
unsigned long claim_number(const struct claim *c);
/* Whether an extension may have them: an edge of the graph is its protocol's. */
bool claim_is_allowed(const struct module *by, unsigned node, unsigned long low,
                      unsigned long high);
/* Whose packets in a strand these are; null: nobody's. */
struct claim *claim_in_strand(unsigned node, unsigned long key);
/* Whether the module of the claim has this key of a node. */
bool claim_has(const struct claim *c, unsigned node, unsigned long key);
/* Whether the code at this address is of whom the claim is. */
bool claim_is_of(struct claim *c, uintptr_t address);
void claims_init(void);

/* --- plexus.c --- */

/* A frame of so many bytes goes up the graph. Interrupts off. */
void net_arrive(struct arrival *a, uint32_t bytes);
/* The same for what a device has filled. */
void net_frame_came(struct nic_request *r);
/* Ways past the graph that there may be. */
enum { SHORT_PASSAGES = 1, SHORT_CONNECTIONS = 2 };
extern unsigned net_short_ways;
/* The way of connections, for frames that it knows whose they are: true, and they are there; false,
 * and they go up the graph. */
extern bool (*net_short_way)(struct arrival *a, uint32_t bytes);
/* Goes on with what an event of the node gave. */
void net_go_up(struct arrival *a, unsigned node, unsigned long key, unsigned long verdict);

/* --- passage.c --- */

/* None is kept any more. */
void passages_end(void);
/* The frame has gone on, or was dropped. False: it goes up the graph. */
bool passage_take(struct arrival *a, uint32_t bytes);

/* --- turn.c --- */

/* What was given, NET_ANSWER of what is written to the reply's page, goes back in the headers that
 * came. False: that cannot be, and nothing has happened. */
bool net_turn(struct arrival *a, unsigned node, unsigned long verdict);

/* --- down.c --- */

/* Sends *s by the protocol of the node; errors as packet_send's, and the departure is gone. */
int net_go_down(struct departure *d, unsigned node, struct sending *s);
/* What NET_ANSWER says is behind the reply; gives its length, or more than there is room for. */
unsigned long net_append(const struct packet *p, struct outgoing *o, unsigned long verdict);
/* So many bytes of d, from NET_ROOM on, go back to where the packet came from. Errors as
 * net_go_down's, and the departure is gone. */
int net_reply(const struct packet *p, unsigned node, unsigned long key, struct departure *d,
              unsigned long bytes);
/* packet_send() by a claim, whoever calls; d is gone in any case. */
int net_send(const struct claim *c, struct departure *d, unsigned long bytes, unsigned long target,
             unsigned long more);
/* The same as a datagram, without a sum: behind its bytes the device sends some that lie elsewhere,
 * and *users is one more until it has (nic_object.h). Besides: -E_INVALID: it does not fit into one
 * packet, or goes by no device. What waits for its next station is not kept. */
int net_send_behind(const struct claim *c, struct departure *d, unsigned long bytes,
                    unsigned long target, unsigned long more, struct dma_piece data,
                    uint32_t *users);
/* For that alone. */
int net_go_down_behind(struct departure *d, struct sending *s, struct dma_piece data,
                       uint32_t *users);
/* By IP, where headers to that station are known: the packet's last bytes lie elsewhere, as above.
 * False: they are not, and nothing has happened. */
bool net_go_down_known(struct departure *d, struct sending *s, struct dma_piece data,
                       uint32_t *users);
/* A packet of the claim goes on as it is (packet_pass). */
int net_pass(const struct claim *c, const struct packet *p, unsigned long target,
             unsigned long more);
/* This one has said which station it is: what waits for that is tried again. */
void net_resolved(unsigned long ip);

/* --- whole.c --- */

/* A piece of a packet (NET_PIECE) is kept. All of it is there: that, held; else null. */
struct arrival *net_piece(const struct arrival *piece, unsigned long verdict);

/* --- net_strand.c --- */

/* The strand has the packet, too. */
void net_to_strand(struct arrival *a, unsigned node, unsigned long key);
/* The kernel's own share of the alarms: called before net_time; null: it wants none. */
extern void (*net_kernel_time)(unsigned long now);
void net_strand_init(void);

#endif
