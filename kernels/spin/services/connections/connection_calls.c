/* SPDX-License-Identifier: MIT */
/* connection_calls.c -- see connection_calls.h. A call is an attempt, by who has the mutex of
 * connections, which says whether something is to be waited for; it waits without the mutex, and
 * begins anew. A page that is missing is brought without it, too: who does so may take long. */
#include "spin/services/connections/connection_calls.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/calls/call_guard.h"
#include "spin/services/calls/user_calls.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/connections/connection_table.h"
#include "spin/services/handlers.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/spans.h"
#include "spin/services/stream/stream_calls.h"
#include "spin/services/thread/kthread.h"

MODULE("Connections");

#define DOORS 8 /* of LISTENERS, of all processes */

_Static_assert(CONNECTION_ANY == NET_ANY, "processes say it as extensions do");
_Static_assert(DOORS < LISTENERS, "the kernel and extensions have the others");

#define TRIES 8 /* so often a page may vanish again before it is used */

/* What a call is asked for. */
struct asked {
    unsigned long number;
    vaddr_t at;
    uint64_t bytes;
    bool writes; /* to the process's memory */
};

/* -E_AGAIN: not yet; -E_FAULT: a page is missing, or not the process's. */
typedef long attempt_fn(struct connection *c, const struct asked *a);

/* The first page of its memory is there, and no more is asked for. False: it cannot be. */
static bool bring(struct asked *a) {
    const uint64_t rest = PAGE_SIZE - a->at % PAGE_SIZE;
    char byte;
    a->bytes = a->bytes < rest ? a->bytes : rest;
    return !copy_in(&byte, a->at, 1) && (!a->writes || !copy_out(a->at, &byte, 1));
}

/* Places stay where they are, with the threads that wait there, whosever they are by now. */
static bool wait_for(struct connection *c, unsigned long told) {
    cli();
    const bool has = c->told != told || kthread_wait(&c->waiting);
    sti();
    return has;
}

static long complete(attempt_fn *attempt, struct asked *a) {
    for (unsigned tries = 0;;) {
        const bool had = flow_enter();
        struct connection *c = connection_of(a->number);
        const unsigned long told = c ? c->told : 0;
        const long result = c ? attempt(c, a) : -E_NOT_FOUND;
        flow_leave(had);
        if (result == -E_FAULT && tries++ < TRIES && bring(a))
            continue;
        if (result != -E_AGAIN)
            return result;
        if (!wait_for(c, told))
            return -E_INTERRUPTED;
    }
}

/* --- Attempts --- */

static long has_opened(struct connection *c, const struct asked *a) {
    (void)a;
    if (c->what & STREAM_GONE)
        return -E_DEAD;
    return c->what & STREAM_OPENED ? (long)c->number : -E_AGAIN;
}

static long accept_one(struct connection *c, const struct asked *a) {
    struct connection *come = connection_come(c);
    (void)a;
    if (!c->port)
        return -E_INVALID;
    if (!come)
        return -E_AGAIN;
    come->door = NULL;
    return (long)come->number;
}

/* Between what waits and the process's memory. Not of the process: its page may be missing. */
static int copy(const struct asked *a, uint8_t *at, uint64_t bytes) {
    if (!DEFENDED(CONNECTION_MEMORY)) {
        memcpy(a->writes ? (void *)a->at : at, a->writes ? at : (void *)a->at, bytes);
        return 0;
    }
    return a->writes ? copy_to_user(a->at, at, bytes) : copy_from_user(at, a->at, bytes);
}

static long send_some(struct connection *c, const struct asked *a) {
    struct stream *s = stream_at(c->stream);
    if (c->port || !a->bytes || (s && s->flags & STREAM_CLOSING))
        return -E_INVALID;
    if (!s || c->what & STREAM_GONE)
        return -E_DEAD;
    const struct span room = span_room(s);
    const uint64_t bytes = a->bytes < room.bytes ? a->bytes : room.bytes;
    if (!room.at)
        return -E_NO_MEMORY;
    if (!bytes)
        return -E_AGAIN;
    if (copy(a, room.at, bytes))
        return -E_FAULT;
    span_written(s, (uint32_t)bytes);
    return (long)bytes;
}

