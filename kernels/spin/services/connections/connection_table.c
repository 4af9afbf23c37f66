/* SPDX-License-Identifier: MIT */
/* connection_table.c -- see connection_table.h. A place counts against its process until its stream
 * needs no memory any more: who closes and opens without end has no more than who keeps. */
#include "spin/services/connections/connection_table.h"

#include "machine/cpu/interrupt_flag.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/stream/stream_calls.h"
#include "spin/services/thread/kthread.h"

#define PLACES 64 /* of STREAMS, so that the kernel and extensions have the others */

static struct connection places[PLACES];
static unsigned top;        /* none behind was ever used */
static unsigned long comes; /* counts those that peers have begun */

static unsigned long told(struct stream_view *v);
const struct stream_owner connections_owner = {.ready = told, .later = true};

void connections_begin(void) {
    for (unsigned i = 0; i < PLACES; i++) {
        places[i].number = i + PLACES;
        list_init(&places[i].waiting);
    }
}

/* Who waits looks again. */
static void happened(struct connection *c) {
    const bool on = interrupts_off();
    c->told++;
    while (kthread_wake(&c->waiting))
        continue;
    interrupts_restore(on);
}

/* Whether its place is in use: a stream that waits for stragglers has no buffers. */
static bool is_used(const struct connection *c) {
    const struct stream *s = c->open || c->port ? NULL : stream_at(c->stream);
    return c->open || (s && s->state != TCP_TIME_WAIT);
}

struct connection *connection_new(struct process *of) {
    struct connection *free = NULL;
    unsigned has = 0;
    for (struct connection *c = places; c < places + top; c++) {
        const bool used = is_used(c);
        has += used && c->of == of;
        if (!used && !free)
            free = c;
    }
    if (has >= CONNECTIONS_MOST && DEFENDED(CONNECTION_SHARE))
        return NULL;
    if (!free && top < PLACES)
        free = &places[top++];
    if (!free)
        return NULL;
    free->of = of;
    free->number += PLACES;
    free->stream = free->port = free->what = 0;
    free->door = NULL;
    free->open = true;
    return free;
}

void connection_join(struct connection *c, unsigned long stream) {
    c->stream = stream;
    stream_at(stream)->word[0] = (uintptr_t)(c - places) + 1;
}

struct connection *connection_of(unsigned long number) {
    struct connection *c = &places[number % PLACES];
    const bool is = c->of == process_current() || !DEFENDED(CONNECTION_OWN);
    return c->number == number && c->open && is ? c : NULL;
}

/* --- Ports --- */

unsigned connections_doors(const struct process *of) {
    unsigned doors = 0;
    for (struct connection *c = places; c < places + top; c++)
        doors += c->open && c->port && (!of || c->of == of);
    return doors;
}

static struct connection *door_at(unsigned long port) {
    for (struct connection *c = places; c < places + top; c++)
        if (c->open && c->port == port)
            return c;
    return NULL;
}

struct connection *connection_come(const struct connection *door) {
    struct connection *first = NULL;
    for (struct connection *c = places; c < places + top; c++)
        if (c->open && c->door == door && (!first || c->order < first->order))
            first = c;
    return first;
}

static unsigned waiting_at(const struct connection *door) {
    unsigned count = 0;
    for (struct connection *c = places; c < places + top; c++)
        count += c->open && c->door == door;
    return count;
}

/* A peer has begun one; null: nobody is there for it, or has room. */
static struct connection *begun(const struct stream_view *v) {
    struct connection *door = door_at(v->own_port);
    struct connection *c =
        door && waiting_at(door) < CONNECTIONS_WAIT ? connection_new(door->of) : NULL;
    if (!c)
        return NULL;
    connection_join(c, v->number);
    c->door = door;
    c->order = ++comes;
    happened(door);
    return c;
}

static unsigned long told(struct stream_view *v) {
    struct connection *c = v->word[0] ? &places[v->word[0] - 1] : begun(v);
    if (!c) {
        streams_abort(&connections_owner, v->number);
        return v->bytes;
    }
    v->word[0] = (uintptr_t)(c - places) + 1;
    c->what |= v->what;
    happened(c);
    return 0;
}

/* --- Ends --- */

static void end_stream(const struct connection *c) {
    const struct stream *s = stream_at(c->stream);
    if (s && s->in_bytes)
        streams_abort(&connections_owner, c->stream);
    else if (s)
        streams_close(&connections_owner, c->stream, false);
}

void connection_end(struct connection *c) {
    if (c->port) {
        streams_unlisten(&connections_owner, c->port);
        for (struct connection *waits = places; waits < places + top; waits++)
            if (waits->open && waits->door == c)
                connection_end(waits);
    }
    end_stream(c);
    c->open = false;
    happened(c);
}

void connections_end(struct process *of) {
    for (struct connection *c = places; c < places + top; c++) {
        if (c->of != of)
            continue;
        if (c->open && DEFENDED(CONNECTION_ENDS))
            connection_end(c);
        c->of = NULL;
    }
}
