/* SPDX-License-Identifier: MIT */
/* stream_checks.c -- connections between the two interfaces, and who attacks them: a protocol that
 * lies, who wants to hear of others' or to write to them, a flood of beginnings. */
#include "../loading.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "protocol/checksum.h"
#include "protocol/ip.h"
#include "spin/services/stream/flow.h"
#include "spin/services/stream/ports.h"
#include "spin/services/stream/stream_calls.h"
#include "spin/services/thread/kthread.h"

enum { MANY = 200000, PORT = 700, ECHO = 7 };

/* An end of a connection that writes a pattern, and looks whether it comes back. */
static struct client {
    long number;
    unsigned long what, wrote, came, wrong;
} client;
static struct list waits = LIST_INIT(waits);

static unsigned char pattern(unsigned long n) {
    return (unsigned char)(n * 2654435761u >> 13 ^ n);
}

static unsigned long hear(struct stream_view *v);
static const struct stream_owner asks = {.ready = hear};

static void write_more(void) {
    unsigned char some[512];
    long did = sizeof some;
    while (client.wrote < MANY && did == sizeof some) {
        for (unsigned i = 0; i < sizeof some; i++)
            some[i] = pattern(client.wrote + i);
        did = streams_write(&asks, (unsigned long)client.number, some, sizeof some);
        client.wrote += did > 0 ? (unsigned long)did : 0;
    }
}

static unsigned long hear(struct stream_view *v) {
    client.what |= v->what;
    for (const unsigned char *at = v->data; at < v->end; at++)
        client.wrong += *at != pattern(client.came++);
    if (v->what & STREAM_ROOM)
        write_more();
    kthread_wake(&waits);
    return (unsigned long)(v->end - v->data);
}

/* Waits for it, a second at most. */
static bool until(const unsigned long *word, unsigned long least, unsigned long bits) {
    const uint64_t end = rdtsc() + timer_tsc_hz();
    cli();
    while (*(const volatile unsigned long *)word < least ||
           (*(const volatile unsigned long *)word & bits) != bits) {
        if (rdtsc() > end)
            break;
        sti();
        strand_yield();
        cli();
    }
    sti();
    return *word >= least && (*word & bits) == bits;
}

static bool begins(struct check *c) {
    static const char *const needed[] = {"loopback", "ether", "arp", "ip"};
    static struct report why;
    struct extension *e;
    if (!nic_objects[1].nic) {
        check_skip(c, "the machine has no two network interfaces");
        return false;
    }
    for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!loader_find(needed[i]) && loader_load(needed[i], &e, &why))
            check_fail(c, "%s: %s", needed[i], why.text);
    client = (struct client){0};
    if (flow_use("tcp"))
        check_fail(c, "tcp cannot be had");
    return true;
}

/* The server is an extension. */
static struct extension *begins_echo(struct check *c) {
    return loading_load(c, "tcp_echo");
}

static void connects(struct check *c, unsigned long port) {
    client.number = streams_connect(&asks, 0, nic_objects[1].ip, port);
    CHECK_THAT(c, client.number > 0);
}

static void ends(struct check *c, struct extension *e) {
    CHECK_THAT(c, !loader_unload(e));
}

static void echoes(struct check *c, const char *protocol) {
    struct extension *e = begins_echo(c);
    CHECK_THAT(c, !flow_use(protocol));
    connects(c, ECHO);
    CHECK_THAT(c, until(&client.what, 0, STREAM_OPENED));
    write_more();
    CHECK_THAT(c, until(&client.came, MANY, 0));
    CHECK_THAT(c, client.came == client.wrote && !client.wrong);
    CHECK_THAT(c, !streams_close(&asks, (unsigned long)client.number, true));
    CHECK_THAT(c, until(&client.what, 0, STREAM_ENDED));
    ends(c, e);
}

/* What a protocol's two objects are; TCP's by GCC has too many paths (docs/spin/streams.md). */
CHECK(stream_graph, "stream/protocols_below_are_proven_by_the_objects_of_both_compilers") {
    static const char *const names[] = {"loopback", "ether", "icmp", "udp", "am"};
    enum { NAMES = sizeof names / sizeof *names };
    struct extension *e[NAMES] = {0};
    if (!nic_objects[1].nic) {
        check_skip(c, "the machine has no two network interfaces");
        return;
    }
    for (unsigned i = 0; i < NAMES && !loader_find(names[i]); i++) {
        loader_compiler("gcc");
        e[i] = loading_load(c, names[i]);
        loader_compiler("clang");
        if (!e[i])
            break;
    }
    for (unsigned i = NAMES; i--;)
        if (e[i] && loader_unload(e[i]))
            check_fail(c, "%s stays", names[i]);
}

