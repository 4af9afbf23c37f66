/* SPDX-License-Identifier: MIT */
/* exo-user-client.c -- see exo-client.h. */
#include "exo-client.h"
#include "exo-web.h"
#include "web.h"

#include "exo/libos/net/port.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "protocol/arp.h"
#include "protocol/checksum.h"
#include "protocol/ip.h"
#include "protocol/tcp/tcp_next.h"

#define PORT_AT 0x530000000000ul
enum { TCP_AT = ETHER_HEADER + IP_HEADER };

static struct port port;
static struct ether_address server_ether, client_ether;
static uint16_t ports;
static uint64_t away;

bool web_client_begin(void) {
    server_ether = port_ether(0);
    client_ether = port_ether(1);
    return !port_open(&port, 1, 0, WEB_CLIENT_IP, 0, PORT_AT);
}

void web_client_end(void) {
    port_close(&port);
}

void web_client_known(uint64_t to) {
    static const struct ether_address all = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    const struct arp_packet ask = {.source = WEB_CLIENT_IP,
                                   .target = WEB_SERVER_IP,
                                   .source_ether = client_ether,
                                   .asks = true};
    uint8_t *head = port.wire.head(&port.wire);
    if (!head)
        return;
    ether_put(head, &all, &client_ether, ETHER_ARP);
    arp_put(head + ETHER_HEADER, &ask);
    memset(head + ETHER_HEADER + ARP_BYTES, 0, ETHER_LEAST - ETHER_HEADER - ARP_BYTES);
    const struct link_part piece = {head, ETHER_LEAST};
    port.wire.send(&port.wire, &piece, 1);
    port.wire.go(&port.wire);
    exo_env_yield(to);
}

static void send(const struct tcp_segment *s, const char *data) {
    uint8_t *head = port.wire.head(&port.wire);
    if (!head)
        return; /* it goes again */
    const uint32_t header = tcp_put(head + TCP_AT, s), length = header + s->length;
    const struct ip_header ip = {.source = WEB_CLIENT_IP,
                                 .target = WEB_SERVER_IP,
                                 .length = (uint16_t)(IP_HEADER + length),
                                 .whole = true,
                                 .ttl = IP_TTL,
                                 .protocol = IP_TCP};
    ether_put(head, &server_ether, &client_ether, ETHER_IP);
    ip_put(head + ETHER_HEADER, &ip);
    uint64_t sum = sum_join(sum_bytes(head + TCP_AT, header), sum_bytes(data, s->length));
    sum = sum_join(sum, sum_pseudo(WEB_CLIENT_IP, WEB_SERVER_IP, IP_TCP, length));
    sum_put(head + TCP_AT + 16, sum_end(sum));
    const struct link_part piece[] = {{head, TCP_AT + header}, {data, s->length}};
    port.wire.send(&port.wire, piece, s->length ? 2 : 1);
    port.wire.go(&port.wire);
}

/* A segment for this connection; where its data are, or null. */
static const uint8_t *segment(const uint8_t *frame, uint32_t bytes, const struct tcp *t,
                              struct tcp_segment *s) {
    const uint8_t *packet = frame + ETHER_HEADER;
    struct ip_header ip;
    if (bytes < TCP_AT || ip_get(packet, bytes - ETHER_HEADER, &ip) != IP_FINE)
        return NULL;
    const uint32_t length = ip.length - ip.header;
    const uint64_t sum = sum_join(sum_bytes(packet + ip.header, length),
                                  sum_pseudo(ip.source, ip.target, IP_TCP, length));
    const uint32_t header = tcp_get(packet + ip.header, length, s);
    return sum_fold(sum) == UINT16_MAX && header && s->target == t->source
               ? packet + ip.header + header
               : NULL;
}

struct exchange {
    struct tcp t;
    uint32_t acked, got;
    uint8_t *answer;
    bool broken;
    /* The packet that was the next one last: what it said, how long it is, and its headers. */
    struct tcp_segment next;
    uint32_t like_bytes;
    uint8_t like[IP_HEADER + TCP_TIMED_HEADER];
};

/* The data of what comes next; no acknowledgement is made of it yet. */
static void got(struct exchange *x, const uint8_t *data, uint32_t bytes) {
    if (x->answer && x->got + bytes <= WEB_MOST)
        memcpy(x->answer + x->got, data, bytes);
    x->got += bytes;
}

/* Whether the headers of a frame's packet, which begins there, are those of the connection's next
 * segment; what they say. */
