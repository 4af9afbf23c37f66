/* SPDX-License-Identifier: MIT */
/* process_ends.c -- processes that end while they have connections, or want others'. What they say
 * by themselves is ../user/connections.c's. */
#include "stream_checks.h"

#include "../program/connection_attacks.h"
#include "../running.h"
#include "lib/error.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/owners.h"
#include "spin/services/stream/spans.h"

enum { SERVES = 701, SOON = 20000000 /* nanoseconds */ };

/* The other end, which reads when it is told to. */
static struct server { unsigned long number, what, came; } server;
static struct running a, b;

static unsigned long hear(struct stream_view *v) {
    server.number = v->number;
    server.what |= v->what;
    return 0;
}
static const struct stream_owner serves = {.ready = hear, .later = true};

static bool serves_begin(struct check *c) {
    if (!stream_begins(c))
        return false;
    server = (struct server){0};
    const int error = streams_listen(&serves, SERVES);
    if (error)
        check_fail(c, "nobody can listen: %d", error);
    return !error;
}

static void serves_end(void) {
    streams_abort(&serves, server.number);
    streams_unlisten(&serves, SERVES);
}

/* A process that is connected, and waits for more; it is at what it does for ever by then. */
static bool starts(struct running *r, enum connection_attack what) {
    if (!running_start(r, what, SERVES, "") || !stream_until(&server.what, 0, STREAM_OPENED))
        return false;
    for (unsigned i = 0; i < 100; i++)
        strand_yield();
    return true;
}

static bool killed(struct running *r) {
    running_terminate(r);
    return running_was_terminated(r);
}

/* All that has come is read. */
static void read_all(void) {
    const bool had = flow_enter();
    struct stream *s = stream_at(server.number);
    while (s && span_come(s).bytes) {
        server.came += span_come(s).bytes;
        span_read(s, span_come(s).bytes);
        s = stream_at(server.number);
    }
    flow_leave(had);
}

static bool read_to_end(void) {
    for (unsigned i = 0; i < 10000 && !(server.what & (STREAM_ENDED | STREAM_GONE)); i++) {
        read_all();
        strand_yield();
    }
    read_all();
    return server.what & STREAM_ENDED;
}

/* The process's end of it, or null. */
static const struct stream *its_end(void) {
    for (const struct stream *s = streams; s < streams + STREAMS; s++)
        if (!list_empty(&s->link) && s->who.target_port == SERVES)
            return s;
    return NULL;
}

CHECK(process_ends_waiting, "stream/a_process_that_ends_while_it_reads_ends_its_connection") {
    if (!serves_begin(c))
        return;
    CHECK_THAT(c, starts(&a, CONNECTION_HOLDS) && killed(&a));
    CHECK_THAT(c, stream_until(&server.what, 0, STREAM_ENDED));
    serves_end();
}

CHECK(process_own, "stream/a_process_has_its_own_connections_and_no_others") {
    if (!serves_begin(c))
        return;
    CHECK_THAT(c, starts(&a, CONNECTION_HOLDS) && running_start(&b, CONNECTION_GUESSES, 0, ""));
    CHECK_THAT(c, running_exited(&b, 0) && !(server.what & STREAM_ENDED));
    CHECK_THAT(c, killed(&a));
    serves_end();
}

CHECK(process_beside, "stream/a_process_that_closes_what_its_thread_reads_ends_the_wait") {
    if (!serves_begin(c))
        return;
    CHECK_THAT(c, starts(&a, CONNECTION_BESIDE));
    CHECK_THAT(c, running_exited(&a, (uint64_t)-E_NOT_FOUND));
    serves_end();
}

CHECK(process_leaves, "stream/what_a_process_has_written_arrives_when_it_has_exited") {
    if (!serves_begin(c))
        return;
    CHECK_THAT(c, starts(&a, CONNECTION_LEAVES) && running_exited(&a, 0));
    CHECK_THAT(c, read_to_end() && server.came == CONNECTION_LEFT);
    serves_end();
}

CHECK(process_killed, "stream/what_a_process_has_written_arrives_when_it_is_killed") {
    if (!serves_begin(c))
        return;
    CHECK_THAT(c, starts(&a, CONNECTION_WRITES));
    const struct stream *s = its_end();
    const unsigned long has = stream_at(server.number)->in_bytes, waits = s->out_bytes;
    CHECK_THAT(c, has == STREAM_BUFFER && waits == STREAM_BUFFER);
    CHECK_THAT(c, killed(&a) && read_to_end() && server.came == has + waits);
    serves_end();
}

CHECK(process_never_read, "stream/who_reads_nothing_of_a_killed_process_is_reset_in_time") {
    if (!serves_begin(c))
        return;
    CHECK_THAT(c, starts(&a, CONNECTION_WRITES));
    owner_left_for = SOON;
    CHECK_THAT(c, killed(&a));
    const bool reset = stream_until(&server.what, 0, STREAM_GONE | STREAM_BROKEN);
    owner_left_for = OWNER_LEFT_FOR;
    CHECK_THAT(c, reset && !its_end());
    serves_end();
}

CHECK(process_never_reads, "stream/who_writes_to_a_killed_process_is_reset") {
    if (!serves_begin(c))
        return;
    CHECK_THAT(c, starts(&a, CONNECTION_HOLDS) && killed(&a));
    CHECK_THAT(c, stream_until(&server.what, 0, STREAM_ENDED));
    CHECK_THAT(c, streams_write(&serves, server.number, "x", 1) == 1);
    CHECK_THAT(c, stream_until(&server.what, 0, STREAM_GONE | STREAM_BROKEN));
    serves_end();
}

CHECK(process_time_wait, "stream/time_wait_outlives_its_process") {
    if (!serves_begin(c))
        return;
    CHECK_THAT(c, starts(&a, CONNECTION_CLOSES));
    CHECK_THAT(c, stream_until(&server.what, 0, STREAM_ENDED));
    streams_close(&serves, server.number, true);
    CHECK_THAT(c, running_exited(&a, 0));
    const struct stream *s = its_end();
    CHECK_THAT(c, s && s->state == TCP_TIME_WAIT && !s->in && !s->out);
    serves_end();
}
