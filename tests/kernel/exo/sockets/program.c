/* SPDX-License-Identifier: MIT */
/* program.c -- the program `sockets` (sockets_cases.h). */
#include "sockets_own.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/frames.h"
#include "exo/libos/net/net.h"
#include "exo/libos/sockets/sockets_shared.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "protocol/checksum.h"
#include "protocol/icmp.h"
#include "protocol/ip.h"
#include "user/program.h"

static const struct exos_address here = {HOST_IP, 7};
static uint8_t data[100000], back[100000];

static void fill(void) {
    for (uint32_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 2654435761u >> 13);
}

/* A listener on a port of this host's; and a connection to it, with both ends. */
int listener(uint16_t port) {
    int fd = (int)exos_socket(EXOS_STREAM, 0);
    return fd < 0 || exos_bind(fd, port) || exos_listen(fd, 4) ? -1 : fd;
}

static bool pair(int *mine, int *other, uint16_t port) {
    int l = listener(port);
    *mine = (int)exos_socket(EXOS_STREAM, 0);
    if (l < 0 || *mine < 0 || exos_connect(*mine, (struct exos_address){HOST_IP, port}))
        return false;
    *other = (int)exos_accept(l, NULL);
    exos_close(l);
    return *other >= 0;
}

static long read_all(int fd, uint8_t *into, size_t bytes) {
    size_t done = 0;
    long n = 1;
    while (done < bytes && (n = exos_read(fd, into + done, bytes - done)) > 0)
        done += (size_t)n;
    return n < 0 ? n : (long)done;
}

/* The sockets are as if nobody had ever had one. */
static bool all_free(void) {
    for (int i = 0; i < 100000; i++) {
        unsigned used = 0;
        for (struct socket *s = sockets->socket; s < sockets->socket + SOCKETS; s++)
            used += *(volatile uint64_t *)&s->state != SOCKET_FREE && !s->handed;
        if (!used)
            return true;
        process_pass();
    }
    return false;
}

uint64_t case_stream(void) {
    struct exos_end end;
    struct exos_address peer;
    int mine, other;
    fill();
    MUST(pair(&mine, &other, 7));
    MUST(!exos_socket_peer(mine, &peer) && peer.ip == HOST_IP && peer.port == 7);
    MUST(!exos_socket_peer(other, &peer) && peer.port == exos_socket_port(mine));
    long pid = exos_fork();
    if (!pid) { /* echoes, by what fork gave it */
        exos_close(mine);
        long n;
        while ((n = exos_read(other, back, 3000)) > 0)
            if (exos_write(other, back, (size_t)n) != n)
                exos_exit(1);
        exos_exit(n != 0);
    }
    exos_close(other);
    long reader = exos_fork();
    if (!reader) { /* the same connection is written here, and read there */
        exos_exit(exos_write(mine, data, sizeof data) != sizeof data || exos_shutdown(mine));
    }
    MUST(pid > 0 && reader > 0);
    MUST(read_all(mine, back, sizeof back) == sizeof back);
    MUST(!memcmp(data, back, sizeof data));
    MUST(exos_read(mine, back, 1) == 0);
    MUST(exos_waitpid(reader, &end, 0) == reader && !end.status && !end.killed);
    MUST(exos_waitpid(pid, &end, 0) == pid && !end.status && !end.killed);
    exos_close(mine);
    MUST(all_free());
    return 0;
}

uint64_t case_killed(void) {
    struct exos_end end;
    int mine, other;
    fill();
    MUST(pair(&mine, &other, 7));
    long pid = exos_fork();
    if (!pid) {
        exos_close(other);
        exos_write(mine, data, 10000);
        for (;;)
            exo_env_yield(0);
    }
    MUST(pid > 0);
    exos_close(mine);
    const struct socket *s = &sockets->socket[0];
    for (int i = 0; s->written < 10000 && sockets->socket[1].written < 10000 && i < 10000; i++)
        process_pass();
    MUST(exos_signal(pid, EXOS_SIGKILL) == 0);
    MUST(exos_waitpid(pid, &end, 0) == pid && end.signal == EXOS_SIGKILL);
    MUST(read_all(other, back, sizeof back) == 10000 && !memcmp(data, back, 10000));
    exos_close(other);
    MUST(all_free());
    return 0;
}

uint64_t case_unread(void) {
    struct exos_end end;
    int mine, other;
    MUST(pair(&mine, &other, 7));
    long pid = exos_fork();
    if (!pid) {
        exos_close(mine);
        for (;;)
            exo_env_yield(0);
    }
    MUST(pid > 0);
    const volatile struct socket *there = &sockets->socket[open_file_of(other)->at.node];
    exos_close(other);
    MUST(exos_write(mine, data, 5000) == 5000);
    while (there->came < 5000)
        process_pass();
    MUST(exos_signal(pid, EXOS_SIGKILL) == 0);
    MUST(exos_waitpid(pid, &end, 0) == pid);
    /* Its data were not read, so the connection is broken: within a bound. */
    MUST(exos_read(mine, back, 1) == -E_DEAD);
    MUST(exos_write(mine, data, 1000) == -E_DEAD);
    exos_close(mine);
    MUST(all_free());
    return 0;
}