/* Before connections hold it. */
CHECK(stream_proven, "stream/tcp_is_proven_in_as_much_memory_as_any_extension_has") {
    if (!nic_objects[1].nic) {
        check_skip(c, "the machine has no two network interfaces");
        return;
    }
    if (!loader_find("tcp")) {
        struct extension *e = loading_load(c, "tcp");
        CHECK_THAT(c, e && !loader_unload(e));
    }
}

CHECK(stream_echo, "stream/what_is_written_comes_there_and_back_in_order") {
    if (begins(c))
        echoes(c, "tcp");
}

CHECK(stream_signed, "stream/the_same_source_signed_does_the_same") {
    if (begins(c))
        echoes(c, "tcp_signed");
}

CHECK(stream_lies, "stream/a_protocol_that_lies_loses_its_connection_and_nothing_else") {
    if (!begins(c))
        return;
    CHECK_THAT(c, !flow_use("tcp_lies"));
    client.number = streams_connect(&asks, 0, nic_objects[1].ip, PORT);
    streams_write(&asks, (unsigned long)client.number, "x", 1);
    CHECK_THAT(c, until(&client.what, 0, STREAM_GONE | STREAM_BROKEN));
    CHECK_THAT(c, streams_write(&asks, (unsigned long)client.number, "x", 1) == -E_INVALID);
    client = (struct client){0};
    echoes(c, "tcp");
}

CHECK(stream_reads, "stream/a_protocol_shows_nobody_what_no_segment_brought") {
    if (!begins(c))
        return;
    CHECK_THAT(c, !flow_use("tcp_reads"));
    client.number = streams_connect(&asks, 0, nic_objects[1].ip, PORT);
    CHECK_THAT(c, until(&client.what, 0, STREAM_GONE | STREAM_BROKEN));
    CHECK_THAT(c, client.came == 0);
    client = (struct client){0};
    echoes(c, "tcp");
}

CHECK(stream_snoop, "stream/nobody_is_told_of_anothers_connections") {
    struct extension *hears;
    if (!begins(c))
        return;
    hears = loading_load(c, "tcp_hears");
    echoes(c, "tcp");
    CHECK_THAT(c, loading_call(c, hears, "heard_of") == 0);
    CHECK_THAT(c, !loader_unload(hears));
}

CHECK(stream_own, "stream/nobody_writes_to_anothers_connection_or_ends_it") {
    static const struct stream_owner other = {.serial = 4711};
    if (!begins(c))
        return;
    struct extension *e = begins_echo(c);
    connects(c, ECHO);
    CHECK_THAT(c, until(&client.what, 0, STREAM_OPENED));
    const unsigned long n = (unsigned long)client.number;
    CHECK_THAT(c, streams_write(&other, n, "x", 1) == -E_INVALID);
    CHECK_THAT(c, streams_close(&other, n, true) == -E_INVALID);
    CHECK_THAT(c, streams_abort(&other, n) == -E_INVALID);
    CHECK_THAT(c, streams_write(&asks, n + STREAMS, "x", 1) == -E_INVALID);
    CHECK_THAT(c, streams_listen(&other, ECHO) == -E_BUSY);
    CHECK_THAT(c, !streams_abort(&asks, n));
    ends(c, e);
}

/* A segment of a stranger's, by the wire, to the second interface. */
/* Which interface it comes to; it is for the second one's address. */
static unsigned comes_to = 1;

static void send_segment_damaged(uint32_t source, const struct tcp_segment *segment,
                                 const struct ether_address *station, uint16_t damage) {
    const struct ip_header ip = {.source = source,
                                 .target = (uint32_t)nic_objects[1].ip,
                                 .length = IP_HEADER + 20,
                                 .ttl = IP_TTL,
                                 .protocol = IP_TCP};
    cli();
    struct departure *d = departure_new();
    uint8_t *at = d->o->byte, header[TCP_HEADER_MOST];
    memset(at, 0, 60);
    ether_put(at, &nic_objects[comes_to].address, station, ETHER_IP);
    ip_put(at + NIC_HEADER, &ip);
    tcp_put(header, segment);
    sum_put(header + 16,
            sum_end(sum_join(sum_bytes(header, 20), sum_pseudo(ip.source, ip.target, IP_TCP, 20))) ^
                damage);
    memcpy(at + NIC_HEADER + IP_HEADER, header, 20);
    departure_send(&nic_objects[!comes_to], d, 0, 60);
    sti();
    strand_yield();
}

