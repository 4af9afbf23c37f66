/* SPDX-License-Identifier: MIT */
/* table.h -- the kernel's connections. All of this is done by who has the mutex of connections. */
#ifndef SPIN_SERVICES_STREAM_TABLE_H
#define SPIN_SERVICES_STREAM_TABLE_H

#include "protocol/secret.h"
#include "spin/services/loader/loader.h"
#include "spin/services/net/plexus.h"
#include "spin/services/stream/stream_step.h"
#include "spin/services/stream/stream.h"

#define STREAMS        256 /* a power of two */
#define STREAM_BUCKETS 64
#define LISTENERS      16
#define HALF_OPEN      32 /* of all listeners: one more is answered by a cookie */

/* Who has connections: an extension, by its number, or code of the kernel. */
struct stream_owner {
    uint64_t serial; /* 0: the kernel's */
    unsigned long (*ready)(struct stream_view *view);
    bool later; /* the kernel's: is told that there is something, and takes it by spans.h */
};

struct listener {
    uint32_t port; /* 0: none */
    struct stream_owner owner;
    struct claim *claim;
};

/* At most 512 bytes, buffers aside. */
struct stream {
    struct tcp tcp;
    struct list link;   /* of its bucket; alone: the place is free */
    struct list order;  /* of free places, or of those that wait for stragglers */
    struct list answer; /* of those that are to be answered */
    struct list half;   /* of those that a peer has begun, and that were half open when last seen */
    struct tuple who;
    unsigned long station; /* of Ethernet: where its last packet came from; 0: not known */
    uint32_t number;       /* index, and how often the place was used */
    struct stream_owner owner;
    uint64_t protocol; /* the extension's number */
    unsigned long word[STREAM_WORDS];
    unsigned long deadline, since;       /* since: it began, or its owner left it */
    uint8_t *out, *in;                   /* buffers, when they are needed */
    uint32_t *sending;                   /* pieces of `out` that a device reads */
    uint32_t out_at, out_bytes, written; /* where what waits begins; of it, not told yet */
    uint32_t sent_to;                    /* what lies before that was sent once */
    uint32_t in_at, in_bytes, told;      /* told: how much room the peer knows of */
    uint8_t state, flags, what, nic;
    bool may_go, closed;
};

extern struct stream *streams; /* STREAMS of them; null: there is no network */
extern struct listener listeners[LISTENERS];

/* Makes the table; -E_NO_MEMORY. */
int streams_begin(void);

/* The connection between these two, or null. */
struct stream *stream_find(const struct tuple *who);
/* The connection of this number, or null. */
struct stream *stream_at(unsigned long number);
/* A new one, if need be in the place of one that may go; null: all are needed. */
struct stream *stream_new(const struct tuple *who, const struct stream_owner *owner);
void stream_free(struct stream *s);
/* It waits for stragglers alone: it goes first, when a place is needed. */
void stream_waits(struct stream *s);
/* It is closed, but was not read to its end; nothing finds it but its number. */
void stream_over(struct stream *s);
/* Its buffers; it has no use for them any more. */
void stream_let_go(struct stream *s);
/* A peer begins it: it is half open. */
void stream_begins_half(struct stream *s);
/* The one that is half open for longest, if there are so many; else null. */
struct stream *stream_oldest_half(unsigned count);

/* Makes the buffer if there is none. False: no memory. */
bool stream_buffer(uint8_t **buffer);
/* The same for what is sent, where a device may read it: it is freed when none does. */
bool stream_out(struct stream *s);
/* Copies into a ring from `at` on, or out of it. */
void ring_put(uint8_t *ring, uint32_t at, const void *from, uint32_t bytes);
void ring_get(const uint8_t *ring, uint32_t at, void *to, uint32_t bytes);

/* Who listens at this port; with 0 a place for one more; null: nobody, or none. */
struct listener *listener_at(uint32_t port);
/* Whether it was an extension that is there no more. */
bool owner_is_over(const struct stream_owner *owner);

#endif
