/* SPDX-License-Identifier: MIT */
/* short_way.c -- segments past the graph (services/stream/short_way.c), and data
 * that a device reads where they wait. */
#include "stream_checks.h"

#include "lib/string.h"
#include "machine/cpu/x86.h"

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
    struct extension *e = stream_echo(c);
    client.wrote = MANY; /* no more by itself */
    stream_connects(c, ECHO);
    for (unsigned turn = 1; turn <= 3; turn++) {
        const unsigned char next = stream_pattern(client.came);
        stream_until(&client.what, 0, STREAM_OPENED);
        streams_write(&asks, (unsigned long)client.number, &next, 1);
        if (!stream_until(&client.came, turn, 0))
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
    CHECK_THAT(c, stream_until(&heard, 1, 0) && client.came == came);
    CHECK_THAT(c, !claim_end(claim, binding));
    module_remove(&takes);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    client = (struct client){0};
    stream_ends(c, e);
}

CHECK(stream_port_taken, "stream/who_has_a_port_from_now_on_has_its_segments") {
    if (!stream_begins(c))
        return;
    /* A port whose two directions have one place among what is kept has no short way. */
    for (unsigned ports = 0; ports < 4 && !c->failed; ports++)
        port_taken(c);
}

CHECK(stream_damaged, "stream/a_segment_that_was_damaged_ends_no_connection") {
    if (!stream_begins(c))
        return;
    struct extension *e = talks(c);
    const struct stream *s = stream_server();
    CHECK_THAT(c, s && s->state == TCP_ESTABLISHED);
    const unsigned long number = s->number;
    const struct tcp_segment reset = {.source = s->who.target_port,
                                      .target = ECHO,
                                      .seq = s->tcp.rcv_nxt,
                                      .ack = s->tcp.snd_nxt,
                                      .flags = TCP_RST | TCP_ACK};
    stream_send_damaged(s->who.target, &reset, &nic_objects[0].address, 0x100);
    CHECK_THAT(c, stream_at(number) == s && s->state == TCP_ESTABLISHED);
    stream_send_segment(s->who.target, &reset, &nic_objects[0].address);
    CHECK_THAT(c, stream_at(number) != s || s->state == TCP_CLOSED);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    stream_ends(c, e);
}

CHECK(stream_from, "stream/a_segment_that_comes_by_another_wire_ends_no_connection") {
    if (!stream_begins(c))
        return;
    struct extension *e = talks(c);
    const struct stream *s = stream_server();
    CHECK_THAT(c, s && s->state == TCP_ESTABLISHED);
    const unsigned long number = s->number;
    const struct tcp_segment reset = {.source = s->who.target_port,
                                      .target = ECHO,
                                      .seq = s->tcp.rcv_nxt,
                                      .ack = s->tcp.snd_nxt,
                                      .flags = TCP_RST | TCP_ACK};
    stream_comes_to = 0;
    stream_send_segment(s->who.target, &reset, &nic_objects[1].address);
    stream_comes_to = 1;
    CHECK_THAT(c, stream_at(number) == s && s->state == TCP_ESTABLISHED);
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    stream_ends(c, e);
}

/* As if a device were at it. */
CHECK(stream_read, "stream/what_a_device_reads_stays_until_it_has") {
    unsigned char before[64];
    if (!stream_begins(c))
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
    stream_ends(c, e);
    e = talks(c); /* another's buffer, perhaps the same */
    CHECK_THAT(c, !streams_abort(&asks, (unsigned long)client.number));
    stream_ends(c, e);
}
