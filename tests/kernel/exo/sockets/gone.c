/* SPDX-License-Identifier: MIT */
/* gone.c -- processes that end, and what a stranger on the wire sees of their connections. */
#include "sockets_own.h"
#include "stranger.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/sockets/sockets_shared.h"
#include "exo/libos/yield.h"
#include "lib/string.h"

enum { WRITTEN = 10000 };
static struct stranger_end end;
static uint8_t data[WRITTEN], back[WRITTEN + 1];

static _Noreturn void idle(void) {
    for (;;)
        exo_env_yield(0);
}

/* A child accepts, writes so many bytes, and ends as it likes; its pid. */
static long child(int l, uint32_t bytes, bool exits) {
    const long pid = exos_fork();
    if (pid)
        return pid;
    const int fd = (int)exos_accept(l, NULL);
    if (fd < 0 || exos_write(fd, data, bytes) != (long)bytes)
        exos_exit(1);
    if (exits)
        exos_exit(0); /* the end closes it */
    idle();
}

static bool ended(long pid, bool by_kill) {
    struct exos_end how = {0};
    long got;
    while (!(got = exos_waitpid(pid, &how, EXOS_AT_ONCE)))
        stranger_step();
    return got == pid && (by_kill ? how.signal == EXOS_SIGKILL : !how.status && !how.signal);
}

/* All bytes that somebody wrote, wherever it stands. */
static uint64_t written(void) {
    uint64_t all = 0;
    for (const volatile struct socket *s = sockets->socket; s < sockets->socket + SOCKETS; s++)
        all += s->state == SOCKET_OPEN ? s->written : 0;
    return all;
}

uint64_t case_unsent(void) {
    const int l = listener(7);
    MUST(l >= 0 && stranger_begin());
    for (uint32_t i = 0; i < WRITTEN; i++)
        data[i] = (uint8_t)(i * 2654435761u >> 13);
    for (int killed = 0; killed < 2; killed++) {
        const long pid = child(l, WRITTEN, !killed);
        MUST(pid > 0 && stranger_connects(&end, HOST_IP, 7, NULL));
        for (int i = 0; killed && written() < WRITTEN; i++) {
            MUST(i < 100000);
            process_pass(); /* the stranger takes nothing meanwhile */
        }
        MUST(!killed || !exos_signal(pid, EXOS_SIGKILL));
        MUST(ended(pid, killed));
        MUST(stranger_reads(&end, back, sizeof back) == WRITTEN && !memcmp(data, back, WRITTEN));
        MUST(stranger_until(&end.ended) && !end.failed);
        net_tcp_close(&end.c);
        MUST(stranger_until(&end.closed) && !end.failed);
    }
    /* Who did not read what came, and is killed: the peer is told. */
    const long pid = child(l, 0, false);
    MUST(pid > 0 && stranger_connects(&end, HOST_IP, 7, NULL));
    MUST(net_tcp_write(&end.c, data, 5000) == 5000);
    for (int i = 0; i < 50; i++)
        stranger_step();
    MUST(!exos_signal(pid, EXOS_SIGKILL) && ended(pid, true));
    MUST(stranger_until(&end.closed) && end.failed);
    return 0;
}

/* --- TIME_WAIT --- */

static uint32_t acks, resets, echo; /* echo: the time in what this end sent last */
static void heard(struct net_raw *self, const struct ip_header *h, const uint8_t *packet) {
    struct tcp_segment s;
    (void)self;
    if (!tcp_get(packet, (uint32_t)h->length - h->header, &s))
        return;
    echo = s.echo;
    acks += (s.flags & (TCP_ACK | TCP_RST)) == TCP_ACK;
    resets += (s.flags & TCP_RST) != 0;
}

uint64_t case_waits(void) {
    static struct net_raw raw = {.got = heard, .protocol = IP_TCP};
    const int l = listener(7);
    MUST(l >= 0 && stranger_begin());
    stranger.raw = &raw;
    const long pid = child(l, 100, true);
    MUST(pid > 0 && stranger_connects(&end, HOST_IP, 7, NULL) && ended(pid, false));
    MUST(stranger_until(&end.ended));
    const struct tcp was = end.c.t;
    net_tcp_close(&end.c);
    MUST(stranger_until(&end.closed) && !end.failed);
    /* Its process has ended, and its listener, and each end: the FIN comes once more. */
    exos_close(l);
    for (int i = 0; i < 100; i++)
        stranger_step();
    acks = resets = 0;
    const struct tcp_segment fin = {.source = was.source,
                                    .target = was.target,
                                    .seq = was.snd_max,
                                    .ack = was.rcv_nxt,
                                    .flags = TCP_FIN | TCP_ACK,
                                    .options = TCP_HAS_TIME,
                                    .time = echo + 1,
                                    .window = 1000};
    stranger_segment(STRANGER_IP, HOST_IP, &fin);
    MUST(stranger_until(&acks) && !resets);
    return 0;
}