uint64_t case_passed(void) {
    struct exos_end end;
    int mine, other, ends[2], there;
    fill();
    MUST(!exos_pipe_pair(ends));
    long pid = exos_fork();
    if (!pid) { /* is told which descriptor, and goes on reading there */
        exos_close(ends[1]);
        if (exos_read(ends[0], &there, sizeof there) != sizeof there)
            exos_exit(1);
        exos_exit(read_all(there, back, sizeof back) != 4000 ||
                  memcmp(data + 1000, back, 4000) != 0);
    }
    MUST(pid > 0 && pair(&mine, &other, 7));
    MUST(exos_write(mine, data, 3000) == 3000);
    MUST(read_all(other, back, 1000) == 1000 && !memcmp(data, back, 1000));
    there = (int)exos_pass(other, (uint64_t)pid);
    MUST(there >= 0 && exos_pass(other, 999999) == -E_NOT_FOUND);
    exos_close(other);
    MUST(exos_write(ends[1], &there, sizeof there) == sizeof there);
    MUST(exos_write(mine, data + 3000, 2000) == 2000);
    exos_close(mine);
    MUST(exos_waitpid(pid, &end, 0) == pid && !end.status && !end.killed);
    MUST(all_free());
    return 0;
}

uint64_t case_polled(void) {
    int mine, other, ends[2];
    MUST(pair(&mine, &other, 7) && !exos_pipe_pair(ends));
    struct exos_poll p[] = {{.fd = other, .wanted = EXOS_POLL_READ},
                            {.fd = ends[0], .wanted = EXOS_POLL_READ}};
    MUST(exos_poll(p, 2, 1000000) == 0);
    long pid = exos_fork();
    if (!pid) {
        exos_write(ends[1], "p", 1);
        exos_exit(0);
    }
    MUST(pid > 0 && exos_poll(p, 2, -1) == 1 && !p[0].ready && p[1].ready == EXOS_POLL_READ);
    MUST(exos_read(ends[0], back, 1) == 1);
    MUST(exos_write(mine, "s", 1) == 1);
    MUST(exos_poll(p, 2, -1) == 1 && p[0].ready == EXOS_POLL_READ && !p[1].ready);
    MUST(exos_read(other, back, 1) == 1 && back[0] == 's');
    MUST(exos_poll(p, 2, 1000000) == 0);
    exos_close(mine);
    MUST(exos_poll(p, 1, -1) == 1 && exos_read(other, back, 1) == 0);
    return 0;
}

uint64_t case_datagrams(void) {
    struct exos_address from;
    int a = (int)exos_socket(EXOS_DATAGRAM, 0), b = (int)exos_socket(EXOS_DATAGRAM, 0);
    fill();
    MUST(a >= 0 && b >= 0 && !exos_bind(a, 7) && exos_bind(b, 7) == -E_EXISTS && !exos_bind(b, 0));
    MUST(exos_socket_port(b) >= 49152);
    MUST(exos_send_to(b, here, data, 1472) == 1472);
    MUST(exos_send_to(b, here, data, 0) == 0);
    MUST(exos_receive_from(a, &from, back, sizeof back) == 1472 && !memcmp(data, back, 1472));
    MUST(from.ip == HOST_IP && from.port == exos_socket_port(b));
    MUST(exos_receive_from(a, &from, back, sizeof back) == 0);
    /* What is more than there is room for is lost, and what is there stays whole. */
    for (int i = 0; i < 40; i++)
        MUST(exos_send_to(b, here, data + i, 1000) == 1000);
    for (int i = 0; i < 8; i++)
        MUST(exos_receive_from(a, &from, back, sizeof back) == 1000 &&
             !memcmp(data + i, back, 1000));
    MUST(!exos_set_flags(b, EXOS_NONBLOCK) && exos_receive_from(b, &from, back, 10) == -E_AGAIN);
    exos_close(a);
    exos_close(b);
    MUST(all_free());
    return 0;
}

