/* SPDX-License-Identifier: MIT */
/* network.c -- the network's process: it has the interface, its packets and all connections
 * (libos/net), and serves the sockets of the others by what stands in their pages. Nobody else runs
 * its code: so a process may end wherever it likes, and its connections go on here. */
#include "exo/libos/sockets/sockets_shared.h"

#include "exo/defence.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/net/net.h"
#include "exo/libos/net/net_secret.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/clock.h"
#include "lib/error.h"
#include "lib/string.h"

#define LINK_AT  ((void *)0x6d0000000000)
#define WAITS    64u /* connections in TIME_WAIT */
#define HALVES   8u  /* that are half open, of a listener */
#define SWEEP_NS 10000000ul

static struct net net;

/* What this process knows of a socket. */
static struct entry {
    struct net_tcp tcp; /* first: what is told of it */
    struct net_udp udp;
    struct net_raw raw;
    struct net_listener listener;
    struct tcp_half half[HALVES];
    struct net_path path;
    struct socket *s;
    struct entry *of; /* the listener that it came to, and has not been accepted from */
    uint32_t answered;
    bool closed, connection;
} entries[SOCKETS];

static struct net_tcp waits[WAITS];
static uint8_t whole[NET_WHOLES][NET_WHOLE];

static struct entry *entry_of(struct socket *s) {
    return &entries[s - sockets->socket];
}

static void changed(struct socket *s) {
    s->events++;
}

/* --- Streams --- */

static struct socket *kept; /* free, and for whoever connects next */

static void told(struct net_tcp *c, uint32_t what) {
    struct entry *e = (struct entry *)c;
    struct socket *s = e->s;
    s->came = (uint32_t)(c->in_first + c->in_bytes);
    s->went = c->out_first;
    s->tcp_state = c->t.state;
    if (what & NET_OPENED) {
        s->state = SOCKET_OPEN;
        e->connection = true;
        kept = s == kept ? NULL : kept;
    }
    if (what & NET_ENDED)
        s->ended = 1;
    if (what & NET_FAILED)
        s->failed = 1;
    if (what & NET_CLOSED) {
        s->state = SOCKET_DEAD;
        e->connection = false;
    }
    if ((what & NET_OPENED) && e->of) {
        struct socket *l = e->of->s;
        s->port = c->t.source;
        s->peer = (struct exos_address){c->path.ip, c->t.target};
        s->handed = 1;
        l->waits[l->waiting % SOCKET_WAIT] = (uint64_t)(s - sockets->socket);
        l->waiting++;
        changed(l);
    }
    changed(s);
}

static void begin(struct entry *e, struct socket *s) {
    *e = (struct entry){.s = s};
    e->tcp = (struct net_tcp){
        .told = told, .in = s->in, .in_size = SOCKET_RING, .out = s->out, .out_size = SOCKET_RING};
}

static struct net_tcp *wants(struct net_listener *l) {
    struct entry *of = (struct entry *)((char *)l - __builtin_offsetof(struct entry, listener));
    if (of->s->waiting - of->s->accepted >= of->s->argument)
        return NULL;
    critical_begin();
    for (struct socket *s = sockets->socket; !kept && s < sockets->socket + SOCKETS; s++)
        if (s->state == SOCKET_FREE && !s->users) {
            memset(s, 0, __builtin_offsetof(struct socket, in));
            s->kind = EXOS_STREAM;
            s->state = SOCKET_NEW;
            s->handed = 1;
            kept = s;
        }
    critical_end();
    if (!kept)
        return NULL;
    struct entry *e = entry_of(kept);
    begin(e, kept);
    e->of = of;
    return &e->tcp;
}

/* --- Datagrams and packets --- */

static void store(struct socket *s, uint32_t ip, uint16_t port, const void *data, uint32_t bytes) {
    const struct datagram d = {.bytes = bytes, .ip = ip, .port = port};
    uint32_t used = (uint32_t)(s->came - s->read);
    if (used > SOCKET_RING || SOCKET_RING - used < sizeof d + bytes) {
        s->lost++;
        return;
    }
    socket_copy_in(s->in, (uint32_t)s->came, &d, sizeof d);
    socket_copy_in(s->in, (uint32_t)(s->came + sizeof d), data, bytes);
    s->came = (uint32_t)(s->came + sizeof d + bytes);
    changed(s);
}

static void got(struct net_udp *u, const struct net_datagram *d) {
    struct entry *e = (struct entry *)((char *)u - __builtin_offsetof(struct entry, udp));
    store(e->s, d->source, d->source_port, d->data, d->bytes);
}

