/* SPDX-License-Identifier: MIT */
/* table.c -- which connections there are, and their buffers (table.h). Memory is bounded: there are
 * STREAMS places, a buffer is made when it is needed, and one that waits for stragglers, or whose
 * peer takes nothing, makes place. */
#include "spin/services/stream/table.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "protocol/tcp/tcp.h"
#include "spin/core/dispatch/binding/defence.h"

_Static_assert(sizeof(struct stream) <= 512, "what a connection may need");

#define BUFFER_FRAMES (STREAM_BUFFER / PAGE_SIZE)

struct stream *streams;
struct listener listeners[LISTENERS];
static struct list buckets[STREAM_BUCKETS];
static struct list unused = LIST_INIT(unused), stragglers = LIST_INIT(stragglers),
                   halves = LIST_INIT(halves), /* the first is the oldest */
    over = LIST_INIT(over);

int streams_begin(void) {
    streams = heap_alloc(STREAMS * sizeof *streams);
    if (!streams)
        return -E_NO_MEMORY;
    memset(streams, 0, STREAMS * sizeof *streams);
    for (uint32_t i = 0; i < STREAM_BUCKETS; i++)
        list_init(&buckets[i]);
    for (uint32_t i = 0; i < STREAMS; i++) {
        list_init(&streams[i].link);
        list_push_back(&unused, &streams[i].order);
        streams[i].number = i + STREAMS;
    }
    return 0;
}

static struct list *bucket_of(const struct tuple *who) {
    return &buckets[(who->target ^ who->target_port ^ who->source_port) % STREAM_BUCKETS];
}

struct stream *stream_find(const struct tuple *who) {
    list_each(link, bucket_of(who)) {
        struct stream *s = container_of(link, struct stream, link);
        if (s->who.target == who->target && s->who.source == who->source &&
            s->who.target_port == who->target_port && s->who.source_port == who->source_port)
            return s;
    }
    return NULL;
}

struct stream *stream_at(unsigned long number) {
    struct stream *s = streams ? &streams[number % STREAMS] : NULL;
    return s && s->number == number && !list_empty(&s->link) ? s : NULL;
}

/* The one that may go and is there for longest, or null. */
static struct stream *dispensable(void) {
    struct stream *goes = NULL;
    if (!list_empty(&stragglers))
        return container_of(stragglers.next, struct stream, order);
    for (struct stream *s = streams; s < streams + STREAMS; s++)
        if (s->may_go && (!goes || s->since < goes->since))
            goes = s;
    return goes;
}

static struct stream *free_place(void) {
    struct stream *goes = list_empty(&unused) ? dispensable() : NULL;
    if (goes)
        stream_free(goes);
    struct list *order = list_pop_front(&unused);
    return order ? container_of(order, struct stream, order) : NULL;
}

struct stream *stream_new(const struct tuple *who, const struct stream_owner *owner) {
    struct stream *s = free_place();
    if (!s)
        return NULL;
    const uint32_t number = s->number;
    memset(s, 0, sizeof *s);
    s->number = number;
    s->who = *who;
    s->owner = *owner;
    s->deadline = UINT64_MAX;
    list_init(&s->order);
    list_init(&s->answer);
    list_init(&s->half);
    list_push_back(bucket_of(who), &s->link);
    return s;
}

static void free_buffer(uint8_t *buffer) {
    for (uint32_t i = 0; buffer && i < BUFFER_FRAMES; i++)
        frame_free(physical(buffer + i * PAGE_SIZE));
}

/* --- What is sent --- */

struct out_buffer {
    uint8_t *bytes;
    uint32_t users; /* pieces of it that a device reads */
    struct list link;
};

static struct list left = LIST_INIT(left); /* nobody's, but a device may read them still */

static void free_left(void) {
    struct list *next;
    for (unsigned i = 0; i < NICS_MAX && !list_empty(&left); i++)
        if (nic_objects[i].nic)
            nic_collect(nic_objects[i].nic, NIC_TRANSMIT);
    for (struct list *link = left.next; link != &left; link = next) {
        struct out_buffer *b = container_of(link, struct out_buffer, link);
        next = link->next;
        if (b->users && DEFENDED(STREAM_READ))
            continue;
        list_remove(link);
        free_buffer(b->bytes);
        heap_free(b, sizeof *b);
    }
}

bool stream_out(struct stream *s) {
    if (s->out)
        return true;
    free_left();
    struct out_buffer *b = heap_alloc(sizeof *b);
    if (!b)
        return false;
    *b = (struct out_buffer){0};
    if (!stream_buffer(&b->bytes)) {
        heap_free(b, sizeof *b);
        return false;
    }
    s->out = b->bytes;
    s->sending = &b->users;
    return true;
}

void stream_let_go(struct stream *s) {
    free_buffer(s->in);
    if (s->out)
        list_push_back(&left, &container_of(s->sending, struct out_buffer, users)->link);
    s->in = s->out = NULL;
    free_left();
}

void stream_free(struct stream *s) {
    stream_let_go(s);
    s->number += STREAMS;
    list_remove(&s->link);
    list_remove(&s->answer);
    list_remove(&s->half);
    list_remove(&s->order);
    list_push_back(&unused, &s->order);
}

void stream_waits(struct stream *s) {
    list_remove(&s->order);
    list_push_back(&stragglers, &s->order);
}

void stream_over(struct stream *s) {
    list_remove(&s->link);
    list_push_back(&over, &s->link);
    s->may_go = false;
}

void stream_begins_half(struct stream *s) {
    list_push_back(&halves, &s->half);
}

/* Those that are open by now leave the list. */
struct stream *stream_oldest_half(unsigned count) {
    list_each(link, &halves) {
        if (container_of(link, struct stream, half)->state != TCP_SYN_RECEIVED)
            list_remove(link);
        else
            count -= count > 0;
    }
    return count ? NULL : container_of(halves.next, struct stream, half);
}

bool stream_buffer(uint8_t **buffer) {
    paddr_t first;
    if (!*buffer && !frame_alloc_run(&first, BUFFER_FRAMES))
        *buffer = direct(first);
    return *buffer;
}

void ring_put(uint8_t *ring, uint32_t at, const void *from, uint32_t bytes) {
    at %= STREAM_BUFFER;
    const uint32_t first = bytes < STREAM_BUFFER - at ? bytes : STREAM_BUFFER - at;
    memcpy(ring + at, from, first);
    memcpy(ring, (const uint8_t *)from + first, bytes - first);
}

void ring_get(const uint8_t *ring, uint32_t at, void *to, uint32_t bytes) {
    at %= STREAM_BUFFER;
    const uint32_t first = bytes < STREAM_BUFFER - at ? bytes : STREAM_BUFFER - at;
    memcpy(to, ring + at, first);
    memcpy((uint8_t *)to + first, ring, bytes - first);
}

struct listener *listener_at(uint32_t port) {
    for (struct listener *l = listeners; l < listeners + LISTENERS; l++)
        if (l->port == port)
            return l;
    return NULL;
}

bool owner_is_over(const struct stream_owner *owner) {
    return owner->serial && !loader_has(owner->serial);
}
