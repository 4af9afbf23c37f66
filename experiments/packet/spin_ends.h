/* SPDX-License-Identifier: MIT */
/* spin_ends.h -- who asks: keys of the first interface, and a count of what came. */
#ifndef PACKET_SPIN_ENDS_H
#define PACKET_SPIN_ENDS_H

#include "measure/bench.h"
#include "spin/services/net/plexus.h"

/* A claim while a row is measured. */
struct end {
    struct claim *claim;
    struct event_binding *binding;
};

extern volatile unsigned answers;  /* so many packets that handlers of an end have had... */
extern unsigned long answer_bytes; /* ...and of the last one its bytes */

/* False: the machine has no two interfaces, and the row is skipped. The protocols are loaded. */
bool ends_prepare(struct bench *b);
/* An extension, once. */
void ends_load(const char *name);
/* All that follows with interrupts off. Keys of the first interface's, handled by fn; null: by what
 * counts. */
void end_open(struct end *e, unsigned node, unsigned long key, enum net_event when,
              net_arrived_fn *fn);
void end_close(struct end *e);
/* Sends so many bytes, whatever they are. */
void end_send(const struct end *e, unsigned long bytes, unsigned long target, unsigned long more);
/* Until the count is another one; until all that was sent by both interfaces has gone. */
void ends_wait(const volatile unsigned *count, unsigned before);
void ends_settle(void);

#endif