static void got_raw(struct net_raw *r, const struct ip_header *h, const uint8_t *data) {
    struct entry *e = (struct entry *)((char *)r - __builtin_offsetof(struct entry, raw));
    store(e->s, h->source, 0, data, h->length - (uint32_t)h->header);
}

/* Sends what stands in the ring; what nobody answers for is dropped. */
static bool send_datagrams(struct entry *e, struct socket *s) {
    static uint8_t data[SOCKET_RING / 2];
    struct datagram d;
    bool any = false;
    while ((uint32_t)(s->written - s->went) >= sizeof d) {
        uint32_t there = (uint32_t)(s->written - s->went);
        socket_copy_out(s->out, (uint32_t)s->went, &d, sizeof d);
        if (there > SOCKET_RING || d.bytes > sizeof data || d.bytes > there - sizeof d) {
            s->went = s->written;
            break;
        }
        socket_copy_out(s->out, (uint32_t)(s->went + sizeof d), data, d.bytes);
        uint8_t protocol = s->kind == EXOS_RAW ? (uint8_t)s->protocol : (uint8_t)IP_UDP;
        if (e->path.ip != d.ip || e->path.target != d.port)
            net_path(&net, &e->path, d.ip, protocol, (uint16_t)s->port, (uint16_t)d.port);
        long error = s->kind == EXOS_RAW ? net_ip_send(&net, &e->path, data, d.bytes)
                                         : net_udp_send(&net, &e->path, data, d.bytes);
        if (error == -E_AGAIN || error == -E_FULL)
            break;
        s->lost += error != 0;
        s->went = (uint32_t)(s->went + sizeof d + d.bytes);
        any = true;
    }
    if (any)
        changed(s);
    return any;
}

/* --- What sockets ask --- */

static long bind(struct entry *e, struct socket *s, uint16_t port) {
    if (e->udp.got || e->raw.got || e->listener.wants)
        return -E_INVALID;
    long error = 0;
    if (s->kind == EXOS_RAW) {
        e->raw =
            (struct net_raw){.next = net.raw, .got = got_raw, .protocol = (uint8_t)s->protocol};
        net.raw = &e->raw;
    } else if (s->kind == EXOS_DATAGRAM) {
        e->udp = (struct net_udp){.got = got, .port = port};
        error = net_udp_open(&net, &e->udp);
        if (error)
            e->udp.got = NULL;
        port = e->udp.port;
    }
    if (!error)
        s->port = port;
    return error;
}

static long listen(struct entry *e, struct socket *s) {
    if (s->kind != EXOS_STREAM || s->state != SOCKET_NEW || !s->port)
        return -E_INVALID;
    s->argument = s->argument < 1 ? 1 : s->argument > SOCKET_WAIT ? SOCKET_WAIT : s->argument;
    e->listener = (struct net_listener){.wants = wants,
                                        .room = SOCKET_RING,
                                        .port = (uint16_t)s->port,
                                        .tcp = {.half = e->half, .count = HALVES}};
    long error = net_listen(&net, &e->listener);
    if (error)
        e->listener.wants = NULL;
    else
        s->state = SOCKET_LISTENS;
    return error;
}

static long connect(struct entry *e, struct socket *s) {
    if (s->kind != EXOS_STREAM) {
        s->peer = s->to;
        return s->port ? 0 : bind(e, s, 0);
    }
    if (s->state != SOCKET_NEW)
        return -E_INVALID;
    begin(e, s);
    long error = net_tcp_open(&net, &e->tcp, s->to.ip, s->to.port);
    if (error)
        return error;
    e->connection = true;
    s->state = SOCKET_CONNECTS;
    s->peer = s->to;
    s->port = e->tcp.t.source;
    return 0;
}

static void answer(struct entry *e, struct socket *s) {
    if (e->s != s)
        *e = (struct entry){.s = s};
    long result = s->request == SOCKET_BIND      ? bind(e, s, (uint16_t)s->argument)
                  : s->request == SOCKET_LISTEN  ? listen(e, s)
                  : s->request == SOCKET_CONNECT ? connect(e, s)
                                                 : -E_INVALID;
    s->result = result;
    changed(s);
    s->done = s->asked;
}

/* --- Nobody has it any more --- */

static void drop_waiting(struct socket *l) {
    for (unsigned n = 0; n < SOCKET_WAIT && l->accepted != l->waiting; n++, l->accepted++)
        sockets->socket[l->waits[l->accepted % SOCKET_WAIT] % SOCKETS].handed = 0;
}

