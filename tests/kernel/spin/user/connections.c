/* SPDX-License-Identifier: MIT */
/* connections.c -- a process's connections: both ends are its own, and what it may not say. */
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "spin/user/connections.h"

#define SECOND 0x0a000002u
enum { ALL = 100000, PORT = 6400 };

static const char *const needed[] = {"loopback", "ether", "arp", "ip"};
static char out[4096], in[4096];

static unsigned char pattern(unsigned long n) {
    return (unsigned char)(n * 2654435761u >> 13 ^ n);
}

/* A port at which it waits, and a connection to it with its two ends. */
static struct ends { long listens, client, server; } ends;

static bool begin(struct check *c) {
    ends.listens = connection_listen(PORT);
    if (ends.listens == -E_NO_CALL) {
        check_skip(c, "the machine has no network");
        return false;
    }
    for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++)
        (void)spin_extend(needed[i]); /* or it is there */
    ends.client = connection_connect(0, SECOND, PORT);
    ends.server = connection_accept(ends.listens);
    if (ends.listens < 0 || ends.client < 0 || ends.server < 0)
        check_fail(c, "%ld %ld %ld", ends.listens, ends.client, ends.server);
    return ends.server > 0;
}

static void end(struct check *c) {
    CHECK_THAT(c, !connection_close(ends.client) && !connection_close(ends.server));
    CHECK_THAT(c, !connection_close(ends.listens));
}

/* By turns, since one thread has both ends. */
static unsigned long carry(long from, long to) {
    unsigned long wrote = 0, came = 0, wrong = 0;
    while (came < ALL && !wrong) {
        const unsigned long left = ALL - wrote, now = left < sizeof out ? left : sizeof out;
        for (unsigned long i = 0; i < now; i++)
            out[i] = (char)pattern(wrote + i);
        const long did = now ? connection_send(from, out, now) : 0;
        wrote += did > 0 ? (unsigned long)did : 0;
        const long got = connection_receive(to, in, sizeof in);
        for (long i = 0; i < got; i++)
            wrong += (unsigned char)in[i] != pattern(came++);
        if (did < 0 || got <= 0)
            break;
    }
    return wrong ? 0 : came;
}

CHECK(connections, "stream/a_process_connects_accepts_sends_receives_and_is_told_of_the_end") {
    if (!begin(c))
        return;
    CHECK_THAT(c, carry(ends.client, ends.server) == ALL);
    CHECK_THAT(c, carry(ends.server, ends.client) == ALL);
    CHECK_THAT(c, connection_send(ends.client, "last", 4) == 4);
    CHECK_THAT(c, !connection_finish(ends.client));
    CHECK_THAT(c, connection_send(ends.client, "more", 4) == -E_INVALID);
    CHECK_THAT(c, connection_receive(ends.server, in, sizeof in) == 4 && !memcmp(in, "last", 4));
    CHECK_THAT(c, connection_receive(ends.server, in, sizeof in) == 0);
    CHECK_THAT(c, connection_send(ends.server, "still", 5) == 5); /* half of it is open */
    CHECK_THAT(c, !connection_finish(ends.server));
    CHECK_THAT(c, connection_receive(ends.client, in, 2) == 2);
    CHECK_THAT(c, connection_receive(ends.client, in, sizeof in) == 3); /* it is closed by now */
    CHECK_THAT(c, connection_receive(ends.client, in, sizeof in) == 0);
    end(c);
    CHECK_THAT(c, connection_receive(ends.client, in, sizeof in) == -E_NOT_FOUND);
}

CHECK(connections_refused, "stream/a_process_is_told_that_nobody_listens_and_that_a_peer_is_gone") {
    if (!begin(c))
        return;
    CHECK_THAT(c, connection_connect(0, SECOND, PORT + 1) == -E_DEAD);
    CHECK_THAT(c, connection_connect(77, SECOND, PORT) == -E_INVALID);
    CHECK_THAT(c, connection_listen(PORT) == -E_BUSY && connection_listen(0) == -E_INVALID);
    CHECK_THAT(c, connection_send(ends.client, "unread", 6) == 6);
    CHECK_THAT(c, connection_accept(ends.client) == -E_INVALID);
    CHECK_THAT(c, connection_receive(ends.listens, in, 1) == -E_INVALID);
    CHECK_THAT(c, connection_receive(ends.client, in, 0) == -E_INVALID);
    CHECK_THAT(c, connection_send(ends.client, in, 0) == -E_INVALID);
    while (connection_receive(ends.server, in, 1) != 1)
        continue;
    CHECK_THAT(c, !connection_close(ends.server)); /* with five that were not read */
    CHECK_THAT(c, connection_receive(ends.client, in, 1) == -E_DEAD);
    CHECK_THAT(c, connection_send(ends.client, "x", 1) == -E_DEAD);
    CHECK_THAT(c, !connection_close(ends.client) && !connection_close(ends.listens));
}

/* Memory that is not a process's, or not to be written, gets nothing and loses nothing. */
CHECK(connections_memory, "stream/a_process_sends_from_and_receives_to_its_own_memory") {
    static const char constant[8] = "constant";
    char *const foreign[] = {(char *)-4096ul, (char *)0xffff800000000000, (char *)8,
                             (char *)0x600000000000};
    if (!begin(c))
        return;
    for (unsigned i = 0; i < sizeof foreign / sizeof *foreign; i++)
        CHECK_THAT(c, connection_send(ends.client, foreign[i], 8) == -E_FAULT);
    CHECK_THAT(c, connection_send(ends.client, "whole", 5) == 5);
    for (unsigned i = 0; i < sizeof foreign / sizeof *foreign; i++)
        CHECK_THAT(c, connection_receive(ends.server, foreign[i], 5) == -E_FAULT);
    CHECK_THAT(c, connection_receive(ends.server, (char *)constant, 5) == -E_FAULT);
    CHECK_THAT(c, connection_receive(ends.server, in, sizeof in) == 5 && !memcmp(in, "whole", 5));
    CHECK_THAT(c, constant[0] == 'c');
    end(c);
}

CHECK(connections_share, "stream/a_process_has_so_many_connections_and_leaves_the_others") {
    long more[2 * CONNECTIONS_MOST];
    unsigned has = 0;
    if (!begin(c))
        return;
    while (has < 2 * CONNECTIONS_MOST &&
           (more[has] = connection_connect(0, SECOND, PORT)) >= 0) /* half are accepted, too */
        if ((more[++has] = connection_accept(ends.listens)) >= 0)
            has++;
    CHECK_THAT(c, has >= CONNECTIONS_MOST - 5 && has <= CONNECTIONS_MOST);
    for (unsigned i = 0; i < has; i++)
        CHECK_THAT(c, !connection_close(more[i]));
    CHECK_THAT(c, carry(ends.client, ends.server) == ALL);
    end(c);
}

CHECK(connections_doors, "stream/a_process_waits_at_so_many_ports_and_leaves_the_others") {
    long door[4 * LISTENS_MOST];
    unsigned has = 0;
    if (!begin(c))
        return;
    while (has < 4 * LISTENS_MOST && (door[has] = connection_listen(PORT + 1 + has)) >= 0)
        has++;
    CHECK_THAT(c, has == LISTENS_MOST - 1 && door[has] == -E_QUOTA);
    for (unsigned i = 0; i < has; i++)
        CHECK_THAT(c, !connection_close(door[i]));
    end(c);
}
