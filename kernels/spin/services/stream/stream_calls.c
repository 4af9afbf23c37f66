/* SPDX-License-Identifier: MIT */
/* stream_calls.c -- what owners of connections call (stream.h), as the domain /svc/domains/Stream.
 * The build takes from it the types of this, and of the events that they handle. Who calls is seen
 * by where the call returns to. */
#include "spin/services/stream/stream_calls.h"

#include "common/engine.h"
#include "engine/export.h"
#include "lib/error.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/name_space.h"
#include "spin/services/stream/arrivals.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/owners.h"

#define CALL_COST  30000 /* instructions, of a segment or a few */
#define WRITE_MOST 4096  /* bytes at once */

static const struct signature
    call_signature = {.cost = CALL_COST},
    write_signature = {.parameter = {{.kind = SHAPE_NUMBER},
                                     {.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                                     {.kind = SHAPE_NUMBER, .max = WRITE_MOST}},
                       .cost = CALL_COST},
    copy_signature = {.parameter = {[2] = {.kind = SHAPE_MEMORY, .may = MAY_WRITE | LENGTH_FOLLOWS},
                                    {.kind = SHAPE_NUMBER, .max = WRITE_MOST}},
                      .cost = WRITE_MOST};

EXPORT(stream, stream_listen, EXPORT_FUNCTION, .signature = &call_signature);
EXPORT(stream, stream_unlisten, EXPORT_FUNCTION, .signature = &call_signature);
EXPORT(stream, stream_connect, EXPORT_FUNCTION, .signature = &call_signature);
EXPORT(stream, stream_write, EXPORT_FUNCTION, .signature = &write_signature);
EXPORT(stream, stream_pass, EXPORT_FUNCTION, .signature = &call_signature);
EXPORT(stream, stream_copy, EXPORT_FUNCTION, .signature = &copy_signature);
EXPORT(stream, stream_room, EXPORT_FUNCTION, .signature = &call_signature);
EXPORT(stream, stream_close, EXPORT_FUNCTION, .signature = &call_signature);
EXPORT(stream, stream_abort, EXPORT_FUNCTION, .signature = &call_signature);
EXPORTS_DECLARE(stream);

EXTENDABLE_TYPE(handler, stream_step, stream_step_fn);
EXTENDABLE_TYPE(handler, stream_ready, stream_ready_fn);
#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(stream, "kernels/spin/services/stream/stream_calls");

MODULE("StreamCalls");

/* --- What handlers see --- */

static const struct typing_grant of_step[] = {MEMORY_OF("tcp"), MEMORY_OF("stream_step")};
#define VIEW_PART(name, kind_, may_)                                                               \
    {                                                                                              \
        .type = "stream_view", .field = (name), .may = MAY_READ, .shape = {                        \
            .kind = (kind_),                                                                       \
            .may = (may_),                                                                         \
            .group = 1                                                                             \
        }                                                                                          \
    }
static const struct typing_grant of_view[] = {
    VIEW_PART("data", SHAPE_PACKET, MAY_READ),
    VIEW_PART("end", SHAPE_PACKET_END, 0),
    {.type = "stream_view", .field = "word", .may = MAY_READ_WRITE},
    {.type = "stream_view", .may = MAY_READ},
};
static const struct extendable events[] = {
    {.event = &event_stream_step,
     .id = "stream_step",
     .grant = of_step,
     .grants = 2,
     .metered = true},
    {.event = &event_stream_ready,
     .id = "stream_ready",
     .grant = of_view,
     .grants = sizeof of_view / sizeof of_view[0],
     .metered = true},
};

/* --- What they call --- */

static void end_listener(struct listener *l) {
    arrivals_give_up(l->claim);
    *l = (struct listener){0};
}

/* Those of extensions that are gone make place. */
static void end_those_over(void) {
    for (struct listener *l = listeners; l < listeners + LISTENERS; l++)
        if (l->port && owner_is_over(&l->owner))
            end_listener(l);
}

static int listen(const struct stream_owner *owner, unsigned long port) {
    end_those_over();
    struct listener *l = listener_at(0);
    if (!port || port > UINT16_MAX)
        return -E_INVALID;
    if (listener_at((uint32_t)port))
        return -E_BUSY;
    if (!l)
        return -E_FULL;
    struct claim *c = arrivals_claim((unsigned)port);
    if (!c)
        return -E_BUSY;
    *l = (struct listener){.port = (uint32_t)port, .owner = *owner, .claim = c};
    return 0;
}

int streams_listen(const struct stream_owner *owner, unsigned long port) {
    if (!streams)
        return -E_NOT_FOUND;
    const bool had = flow_enter();
    const int error = listen(owner, port);
    flow_leave(had);
    return error;
}

void streams_unlisten(const struct stream_owner *owner, unsigned long port) {
    const bool had = flow_enter();
    struct listener *l = port && port <= UINT16_MAX ? listener_at((uint32_t)port) : NULL;
    if (l && l->owner.serial == owner->serial)
        end_listener(l);
    flow_leave(had);
}

long streams_connect(const struct stream_owner *owner, unsigned long nic, unsigned long address,
                     unsigned long port) {
    if (!streams || !port || port > UINT16_MAX)
        return -E_NOT_FOUND;
    const bool had = flow_enter();
    struct stream *s = flow_open(owner, nic, address, port);
    const long number = s ? (long)s->number : -E_FULL;
    flow_leave(had);
    return number;
}

/* The caller's connection of this number, or null. */
static struct stream *own(const struct stream_owner *owner, unsigned long number) {
    struct stream *s = stream_at(number);
    const bool is = s && s->owner.serial == owner->serial && s->owner.ready == owner->ready;
    return s && (is || !DEFENDED(STREAM_OWN)) ? s : NULL;
}

static long write(struct stream *s, const void *bytes, unsigned long count) {
    const uint32_t room = STREAM_BUFFER - s->out_bytes;
    const uint32_t takes = count < room ? (uint32_t)count : room;
    if (s->closed || (s->flags & STREAM_CLOSING))
        return -E_INVALID;
    if (!takes || !stream_out(s))
        return 0;
    ring_put(s->out, s->out_at + s->out_bytes, bytes, takes);
    s->out_bytes += takes;
    s->written += takes;
    flow_output(s);
    return takes;
}

long streams_write(const struct stream_owner *owner, unsigned long number, const void *bytes,
                   unsigned long count) {
    const bool had = flow_enter();
    struct stream *s = own(owner, number);
    const long result = s ? write(s, bytes, count) : -E_INVALID;
    flow_leave(had);
    return result;
}

int streams_close(const struct stream_owner *owner, unsigned long number, bool reads) {
    const bool had = flow_enter();
    struct stream *s = own(owner, number);
    if (s) {
        s->flags |= STREAM_CLOSING;
        if (!reads)
            owner_leaves(s);
        flow_output(s);
    }
    flow_leave(had);
    return s ? 0 : -E_INVALID;
}

int streams_abort(const struct stream_owner *owner, unsigned long number) {
    const bool had = flow_enter();
    struct stream *s = own(owner, number);
    if (s)
        flow_abort(s);
    flow_leave(had);
    return s ? 0 : -E_INVALID;
}

static struct stream_owner caller_at(uintptr_t address) {
    struct extension *e = loader_owner(address);
    return (struct stream_owner){.serial = e ? extension_serial(extension_module(e)) : UINT64_MAX};
}
#define CALLER caller_at((uintptr_t)__builtin_return_address(0))

int stream_listen(unsigned long port) {
    const struct stream_owner owner = CALLER;
    return streams_listen(&owner, port);
}

void stream_unlisten(unsigned long port) {
    const struct stream_owner owner = CALLER;
    streams_unlisten(&owner, port);
}

long stream_connect(unsigned long address, unsigned long port) {
    const struct stream_owner owner = CALLER;
    return streams_connect(&owner, NET_ANY, address, port);
}

long stream_write(unsigned long number, const void *bytes, unsigned long count) {
    const struct stream_owner owner = CALLER;
    return streams_write(&owner, number, bytes, count);
}

long stream_pass(unsigned long number, struct stream_view *v, unsigned long from,
                 unsigned long count) {
    const struct stream_owner owner = CALLER;
    const unsigned long has = (unsigned long)(v->end - v->data);
    if (from > has || count > has - from)
        return -E_INVALID;
    return streams_write(&owner, number, v->data + from, count);
}

unsigned long stream_copy(struct stream_view *v, unsigned long from, void *to,
                          unsigned long count) {
    const unsigned long has = (unsigned long)(v->end - v->data);
    const unsigned long left = from < has ? has - from : 0, now = count < left ? count : left;
    memcpy(to, v->data + (has - left), now);
    return now;
}

unsigned long stream_room(unsigned long number) {
    const struct stream_owner owner = CALLER;
    const bool had = flow_enter();
    const struct stream *s = own(&owner, number);
    const unsigned long room = s ? STREAM_BUFFER - s->out_bytes : 0;
    flow_leave(had);
    return room;
}

int stream_close(unsigned long number, unsigned long reads) {
    const struct stream_owner owner = CALLER;
    return streams_close(&owner, number, reads);
}

int stream_abort(unsigned long number) {
    const struct stream_owner owner = CALLER;
    return streams_abort(&owner, number);
}

static void calls_init(void) {
    struct domain *domain =
        engine_domain("Stream", EXPORTS_TYPES(stream), EXPORTS(stream), EXPORTS_COUNT(stream));
    module_add(THIS_MODULE);
    name_space_attach_domain(NAMED_DOMAINS "Stream", domain, THIS_MODULE);
    kinds_add(ROLE_HANDLER, events, sizeof events / sizeof events[0], domain_types(domain));
}

void streams_init(void) {
    if (!nic_objects[NET_LOOPBACK].ip || streams_begin())
        return;
    flow_init();
    calls_init();
}
#endif