static void send_segment(uint32_t source, const struct tcp_segment *segment,
                         const struct ether_address *station) {
    send_segment_damaged(source, segment, station, 0);
}

static void send_syn(unsigned n) {
    const struct tcp_segment syn = {
        .source = (uint16_t)(1000 + n), .target = ECHO, .seq = n, .window = 1000, .flags = TCP_SYN};
    send_segment(0x0a000010 + n, &syn, &nic_objects[0].address);
}

/* Its server's end, of which the ports are known to whoever guesses. */
static const struct stream *server_of_client(void) {
    const struct stream *mine = stream_at((unsigned long)client.number);
    for (const struct stream *s = streams; mine && s < streams + STREAMS; s++)
        if (!list_empty(&s->link) && s->who.source_port == ECHO &&
            s->who.target_port == mine->who.source_port)
            return s;
    return NULL;
}

CHECK(stream_station, "stream/who_guesses_the_ports_does_not_have_what_is_sent_to_a_peer") {
    static const struct ether_address thief = {{2, 0x66, 0x66, 0x66, 0x66, 0x66}};
    if (!begins(c))
        return;
    struct extension *e = begins_echo(c);
    connects(c, ECHO);
    CHECK_THAT(c, until(&client.what, 0, STREAM_OPENED));
    const struct stream *s = server_of_client();
    CHECK_THAT(c, s && s->station == nic_objects[0].mac);
    for (uint32_t n = 0; n < 8; n++) {
        const struct tcp_segment guess = {.source = s->who.target_port,
                                          .target = ECHO,
                                          .seq = n << 29,
                                          .ack = n << 28,
                                          .window = 1000,
                                          .flags = n % 2 ? TCP_ACK : TCP_SYN | TCP_ACK};
        send_segment(s->who.target, &guess, &thief);
        CHECK_THAT(c, s->station == nic_objects[0].mac);
    }
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    ends(c, e);
}

/* Half-open connections, and the first strangers among them. */
static unsigned half_open(unsigned *first) {
    unsigned half = 0;
    *first = 0;
    for (const struct stream *s = streams; s < streams + STREAMS; s++)
        if (!list_empty(&s->link) && s->state == TCP_SYN_RECEIVED) {
            half++;
            *first += s->who.target < 0x0a000010u + HALF_OPEN;
        }
    return half;
}

static void flood(void) {
    for (unsigned n = 0; n < 2 * STREAMS; n++)
        send_syn(n);
}

CHECK(stream_flood, "stream/a_flood_of_beginnings_keeps_nobody_out") {
    unsigned first;
    if (!begins(c))
        return;
    struct extension *e = begins_echo(c);
    flood();
    const unsigned half = half_open(&first);
    CHECK_THAT(c, half == HALF_OPEN && first == HALF_OPEN); /* nor pushes anybody out */
    connects(c, ECHO);
    CHECK_THAT(c, until(&client.what, 0, STREAM_OPENED));
    write_more(); /* it was opened by a cookie, and is as any other */
    CHECK_THAT(c, until(&client.came, MANY, 0));
    CHECK_THAT(c, client.came == client.wrote && !client.wrong);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    ends(c, e);
}

CHECK(stream_cookie, "stream/who_was_given_no_cookie_opens_nothing_by_one") {
    if (!begins(c))
        return;
    struct extension *e = begins_echo(c);
    flood();
    unsigned opened = 0;
    for (uint32_t n = 0; n < 64; n++) {
        const struct tcp_segment guess = {.source = (uint16_t)(3000 + n),
                                          .target = ECHO,
                                          .seq = n,
                                          .ack = n * 0x04000000u + n % 8 + 1,
                                          .window = 1000,
                                          .flags = TCP_ACK};
        const struct tuple who = {.source = (uint32_t)nic_objects[1].ip,
                                  .target = 0x0a000008,
                                  .source_port = ECHO,
                                  .target_port = guess.source};
        send_segment(who.target, &guess, &nic_objects[0].address);
        opened += stream_find(&who) != NULL;
    }
    CHECK_THAT(c, opened == 0);
    ends(c, e);
}

/* --- Segments past the graph (short_way.c) --- */

static struct module takes = {.name = "Takes"};
static unsigned long heard;

static unsigned long hear_segment(void *unused, struct packet *p, unsigned long key,
                                  struct outgoing *reply) {
    (void)unused, (void)p, (void)key, (void)reply;
    heard++;
    return NET_TAKEN;
}

