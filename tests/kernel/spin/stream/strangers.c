/* SPDX-License-Identifier: MIT */
/* strangers.c -- who guesses ports, numbers and cookies, and a flood of beginnings. */
#include "stream_checks.h"

#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"
#include "spin/services/stream/ports.h"

static void send_syn(unsigned n) {
    const struct tcp_segment syn = {
        .source = (uint16_t)(1000 + n), .target = ECHO, .seq = n, .window = 1000, .flags = TCP_SYN};
    stream_send_segment(0x0a000010 + n, &syn, &nic_objects[0].address);
}

CHECK(stream_station, "stream/who_guesses_the_ports_does_not_have_what_is_sent_to_a_peer") {
    static const struct ether_address thief = {{2, 0x66, 0x66, 0x66, 0x66, 0x66}};
    if (!stream_begins(c))
        return;
    struct extension *e = stream_echo(c);
    stream_connects(c, ECHO);
    CHECK_THAT(c, stream_until(&client.what, 0, STREAM_OPENED));
    const struct stream *s = stream_server();
    CHECK_THAT(c, s && s->station == nic_objects[0].mac);
    for (uint32_t n = 0; n < 8; n++) {
        const struct tcp_segment guess = {.source = s->who.target_port,
                                          .target = ECHO,
                                          .seq = n << 29,
                                          .ack = n << 28,
                                          .window = 1000,
                                          .flags = n % 2 ? TCP_ACK : TCP_SYN | TCP_ACK};
        stream_send_segment(s->who.target, &guess, &thief);
        CHECK_THAT(c, s->station == nic_objects[0].mac);
    }
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    stream_ends(c, e);
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
    if (!stream_begins(c))
        return;
    struct extension *e = stream_echo(c);
    flood();
    const unsigned half = half_open(&first);
    CHECK_THAT(c, half == HALF_OPEN && first == HALF_OPEN); /* nor pushes anybody out */
    stream_connects(c, ECHO);
    CHECK_THAT(c, stream_until(&client.what, 0, STREAM_OPENED));
    stream_write_more(); /* it was opened by a cookie, and is as any other */
    CHECK_THAT(c, stream_until(&client.came, MANY, 0));
    CHECK_THAT(c, client.came == client.wrote && !client.wrong);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    stream_ends(c, e);
}

CHECK(stream_cookie, "stream/who_was_given_no_cookie_opens_nothing_by_one") {
    if (!stream_begins(c))
        return;
    struct extension *e = stream_echo(c);
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
        stream_send_segment(who.target, &guess, &nic_objects[0].address);
        opened += stream_find(&who) != NULL;
    }
    CHECK_THAT(c, opened == 0);
    stream_ends(c, e);
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
