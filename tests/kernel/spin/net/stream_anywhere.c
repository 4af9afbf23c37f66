/* SPDX-License-Identifier: MIT */
/* stream_anywhere.c -- a packet is handled in an interrupt at every instruction of writing to a
 * connection, with the buffer that is made for it: what was written comes back whole, and of the
 * heap no more is used than before. */
#include "net_checks.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/heap.h"
#include "machine/thread/preempt.h"
#include "protocol/ether.h"
#include "spin/core/strand.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/stream_calls.h"

enum { ECHO = 7, BYTES = 64, DELAYS_MOST = 20000, DELAYS_LEAST = 2000 };

static struct end {
    long number;
    unsigned long what, came, wrong;
} end;

static unsigned char pattern(unsigned long n) {
    return (unsigned char)(n * 2654435761u >> 13 ^ n);
}

static unsigned long hear(struct stream_view *v) {
    end.what |= v->what;
    for (const unsigned char *at = v->data; at < v->end; at++)
        end.wrong += *at != pattern(end.came++);
    return (unsigned long)(v->end - v->data);
}
static const struct stream_owner asks = {.ready = hear};

/* Before anything is sent again: nothing may be lost. */
static bool until(const unsigned long *word, unsigned long least) {
    const uint64_t over = rdtsc() + timer_tsc_hz() / 50;
    sti();
    while (*(const volatile unsigned long *)word < least && rdtsc() < over)
        strand_yield();
    return *word >= least;
}

/* --- The packet --- */

static struct frame question;
static bool armed;
static unsigned handled;
static preempt_fn *quanta;

static void tick(void) {
    if (!armed) {
        quanta();
        return;
    }
    armed = false;
    handled++;
    struct arrival a = arrival_new(&nic_objects[1], question.byte);
    a.holds = 1;
    net_arrive(&a, question.bytes);
}

/* A connection's first data, with a packet so many instructions further on; or it would come when
 * they are written, and not in time. */
static bool in_time;
static void write_with(struct check *c, unsigned delay) {
    unsigned char some[BYTES];
    for (unsigned i = 0; i < BYTES; i++)
        some[i] = pattern(i);
    end = (struct end){.number = streams_connect(&asks, 0, nic_objects[1].ip, ECHO)};
    CHECK_THAT(c, end.number > 0 && until(&end.what, STREAM_OPENED));
    net_alarm(net_now() + 5000000); /* before those of the connection, which leave the timer */
    cli();
    armed = true;
    timer_arm_ns(delay);
    sti();
    const long wrote = streams_write(&asks, (unsigned long)end.number, some, BYTES);
    cli();
    in_time = !armed;
    armed = false;
    sti();
    CHECK_THAT(c, wrote == BYTES && until(&end.came, BYTES) && !end.wrong);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)end.number));
}

CHECK(stream_anywhere, "stream/a_packet_at_every_instruction_of_writing_harms_nothing") {
    unsigned delay = 0;
    if (!net_begin_with(c, "tcp"))
        return;
    struct extension *tcp = loading_load(c, "tcp"), *e = loading_load(c, "tcp_echo");
    if (!tcp || !e)
        return;
    CHECK_THAT(c, !flow_use("tcp"));
    frame_question(&question, STRANGER);
    quanta = preempt_init(tick);
    write_with(c, 1); /* what is made once is there then */
    net_settle();
    const size_t used = heap_used();
    const unsigned pages = net_pages();
    do
        write_with(c, ++delay);
    while (in_time && delay < DELAYS_MOST && !end.wrong);
    preempt_init(quanta);
    net_settle();
    CHECK_THAT(c, delay > DELAYS_LEAST && delay < DELAYS_MOST && handled + 1 >= delay);
    CHECK_THAT(c, heap_used() <= used && net_pages() == pages);
    CHECK_THAT(c, !loader_unload(e));
}
