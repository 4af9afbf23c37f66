/* SPDX-License-Identifier: MIT */
/* beginnings.h -- how connections begin: ours, those that peers begin with who listens, and what is
 * said to segments of none. */
#ifndef SPIN_SERVICES_STREAM_BEGINNINGS_H
#define SPIN_SERVICES_STREAM_BEGINNINGS_H

#include "spin/services/stream/table.h"

/* What flow.c has for this: what is under way, and what the protocol says of a connection, or -1:
 * it has failed; then what it gave is sent. */
extern struct stream_step flow_call;
long flow_step(struct stream *s, enum stream_op op);
void flow_send(struct stream *s);

/* The extension of this name is the protocol of connections that begin from now on; it is loaded if
 * need be. Errors of loader_load. */
int flow_use(const char *protocol);
/* Whether there is one. */
bool flow_has_protocol(void);

/* One is begun by this interface, or NET_ANY. Null: there is no place. */
struct stream *flow_open(const struct stream_owner *owner, unsigned long nic, unsigned long address,
                         unsigned long port);

/* Answers a segment of `came` bytes, shown in flow_call, that belongs to no connection. Gives one
 * that its peer began by a cookie, and that has still to hear the segment; else null. */
struct stream *beginnings_unknown(const struct tuple *who, const struct packet *p, uint32_t came);
void beginnings_refuse(const struct tuple *who, const struct packet *p);

#endif