static bool is_next(const struct exchange *x, const uint8_t *ip, uint32_t bytes,
                    struct tcp_segment *s) {
    const uint32_t length = bytes - IP_HEADER;
    return bytes >= IP_HEADER + TCP_TIMED_HEADER && ip_is_plain(ip) &&
           ip_plain_length(ip, bytes) == bytes && ip[9] == IP_TCP &&
           ip_source(ip) == WEB_SERVER_IP && ip_target(ip) == WEB_CLIENT_IP &&
           tcp_get_timed(ip + IP_HEADER, length, s) && s->source == x->t.target &&
           s->target == x->t.source && tcp_is_next(&x->t, s);
}

/* The same of those that are like the last one's, which was so. */
static inline bool is_next_like(const struct exchange *x, const uint8_t *ip, uint32_t bytes,
                                struct tcp_segment *s) {
    if (bytes != x->like_bytes || !ip_is_like(ip, x->like) ||
        !tcp_is_like(ip + IP_HEADER, x->like + IP_HEADER))
        return false;
    s->seq = wire_get32(ip + IP_HEADER + 4);
    return tcp_is_next_like(&x->t, s);
}

/* The short way: whether a frame is the next segment of the connection; then it is done with. */
static inline bool take_next(struct exchange *x, const uint8_t *frame, uint32_t bytes,
                             uint64_t now) {
    const uint8_t *ip = frame + ETHER_HEADER, *tcp = ip + IP_HEADER;
    const uint32_t of_ip = bytes - ETHER_HEADER, length = of_ip - IP_HEADER;
    const bool like = is_next_like(x, ip, of_ip, &x->next);
    if (!like && !is_next(x, ip, of_ip, &x->next))
        return false;
    const uint64_t sum = sum_pseudo(WEB_SERVER_IP, WEB_CLIENT_IP, IP_TCP, length);
    if (sum_fold(sum_join(sum_bytes(tcp, length), sum)) != UINT16_MAX)
        return false;
    if (!like) {
        memcpy(x->like, ip, sizeof x->like);
        x->like_bytes = of_ip;
    }
    tcp_take_next(&x->t, &x->next, now);
    x->t.room += x->next.length;
    got(x, tcp + TCP_TIMED_HEADER, x->next.length);
    return true;
}

static void take_other(struct exchange *x, const uint8_t *frame, uint32_t bytes, uint64_t now) {
    struct tcp_segment s;
    struct tcp_event e;
    const uint8_t *data = segment(frame, bytes, &x->t, &s);
    if (!data)
        return;
    tcp_input(&x->t, &s, now, &e);
    if (e.what & TCP_ACKED)
        x->acked += e.acked;
    if (e.what & TCP_DATA) {
        if (x->answer && x->got + e.at + e.length <= WEB_MOST)
            memcpy(x->answer + x->got + e.at, data + e.from, e.length);
        x->got += e.ready;
        tcp_room(&x->t, x->t.room + e.ready);
    }
    if (e.what & TCP_ENDED)
        tcp_close(&x->t);
    x->broken |= e.what & (TCP_RESET | TCP_TIMEOUT);
}

/* All frames that have come; false: none has. */
static bool take(struct exchange *x, uint64_t now) {
    uint32_t bytes;
    const uint8_t *frame;
    bool any = false;
    x->like_bytes = 0; /* since then something was sent */
    for (; (frame = link_next(&port.link, &bytes)) != NULL; link_done(&port.link), any = true)
        if (!take_next(x, frame, bytes, now)) {
            take_other(x, frame, bytes, now);
            x->like_bytes = 0;
        }
    return any;
}

uint64_t web_client_away(void) {
    return away;
}

uint32_t web_exchange(uint64_t server, const char *request, uint32_t length, uint8_t *answer) {
    uint64_t now = clock_ns(clock_now());
    const struct tcp_setup how = {.iss = (uint32_t)now,
                                  .room = UINT16_MAX,
                                  .source = (uint16_t)(1024 + ports++ % 60000),
                                  .target = WEB_PORT,
                                  .mss = ETHER_MTU - 40};
    struct exchange x = {.answer = answer};
    struct tcp_segment s;
    struct tcp_event e;
    uint32_t at;
    tcp_open(&x.t, &how);
    tcp_write(&x.t, length);
    while (x.t.state != TCP_CLOSED && x.t.state != TCP_TIME_WAIT && !x.broken) {
        while (tcp_output(&x.t, now, &s, &at))
            send(&s, request + x.acked + at);
        if (take(&x, now))
            continue;
        const uint64_t gone = clock_now();
        exo_env_yield(server);
        const uint64_t back = clock_now();
        away += back - gone;
        now = clock_ns(back);
        if (now >= tcp_deadline(&x.t))
            tcp_timer(&x.t, now, &e);
    }
    return x.broken ? 0 : x.got;
}
