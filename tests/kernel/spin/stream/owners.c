/* SPDX-License-Identifier: MIT */
/* owners.c -- who wants to hear of others' connections, or to write to them. */
#include "stream_checks.h"

#include "lib/error.h"

CHECK(stream_snoop, "stream/nobody_is_told_of_anothers_connections") {
    struct extension *hears;
    if (!stream_begins(c))
        return;
    hears = loading_load(c, "tcp_hears");
    stream_echoes(c, "tcp");
    CHECK_THAT(c, loading_call(c, hears, "heard_of") == 0);
    CHECK_THAT(c, !loader_unload(hears));
}

CHECK(stream_own, "stream/nobody_writes_to_anothers_connection_or_ends_it") {
    static const struct stream_owner other = {.serial = 4711};
    if (!stream_begins(c))
        return;
    struct extension *e = stream_echo(c);
    stream_connects(c, ECHO);
    CHECK_THAT(c, stream_until(&client.what, 0, STREAM_OPENED));
    const unsigned long n = (unsigned long)client.number;
    CHECK_THAT(c, streams_write(&other, n, "x", 1) == -E_INVALID);
    CHECK_THAT(c, streams_close(&other, n, true) == -E_INVALID);
    CHECK_THAT(c, streams_abort(&other, n) == -E_INVALID);
    CHECK_THAT(c, streams_write(&asks, n + STREAMS, "x", 1) == -E_INVALID);
    CHECK_THAT(c, streams_listen(&other, ECHO) == -E_BUSY);
    CHECK_THAT(c, !streams_abort(&asks, n));
    stream_ends(c, e);
}
