/* SPDX-License-Identifier: MIT */
/* stream_anywhere.c -- packets come in an interrupt at every instruction of what a connection does:
 * of its beginning at both ends, and of data, with the buffers that are made for them, until they
 * have come back. What was written comes back whole, and of the heap and of pages no more is used
 * than before. One packet is handled in the interrupt, the other one by the strand of connections
 * behind it. */
#include "net_checks.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "machine/memory/heap.h"
#include "machine/thread/preempt.h"
#include "protocol/checksum.h"
#include "protocol/ether.h"
#include "protocol/ip.h"
#include "spin/core/scheduler.h"
#include "spin/core/strand.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/stream_calls.h"
#include "spin/services/thread/kthread.h"

enum { ECHO = 7, NOBODYS = 4711, BYTES = 64, DELAYS_MOST = 60000 };
enum { BEHIND = 2000 }; /* instructions after which the other end has done its last, too */

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

/* --- The packets --- */

static struct frame question;
static uint8_t stray[60]; /* a segment by the wire, which is answered by a refusal */
static bool armed;
static unsigned long bytes;      /* that are to come */
static unsigned handled, behind; /* so many packets; of them those that came when all was done */
static preempt_fn *quanta;
static void (*stops)(void);
static struct list waits = LIST_INIT(waits); /* for the interrupt */

static void make_stray(void) {
    uint8_t *const ip = stray + ETHER_HEADER, *const segment = ip + IP_HEADER;
    const struct ip_header header = {.source = STRANGER,
                                     .target = (uint32_t)nic_objects[1].ip,
                                     .length = IP_HEADER + 20,
                                     .ttl = IP_TTL,
                                     .protocol = IP_TCP};
    const struct tcp_segment ack = {.source = 9, .target = NOBODYS, .flags = TCP_ACK};
    uint8_t options[TCP_HEADER_MOST];
    ether_put(stray, &nic_objects[1].address, &nic_objects[0].address, ETHER_IP);
    ip_put(ip, &header);
    tcp_put(options, &ack);
    memcpy(segment, options, 20);
    sum_put(segment + 16, sum_end(sum_join(sum_bytes(segment, 20),
                                           sum_pseudo(STRANGER, header.target, IP_TCP, 20))));
}

static void tick(void) {
    if (!armed) {
        quanta();
        return;
    }
    armed = false;
    handled++;
    behind += end.what & STREAM_OPENED && end.came == bytes;
    struct arrival a = arrival_new(&nic_objects[1], question.byte);
    a.holds = 1;
    net_arrive(&a, question.bytes);
    struct departure *d = departure_new();
    if (d) {
        memcpy(d->o->byte, stray, sizeof stray);
        departure_send(&nic_objects[0], d, 0, sizeof stray);
    }
    kthread_wake(&waits);
}

/* Nobody takes the timer. */
static void stop(void) {
    if (!armed)
        stops();
}

/* --- At each instruction --- */

/* Packets come after so many instructions; 0: none. */
static void arm(unsigned delay) {
    if (!delay)
        return;
    net_alarm(net_now() + 5000000); /* before those of connections, which leave the timer */
    cli();
    armed = true;
    timer_arm_ns(delay);
    sti();
}

/* The strand of connections has the processor meanwhile, and nobody waits for it. */
static void wait_for_packets(void) {
    cli();
    while (armed)
        kthread_wait_always(&waits);
    sti();
}

static bool begin_with(unsigned delay) {
    end = (struct end){0};
    bytes = 0;
    arm(delay);
    end.number = streams_connect(&asks, 0, nic_objects[1].ip, ECHO);
    wait_for_packets();
    return end.number > 0 && until(&end.what, STREAM_OPENED);
}

/* Its first data. */
static bool write_with(unsigned delay) {
    unsigned char some[BYTES];
    for (unsigned i = 0; i < BYTES; i++)
        some[i] = pattern(i);
    bytes = BYTES;
    arm(delay);
    const long wrote = streams_write(&asks, (unsigned long)end.number, some, BYTES);
    wait_for_packets();
    return wrote == BYTES && until(&end.came, BYTES) && !end.wrong;
}

/* A connection, with packets in its beginning or in its data; false: not all has come. */
static bool have_one(unsigned at_beginning, unsigned at_data) {
    const bool came = begin_with(at_beginning) && write_with(at_data);
    return !streams_abort(&asks, (unsigned long)end.number) && came;
}

/* At each instruction of one of the two, until all is over. */
static void have_all(struct check *c, bool at_beginning, unsigned least) {
    unsigned delay = 0;
    bool came = true;
    handled = behind = 0;
    while (came && behind < BEHIND && delay++ < DELAYS_MOST)
        came = have_one(at_beginning ? delay : 0, at_beginning ? 0 : delay);
    if (!came)
        check_fail(c, "%lu of %u bytes with packets after %u instructions", end.came, BYTES, delay);
    if (delay <= least || delay >= DELAYS_MOST || handled != delay)
        check_fail(c, "%u instructions, %u packets", delay, handled);
}

/* Buffers for what comes that nobody has. */
static unsigned buffers(void) {
    unsigned count = 0;
    for (unsigned i = 0; i < 2; i++) {
        count += nic_in_flight(nic_objects[i].nic, NIC_RECEIVE);
        list_each(link, &nic_objects[i].free) count++;
    }
    return count;
}

static void have_each(struct check *c) {
    (void)have_one(1, 0); /* what is made once is there then */
    (void)have_one(0, 1);
    net_settle();
    const size_t used = heap_used();
    const unsigned pages = net_pages(), had = buffers();
    have_all(c, true, 4000);
    have_all(c, false, 8000);
    net_settle();
    if (heap_used() > used || net_pages() != pages || buffers() != had)
        check_fail(c, "%lu bytes for %lu, %u pages for %u, %u buffers for %u", heap_used(), used,
                   net_pages(), pages, buffers(), had);
}

CHECK(stream_anywhere, "stream/packets_at_every_instruction_of_a_connection_harm_nothing") {
    if (!net_begin_with(c, "tcp"))
        return;
    struct extension *tcp = loading_load(c, "tcp"), *e = loading_load(c, "tcp_echo");
    if (!tcp || !e)
        return;
    CHECK_THAT(c, !flow_use("tcp"));
    frame_question(&question, STRANGER);
    make_stray();
    quanta = preempt_init(tick);
    stops = scheduler_stops_timer;
    scheduler_stops_timer = stop;
    have_each(c);
    preempt_init(quanta);
    scheduler_stops_timer = stops;
    CHECK_THAT(c, !loader_unload(e));
}