static long receive_some(struct connection *c, const struct asked *a) {
    struct stream *s = stream_at(c->stream);
    const struct span come = s ? span_come(s) : (struct span){0};
    const uint64_t bytes = a->bytes < come.bytes ? a->bytes : come.bytes;
    if (c->port || !a->bytes)
        return -E_INVALID;
    if (bytes) {
        if (copy(a, come.at, bytes))
            return -E_FAULT;
        span_read(s, (uint32_t)bytes);
        return (long)bytes;
    }
    if (c->what & STREAM_BROKEN)
        return -E_DEAD;
    return c->what & (STREAM_ENDED | STREAM_GONE) ? 0 : -E_AGAIN;
}

static long finish(struct connection *c, const struct asked *a) {
    (void)a;
    if (c->port)
        return -E_INVALID;
    return streams_close(&connections_owner, c->stream, true) ? -E_DEAD : 0;
}

static long end(struct connection *c, const struct asked *a) {
    (void)a;
    connection_end(c);
    return 0;
}

/* --- Beginnings --- */

static bool can_begin(void) {
    return flow_has_protocol() || !flow_use("tcp");
}

static long begin_waiting(unsigned long port) {
    struct process *p = process_current();
    if (DEFENDED(CONNECTION_DOORS) &&
        (connections_doors(p) == LISTENS_MOST || connections_doors(NULL) == DOORS))
        return -E_QUOTA;
    struct connection *c = connection_new(p);
    if (!c)
        return -E_QUOTA;
    const int error = streams_listen(&connections_owner, port);
    c->port = error ? 0 : port;
    c->open = !error;
    return error ? error : (long)c->number;
}

static long begin_one(unsigned long nic, unsigned long address, unsigned long port) {
    struct connection *c = connection_new(process_current());
    if (!c)
        return -E_QUOTA;
    const long stream = streams_connect(&connections_owner, nic, address, port);
    if (stream < 0)
        c->open = false;
    else
        connection_join(c, (unsigned long)stream);
    return stream < 0 ? stream : (long)c->number;
}

static long listen(unsigned long port) {
    if (!can_begin())
        return -E_NOT_FOUND;
    const bool had = flow_enter();
    const long number = begin_waiting(port);
    flow_leave(had);
    return number;
}

static long connect(unsigned long nic, unsigned long address, unsigned long port) {
    if (nic != NET_ANY && (nic >= NET_NICS || !nic_objects[nic].ip))
        return -E_INVALID;
    if (!can_begin())
        return -E_NOT_FOUND;
    const bool had = flow_enter();
    const long number = begin_one(nic, (uint32_t)address, port);
    flow_leave(had);
    struct asked a = {.number = (unsigned long)number};
    const long result = number < 0 ? number : complete(has_opened, &a);
    if (number >= 0 && result < 0)
        complete(end, &a);
    return result;
}

static void end_of_process(struct process *p) {
    const bool had = flow_enter();
    connections_end(p);
    flow_leave(had);
}

/* --- The calls come --- */

/* They find interrupts off. */
#define WITH_INTERRUPTS(expression)                                                                \
    sti();                                                                                         \
    f->rax = (uint64_t)(expression);                                                               \
    cli()

#define COMPLETE(attempt, ...)                                                                     \
    struct asked a = {.number = f->rdi, __VA_ARGS__};                                              \
    WITH_INTERRUPTS(complete(attempt, &a))

CALL_HANDLER(listen) {
    WITH_INTERRUPTS(listen(f->rdi));
}

CALL_HANDLER(accept) {
    COMPLETE(accept_one, );
}

CALL_HANDLER(connect) {
    WITH_INTERRUPTS(connect(f->rdi, f->rsi, f->rdx));
}

CALL_HANDLER(send) {
    COMPLETE(send_some, .at = f->rsi, .bytes = f->rdx);
}

CALL_HANDLER(receive) {
    COMPLETE(receive_some, .at = f->rsi, .bytes = f->rdx, .writes = true);
}

CALL_HANDLER(finish) {
    COMPLETE(finish, );
}

CALL_HANDLER(close) {
    COMPLETE(end, );
}

void connection_calls_init(void) {
#define CALL(name) CALL_OF(user_calls_handler, CONNECTION, name)
    static const struct call_handler calls[] = {CALL(listen) CALL(accept) CALL(connect) CALL(send)
                                                    CALL(receive) CALL(finish) CALL(close)};
    struct change c;
    if (!streams)
        return;
    connections_begin();
    assert_that(HANDLE_ONCE(process_ends, end_of_process) == 0);
    change_open(&c, event_trap_syscall.module, NULL);
    calls_handle(&c, calls, sizeof calls / sizeof calls[0]);
    if (change_commit(&c))
        panic("connection_calls_init: the calls cannot be installed");
}
