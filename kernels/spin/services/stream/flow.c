/* SPDX-License-Identifier: MIT */
/* flow.c -- a connection's life (flow.h).
 *
 *     segment -> INPUT -> what it carries: to its owner, or into the buffer
 *                      -> OUTPUT -> segments
 *
 * The protocol is not trusted: what it says is held against the buffers, and one that says what
 * cannot be, or is ended, loses the connection. */
#include "spin/services/stream/flow.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "protocol/ip.h"
#include "protocol/tcp/tcp.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/net/clock.h"
#include "spin/services/stream/arrivals.h"
#include "spin/services/stream/owners.h"
#include "spin/services/stream/segments.h"
#include "spin/services/thread/kthread_sync.h"

MODULE("Stream");

static struct mutex mutex = {.queue = LIST_INIT(mutex.queue)};
struct stream_step flow_call; /* of what is under way */
static uint64_t asked;        /* whose protocol is asked */
static uint32_t came;         /* bytes of the segment: flow_call is the protocol's to write */
static struct list answers = LIST_INIT(answers); /* connections that are to be answered */

bool flow_enter(void) {
    const bool had = mutex.owner == kthread_current();
    if (!had)
        mutex_lock(&mutex);
    return had;
}

void flow_leave(bool had) {
    if (!had)
        mutex_unlock(&mutex);
}

/* --- The protocol --- */

EVENT(stream_step, "Stream.Step", long, (struct tcp * connection, struct stream_step *step)) {
    (void)connection, (void)step;
    return -E_NO_CALL;
}

/* The guard that is imposed on protocols: each is asked of its own connections. */
static bool is_of_protocol(void *number, struct tcp *connection, struct stream_step *step) {
    (void)connection, (void)step;
    return asked == (uintptr_t)number;
}

/* It has failed: nothing of the connection is believed any more. */
static void fail(struct stream *s) {
    s->state = TCP_CLOSED;
    s->deadline = UINT64_MAX;
    s->what |= STREAM_GONE | STREAM_BROKEN;
    flow_call.segments = 0;
    flow_call.found = (struct tcp_event){0};
}

/* What the protocol says, or -1: it has failed. */
static long step(struct stream *s, enum stream_op op) {
    flow_call.op = op;
    flow_call.now = net_clock();
    asked = s->protocol;
    raise_exception_take(NULL); /* what somebody has left behind is not this raise's */
    const long said = stream_step(&s->tcp, &flow_call);
    if (raise_exception_take(NULL) || said < 0 || flow_call.segments > STREAM_SEGMENTS) {
        fail(s);
        return -1;
    }
    s->state = (uint8_t)flow_call.state;
    const unsigned long left = owner_left_until(s);
    s->deadline = left < flow_call.deadline ? left : flow_call.deadline;
    s->may_go = flow_call.may_go;
    arrivals_alarm(s->deadline);
    return said;
}

static void send_all(struct stream *s) {
    for (uint32_t i = 0; i < flow_call.segments; i++)
        if (!segment_send(s, &flow_call.segment[i]))
            fail(s);
}

/* For beginnings.c. */

long flow_step(struct stream *s, enum stream_op op) {
    return step(s, op);
}

void flow_send(struct stream *s) {
    send_all(s);
}

/* --- A step's findings --- */

static void keep(struct stream *s, uint32_t at, const uint8_t *data, uint32_t bytes) {
    if (stream_buffer(&s->in))
        ring_put(s->in, s->in_at + s->in_bytes + at, data, bytes);
    else
        fail(s);
}

/* The peer is told that it is over. */
static void break_off(struct stream *s) {
    if (step(s, STREAM_ABORTS) >= 0)
        send_all(s);
    s->state = TCP_CLOSED;
    s->closed = true;
}

static bool are_possible(const struct stream *s, const struct tcp_event *f) {
    const uint32_t room = STREAM_BUFFER - s->in_bytes, sent = s->out_bytes - s->written;
    const uint32_t has = flow_call.data <= came ? came - flow_call.data : 0;
    return f->acked <= sent && f->from <= has && f->length <= has - f->from && f->at <= room &&
           f->length <= room - f->at && f->ready <= room;
}

static void take(struct stream *s, const uint8_t *segment) {
    const struct tcp_event f = flow_call.found;
    if (!are_possible(s, &f) && DEFENDED(STREAM_BELIEVED)) {
        fail(s);
        return;
    }
    s->told -= s->told < f.ready ? s->told : f.ready;
    s->out_at += f.acked;
    s->out_bytes -= f.acked;
    s->what |= (f.what & TCP_OPENED ? STREAM_OPENED : 0) | (f.acked ? STREAM_ROOM : 0) |
               (f.what & TCP_ENDED ? STREAM_ENDED : 0) |
               (f.what & (TCP_RESET | TCP_TIMEOUT) ? STREAM_GONE | STREAM_BROKEN : 0) |
               (f.what & TCP_GONE ? STREAM_GONE : 0);
    if (!f.length)
        return;
    const uint8_t *data = segment + flow_call.data + f.from;
    if ((s->flags & STREAM_ORPHAN) && DEFENDED(STREAM_UNREAD)) {
        break_off(s); /* nobody reads it, and the peer is to know (RFC 2525, 2.17) */
        return;
    }
    /* Shown where it lies. */
    if (!f.at && f.ready == f.length && !s->in_bytes && !s->owner.later) {
        const uint32_t taken = owner_show(s, data, f.length);
        s->in_at += taken; /* what came before its turn lies as far behind what is next */
        if (taken == f.length)
            return;
        keep(s, 0, data + taken, f.length - taken);
        s->in_bytes += f.length - taken;
    } else {
        keep(s, f.at, data, f.length);
        s->in_bytes += f.ready;
        if (f.ready)
            owner_show_buffer(s);
    }
}

