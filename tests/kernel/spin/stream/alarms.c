/* SPDX-License-Identifier: MIT */
/* alarms.c -- deadlines of connections, and the one alarm that they have (arrivals.c). */
#include "stream_checks.h"

#include "machine/cpu/x86.h"
#include "spin/core/strand.h"
#include "spin/services/net/clock.h"
#include "spin/services/stream/arrivals.h"
#include "spin/services/stream/waiting.h"
#include "spin/services/thread/kthread.h"

enum { SOON = 1000, LATER = 2000000, AT_LAST = 20000000 }; /* nanoseconds */

/* An alarm is over, and before the strand of packets hears of it that of connections, which was
 * woken by something else, has the next one. */
CHECK(stream_alarm, "stream/a_deadline_that_is_set_while_another_one_is_told_is_kept") {
    if (!stream_begins(c))
        return;
    struct extension *e = stream_echo(c);
    stream_connects(c, ECHO);
    CHECK_THAT(c, stream_until(&client.what, 0, STREAM_OPENED));
    struct stream *s = stream_at((unsigned long)client.number);
    cli();
    const unsigned long at = net_clock() + SOON, deadline = at + LATER;
    arrivals_alarm(at);
    s->deadline = deadline;
    while (net_clock() < at)
        continue;
    kthread_wake(&waiting_strand);
    sti();
    while (*(volatile unsigned long *)&s->deadline == deadline && net_clock() < at + AT_LAST)
        strand_yield();
    CHECK_THAT(c, s->deadline != deadline && net_clock() >= deadline);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    stream_ends(c, e);
}
