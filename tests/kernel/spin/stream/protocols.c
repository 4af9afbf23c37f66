/* SPDX-License-Identifier: MIT */
/* protocols.c -- connections by a protocol that keeps to its word, verified and
 * signed, and by ones that lie. */
#include "stream_checks.h"

#include "lib/error.h"
#include "spin/services/stream/flow.h"

CHECK(stream_echo, "stream/what_is_written_comes_there_and_back_in_order") {
    if (stream_begins(c))
        stream_echoes(c, "tcp");
}

CHECK(stream_signed, "stream/the_same_source_signed_does_the_same") {
    if (stream_begins(c))
        stream_echoes(c, "tcp_signed");
}

CHECK(stream_lies, "stream/a_protocol_that_lies_loses_its_connection_and_nothing_else") {
    if (!stream_begins(c))
        return;
    CHECK_THAT(c, !flow_use("tcp_lies"));
    client.number = streams_connect(&asks, 0, nic_objects[1].ip, PORT);
    streams_write(&asks, (unsigned long)client.number, "x", 1);
    CHECK_THAT(c, stream_until(&client.what, 0, STREAM_GONE | STREAM_BROKEN));
    CHECK_THAT(c, streams_write(&asks, (unsigned long)client.number, "x", 1) == -E_INVALID);
    client = (struct client){0};
    stream_echoes(c, "tcp");
}

CHECK(stream_reads, "stream/a_protocol_shows_nobody_what_no_segment_brought") {
    if (!stream_begins(c))
        return;
    CHECK_THAT(c, !flow_use("tcp_reads"));
    client.number = streams_connect(&asks, 0, nic_objects[1].ip, PORT);
    CHECK_THAT(c, stream_until(&client.what, 0, STREAM_GONE | STREAM_BROKEN));
    CHECK_THAT(c, client.came == 0);
    client = (struct client){0};
    stream_echoes(c, "tcp");
}