static void end(struct stream *s) {
    if (s->state == TCP_CLOSED) {
        s->what |= STREAM_GONE;
        owner_show_buffer(s);
        if (s->in_bytes && s->owner.later)
            stream_over(s);
        else
            stream_free(s);
    } else if (s->state == TCP_TIME_WAIT && !s->in_bytes && list_empty(&s->order)) {
        stream_let_go(s);
        stream_waits(s);
    }
}

static void say(struct stream *s) {
    do {
        flow_call.written = s->written;
        flow_call.room = s->told = STREAM_BUFFER - s->in_bytes;
        flow_call.flags = s->flags;
        s->written = 0;
        if (step(s, STREAM_OUTPUT) >= 0)
            send_all(s);
    } while (flow_call.segments == STREAM_SEGMENTS && s->state != TCP_CLOSED);
}

void flow_output(struct stream *s) {
    if (owner_is_told(s))
        return; /* it follows */
    if (s->state != TCP_CLOSED)
        say(s);
    if (s->what)
        owner_show_buffer(s);
    end(s);
}

/* --- Segments --- */

/* Whether nothing is to be said: no step is needed to find that out. */
static bool is_quiet(const struct stream *s, bool quiet) {
    return quiet && !s->written && !(s->flags & STREAM_CLOSING) && s->state == TCP_ESTABLISHED &&
           s->told >= STREAM_BUFFER / 2;
}

/* Of a segment that anybody may have sent the station is not believed. */
static bool is_heard(const struct tcp_event *f) {
    return f->acked || f->length || (f->what & TCP_OPENED);
}

/* The header, as far as there are bytes of it, and nothing of the data. */
static inline void show_header(const struct packet *p) {
    enum { LEAST = 20, USUAL = 32 }; /* with a time */
    uint32_t bytes = came < LEAST ? came : (uint32_t)p->data[12] / 16 * 4;
    if (bytes == USUAL && came >= USUAL) {
        memcpy(flow_call.header, p->data, USUAL);
        return;
    }
    if (bytes > came)
        bytes = came;
    memset(flow_call.header, 0, sizeof flow_call.header);
    memcpy(flow_call.header, p->data, bytes < LEAST && came >= LEAST ? LEAST : bytes);
}

/* The connection that the segment opens by a cookie, as all segments do their part of it; null: it
 * was answered, and there is none. */
static struct stream *remembered(const struct tuple *who, const struct packet *p) {
    struct stream *s = beginnings_unknown(who, p, came);
    if (!s)
        return NULL;
    flow_call.bytes = came;
    show_header(p);
    step(s, STREAM_INPUT);
    return s;
}

static void arrived(struct packet *p) {
    const struct tuple who = {.source = (uint32_t)p->target,
                              .target = (uint32_t)p->source,
                              .source_port = (uint16_t)p->target_port,
                              .target_port = (uint16_t)p->source_port};
    struct stream *s = stream_find(&who);
    flow_call.bytes = came = (uint32_t)(p->end - p->data);
    show_header(p);
    if (s && step(s, STREAM_INPUT) == 0) {
        stream_free(s); /* it waited for stragglers, and makes place */
        s = NULL;
    }
    if (!s && !(s = remembered(&who, p)))
        return;
    if (is_heard(&flow_call.found) || !DEFENDED(STREAM_STATION))
        s->station = arrivals_station(p);
    const bool quiet = flow_call.quiet; /* its owner may have others asked something */
    if (flow_call.found.what & TCP_REFUSE)
        beginnings_refuse(&who, p);
    take(s, p->data);
    if (s->what)
        owner_show_buffer(s);
    if (!is_quiet(s, quiet) && list_empty(&s->answer)) /* together with what else comes */
        list_push_back(&answers, &s->answer);
}

static void begins(void) {
    mutex_lock(&mutex);
}

static void drained(void) {
    struct list *node;
    while ((node = list_pop_front(&answers)))
        flow_output(container_of(node, struct stream, answer));
    mutex_unlock(&mutex);
}

void flow_abort(struct stream *s) {
    break_off(s);
    if (!owner_is_told(s))
        stream_free(s);
}

static unsigned long timers(unsigned long now) {
    unsigned long next = UINT64_MAX;
    for (struct stream *s = streams; s < streams + STREAMS; s++) {
        if (list_empty(&s->link))
            continue;
        if (owner_left_until(s) <= now) {
            flow_abort(s);
            continue;
        }
        if (s->deadline <= now && step(s, STREAM_TIMER) >= 0) {
            send_all(s);
            came = 0;
            take(s, flow_call.header);
            flow_output(s);
        }
        if (!list_empty(&s->link) && s->deadline < next)
            next = s->deadline;
    }
    return next;
}

void flow_init(void) {
    static const struct arrivals_owner owner = {begins, arrived, drained, timers};
    arrivals_init(&owner);
    module_add(THIS_MODULE);
    event_open_to_own(&event_stream_step,
                      (struct procedure)EVENT_GUARD_WITH(stream_step, is_of_protocol, NULL));
    owners_init();
}