uint64_t case_raw(void) {
    const struct icmp_message echo = {.type = ICMP_ECHO, .id = 5, .seq = 6};
    struct icmp_message m;
    struct exos_address from;
    uint8_t message[ICMP_HEADER + 3000];
    fill();
    memcpy(message + ICMP_HEADER, data, 3000);
    icmp_put(message, &echo, sum_bytes(data, 3000));
    int fd = (int)exos_socket(EXOS_RAW, IP_ICMP);
    MUST(fd >= 0);
    MUST(exos_send_to(fd, here, message, 64 + ICMP_HEADER) > 0); /* not the whole: a bad sum */
    icmp_put(message, &echo, sum_bytes(data, 1000));
    MUST(exos_send_to(fd, here, message, 1000 + ICMP_HEADER) > 0);
    long n;
    do
        n = exos_receive_from(fd, &from, back, sizeof back);
    while (n > 0 && (!icmp_get(back, (uint32_t)n, &m) || m.type != ICMP_ECHO_REPLY));
    MUST(n == 1000 + ICMP_HEADER && m.id == 5 && m.seq == 6 && from.ip == HOST_IP);
    MUST(!memcmp(back + ICMP_HEADER, data, 1000));
    exos_close(fd);
    MUST(all_free());
    return 0;
}

/* What is there when all connections are gone: the same after any number of them. So few that
 * nothing is compared: others use memory meanwhile. */
enum { BEFORE = 50 };
static uint64_t many(uint64_t count) {
    int mine, other;
    uint64_t before = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (i == BEFORE) /* pages that fork shared are their own by then */
            before = frames_free();
        MUST(pair(&mine, &other, (uint16_t)(1000 + i % 50)));
        MUST(exos_write(mine, data, 100) == 100 && read_all(other, back, 100) == 100);
        exos_close(i % 2 ? mine : other);
        exos_close(i % 2 ? other : mine);
        MUST(i % 10 || all_free());
    }
    MUST(all_free() && (count <= BEFORE || frames_free() == before));
    return 0;
}

uint64_t so_many;
uint64_t case_many(void) {
    return many(so_many);
}

uint64_t case_spoilt(void) {
    int mine, other, a, b;
    MUST(pair(&mine, &other, 7) && pair(&a, &b, 8));
    for (uint64_t i = 0; i < 2000; i++) {
        struct socket *s = &sockets->socket[open_file_of(i % 2 ? mine : other)->at.node];
        uint64_t word = (i * 0x9e3779b97f4a7c15) >> (i % 60);
        uint64_t *const words[] = {&s->read, &s->written, &s->argument, &s->request};
        *words[i / 2 % 4] = word;
        if (i % 7 == 0)
            s->asked++;
        process_pass();
    }
    int l = listener(9), late = (int)exos_socket(EXOS_STREAM, 0);
    MUST(l >= 0 && !exos_connect(late, (struct exos_address){HOST_IP, 9}));
    sockets->socket[open_file_of(l)->at.node].accepted += 5; /* more than came */
    exos_close(l);
    MUST(exos_write(a, "still", 5) == 5 && read_all(b, back, 5) == 5 && !memcmp(back, "still", 5));
    return 0;
}

uint64_t case_slow(void) {
    int mine, other, a, b;
    MUST(pair(&mine, &other, 7) && pair(&a, &b, 8));
    MUST(!exos_set_flags(mine, EXOS_NONBLOCK));
    long n, all = 0;
    for (int i = 0; i < 2000; i++) {
        n = exos_write(mine, data, 1000);
        all += n > 0 ? n : 0;
        process_pass();
    }
    MUST(n == -E_AGAIN && all <= 2 * (long)SOCKET_RING);
    MUST(exos_write(a, "quick", 5) == 5 && read_all(b, back, 5) == 5);
    MUST(read_all(other, back, (size_t)all) == all);
    return 0;
}

/* To a port of nobody's. */
uint64_t case_flooded(void) {
    const struct exos_address nobody = {HOST_IP, 9};
    struct exos_address from;
    unsigned told = 0;
    int raw = (int)exos_socket(EXOS_RAW, IP_ICMP), a = (int)exos_socket(EXOS_DATAGRAM, 0);
    MUST(raw >= 0 && a >= 0 && !exos_bind(a, 0) && !exos_set_flags(raw, EXOS_NONBLOCK));
    for (int i = 0; i < 400; i++) {
        MUST(exos_send_to(a, nobody, data, 20) == 20);
        for (int pass = 0; pass < 4; pass++)
            process_pass();
        while (exos_receive_from(raw, &from, back, sizeof back) > 0)
            told++;
    }
    MUST(told >= NET_ERRORS && told < 2 * NET_ERRORS);
    exos_close(raw);
    exos_close(a);
    MUST(all_free());
    return 0;
}

uint64_t program_main(uint64_t which, uint64_t b, const char *words) {
#define SOCKETS_CASE(name) [CASE_##name] = case_##name,
    static uint64_t (*const cases[])(void) = {SOCKETS_CASES(SOCKETS_CASE)};
    (void)b, (void)words;
    so_many = which >> 32;
    slice_handle();
    if (exos_begin() || exos_files_begin(64))
        return __LINE__;
    long error = exos_sockets_begin(0, HOST_IP, 0xffffff00, 0);
    uint64_t line = error ? (uint64_t)-error + 10000 : cases[(uint32_t)which]();
    exos_sockets_end();
    exos_exit(line);
}