static void leave(struct entry *e, struct socket *s) {
    if (e->s == s) {
        if (e->udp.got)
            net_udp_close(&net, &e->udp);
        for (struct net_raw **r = &net.raw; e->raw.got && *r; r = &(*r)->next)
            if (*r == &e->raw) {
                *r = e->raw.next;
                break;
            }
        if (e->listener.wants) {
            net_listen_end(&net, &e->listener);
            drop_waiting(s);
        }
        e->udp.got = NULL;
        e->raw.got = NULL;
        e->listener.wants = NULL;
        if (e->connection && !e->closed) {
            e->closed = true;
            if (DEFENDED(SOCKET_LEAVE))
                net_tcp_leave(&e->tcp);
            else
                net_tcp_abort(&e->tcp);
        }
        if (e->connection)
            return; /* what it wrote is on its way */
    }
    *e = (struct entry){0};
    s->state = SOCKET_FREE;
}

/* What was written goes; what was read makes room. */
static bool stream(struct entry *e, struct socket *s) {
    struct net_tcp *c = &e->tcp;
    uint32_t wrote = (uint32_t)s->written - (c->out_first + c->out_bytes);
    uint32_t read = (uint32_t)s->read - c->in_first;
    bool spoilt = wrote > SOCKET_RING - c->out_bytes || read > c->in_bytes;
    if (spoilt && DEFENDED(SOCKET_SPOILT)) {
        s->failed = 1; /* somebody spoilt it */
        net_tcp_abort(c);
        told(c, NET_CLOSED);
        return true;
    }
    if (wrote)
        net_tcp_wrote(c, wrote);
    if (read && e->connection)
        net_tcp_taken(c, read);
    if (e->connection && s->shut && !e->closed) {
        e->closed = true;
        net_tcp_close(c);
    }
    s->tcp_state = c->t.state;
    return wrote || read;
}

static bool look_at(struct socket *s) {
    struct entry *e = entry_of(s);
    bool any = s->asked != s->done;
    if (any)
        answer(e, s);
    if (e->s == s && e->connection)
        any |= stream(e, s);
    else if (e->s == s && s->kind != EXOS_STREAM)
        any |= send_datagrams(e, s);
    if (!s->users && !s->handed)
        leave(e, s);
    return any;
}

/* --- The process --- */

static bool is_alone(void) {
    for (const struct process *p = PROCESS_FIRST; p < PROCESS_END; p++)
        if (p->state == PROCESS_RUNS && p->pid != exos_getpid() && !process_has_ended(p))
            return false;
    for (const struct socket *s = sockets->socket; s < sockets->socket + SOCKETS; s++)
        if (s->state != SOCKET_FREE && !s->handed)
            return false;
    return true;
}

static long have_interface(unsigned nic, uint32_t ip, uint32_t mask, uint32_t router) {
    long arp;
    long error = frames_map(0, 0, 0, (uint64_t)LINK_AT, LINK_PAGES, EXO_WRITE | EXO_NO_EXEC);
    if (!error)
        error = link_begin(&net.link, nic, 0, 0, LINK_AT);
    if (!error)
        error = exo_packet_template(0, 0, nic, NULL, 0);
    if (error)
        return error;
    net_begin(&net, ip, mask, router, net_secret());
    net.wait = waits;
    net.waits = WAITS;
    net.whole_data = whole;
    error = net_take_all(&net, 0, &arp);
    return error < 0 ? error : arp < 0 ? arp : 0;
}

void network_run(unsigned nic, uint32_t ip, uint32_t mask, uint32_t router) {
    for (int fd = 0; fd < EXOS_FDS; fd++)
        exos_close(fd);
    long error = have_interface(nic, ip, mask, router);
    sockets->error = (uint64_t)-error;
    if (error)
        exos_exit(1);
    sockets->env = (uint64_t)exo_env_self();
    for (uint64_t swept = clock_now();;) {
        bool any = net_poll(&net);
        net_time(&net);
        for (struct socket *s = sockets->socket; s < sockets->socket + SOCKETS; s++)
            if (s->state != SOCKET_FREE)
                any |= look_at(s);
        if (clock_now() - swept > clock_ticks(SWEEP_NS)) {
            swept = clock_now();
            critical_begin();
            open_files_sweep();
            critical_end();
            if (is_alone())
                exos_exit(0);
        }
        if (!any)
            process_pass();
    }
}