/* Some has gone there and back. */
static struct extension *talks(struct check *c) {
    struct extension *e = begins_echo(c);
    client.wrote = MANY; /* no more by itself */
    connects(c, ECHO);
    for (unsigned turn = 1; turn <= 3; turn++) {
        const unsigned char next = pattern(client.came);
        until(&client.what, 0, STREAM_OPENED);
        streams_write(&asks, (unsigned long)client.number, &next, 1);
        if (!until(&client.came, turn, 0))
            check_fail(c, "nothing comes back");
    }
    return e;
}

static void port_taken(struct check *c) {
    struct event_binding *binding;
    struct extension *e = talks(c);
    const unsigned port = stream_at((unsigned long)client.number)->who.source_port;
    module_add(&takes);
    heard = 0;
    cli();
    struct claim *claim = claim_take(NET_TCP, port, port, 0, &takes);
    sti();
    CHECK_THAT(c, claim && !claim_handle(claim, NET_ARRIVED, hear_segment, NULL, &binding));
    const unsigned long came = client.came;
    streams_write(&asks, (unsigned long)client.number, "x", 1);
    CHECK_THAT(c, until(&heard, 1, 0) && client.came == came);
    CHECK_THAT(c, !claim_end(claim, binding));
    module_remove(&takes);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    client = (struct client){0};
    ends(c, e);
}

CHECK(stream_port_taken, "stream/who_has_a_port_from_now_on_has_its_segments") {
    if (!begins(c))
        return;
    /* A port whose two directions have one place among what is kept has no short way. */
    for (unsigned ports = 0; ports < 4 && !c->failed; ports++)
        port_taken(c);
}

CHECK(stream_damaged, "stream/a_segment_that_was_damaged_ends_no_connection") {
    if (!begins(c))
        return;
    struct extension *e = talks(c);
    const struct stream *s = server_of_client();
    CHECK_THAT(c, s && s->state == TCP_ESTABLISHED);
    const unsigned long number = s->number;
    const struct tcp_segment reset = {.source = s->who.target_port,
                                      .target = ECHO,
                                      .seq = s->tcp.rcv_nxt,
                                      .ack = s->tcp.snd_nxt,
                                      .flags = TCP_RST | TCP_ACK};
    send_segment_damaged(s->who.target, &reset, &nic_objects[0].address, 0x100);
    CHECK_THAT(c, stream_at(number) == s && s->state == TCP_ESTABLISHED);
    send_segment(s->who.target, &reset, &nic_objects[0].address);
    CHECK_THAT(c, stream_at(number) != s || s->state == TCP_CLOSED);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    ends(c, e);
}

CHECK(stream_from, "stream/a_segment_that_comes_by_another_wire_ends_no_connection") {
    if (!begins(c))
        return;
    struct extension *e = talks(c);
    const struct stream *s = server_of_client();
    CHECK_THAT(c, s && s->state == TCP_ESTABLISHED);
    const unsigned long number = s->number;
    const struct tcp_segment reset = {.source = s->who.target_port,
                                      .target = ECHO,
                                      .seq = s->tcp.rcv_nxt,
                                      .ack = s->tcp.snd_nxt,
                                      .flags = TCP_RST | TCP_ACK};
    comes_to = 0;
    send_segment(s->who.target, &reset, &nic_objects[1].address);
    comes_to = 1;
    CHECK_THAT(c, stream_at(number) == s && s->state == TCP_ESTABLISHED);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    ends(c, e);
}

/* As if a device were at it. */
CHECK(stream_read, "stream/what_a_device_reads_stays_until_it_has") {
    unsigned char before[64];
    if (!begins(c))
        return;
    struct extension *e = talks(c);
    const struct stream *s = stream_at((unsigned long)client.number);
    const unsigned char *out = s->out;
    uint32_t *sending = s->sending;
    memcpy(before, out, sizeof before);
    ++*sending;
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    CHECK_THAT(c, memcmp(before, out, sizeof before) == 0);
    --*sending;
    client = (struct client){0};
    ends(c, e);
    e = talks(c); /* another's buffer, perhaps the same */
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    ends(c, e);
}

CHECK(stream_secret, "stream/what_numbers_and_cookies_are_made_of_is_not_the_time") {
    if (!cpu_features.rdrand) {
        check_skip(c, "the processor has no RDRAND");
        return;
    }
    const struct secret *s = ports_secret();
    CHECK_THAT(c, s->key[0] > rdtsc() && s->key[1] != ~s->key[0]);
    CHECK_THAT(c, net_chance() != net_chance());
}
