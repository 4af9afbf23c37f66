/* SPDX-License-Identifier: MIT */
/* servers.c -- see nettools.h: echo, sink, source and web, by TCP; echo by UDP, too. */
#include "exo/libos/nettools/nettools.h"
#include "exo/libos/nettools/web_talk.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/frames.h"
#include "exo/libos/sockets/sockets.h"
#include "exo/libos/time/clock.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"

#define CONNECTIONS 6
#define LOOK_NS     20000000l /* then it looks whether it is to stop */
#define CHUNK       4096
#define QUIET_NS    1000000000ul /* who did nothing for so long makes place for who comes */

enum what { ECHO, SINK, SOURCE, WEB, SERVERS };
static const struct {
    const char *name;
    uint16_t port;
} servers[SERVERS] = {{"echo", 7}, {"sink", 9}, {"source", 19}, {"web", 80}};

/* Which run, in a page that all processes have. */
#define RUNNING ((struct running *)0x6b0000000000)
static struct running {
    volatile uint64_t stop;
    long pid; /* 0: it does not run */
    uint64_t port;
} *const running = RUNNING;

static int fds[1 + 1 + CONNECTIONS]; /* the listener, datagrams, connections; -1: none */
static uint64_t sent[1 + 1 + CONNECTIONS];
static uint8_t bytes[CHUNK];
static struct web_talk talks[CONNECTIONS];
static bool writes[CONNECTIONS];    /* it waits until more can be written */
static uint64_t moved[CONNECTIONS]; /* when its bytes went last, or came where none go */
static struct echo {
    uint32_t at, bytes; /* gone, and there */
    uint8_t of[CHUNK];
} echoes[CONNECTIONS];

/* --- A server's process --- */

static void drop(unsigned i) {
    exos_close(fds[i]);
    fds[i] = -1;
}

static void echo_datagram(void) {
    struct exos_address from;
    long n = exos_receive_from(fds[1], &from, bytes, sizeof bytes);
    if (n >= 0)
        exos_send_to(fds[1], from, bytes, (size_t)n);
}

static uint64_t time_now(void) {
    return clock_ns(clock_now());
}

/* A free place, or that of who has been quiet the longest, if that is long; 0: there is none. So
 * nobody holds all places who takes no answers, also if he asks a little now and then. */
static unsigned place(enum what what) {
    unsigned oldest = 2;
    for (unsigned i = 2; i < 2 + CONNECTIONS; i++) {
        if (fds[i] < 0)
            return i;
        if (moved[i - 2] < moved[oldest - 2])
            oldest = i;
    }
    if (time_now() - moved[oldest - 2] < QUIET_NS)
        return 0;
    if (what == WEB)
        web_talk_end(&talks[oldest - 2]);
    else
        exos_close(fds[oldest]);
    return oldest;
}

static void take_one(enum what what) {
    const int fd = (int)exos_accept(fds[0], NULL);
    const unsigned i = fd < 0 ? 0 : place(what);
    if (!i) {
        exos_close(fd);
        return;
    }
    fds[i] = fd;
    sent[i] = 0;
    exos_set_flags(fd, EXOS_NONBLOCK);
    web_talk_begin(&talks[i - 2], fd);
    echoes[i - 2].at = echoes[i - 2].bytes = 0;
    writes[i - 2] = what == SOURCE;
    moved[i - 2] = time_now();
}

/* Bytes of answers that went. */
static long talk(unsigned i) {
    const enum web_step step = web_talk(&talks[i - 2]);
    const uint64_t went = talks[i - 2].sent - sent[i];
    sent[i] = talks[i - 2].sent;
    writes[i - 2] = step == WEB_WANTS_WRITE;
    if (step == WEB_ENDED)
        fds[i] = -1;
    return went ? (long)went : -E_AGAIN;
}

/* All of what came goes before more is read. */
static long echo(unsigned i) {
    struct echo *e = &echoes[i - 2];
    if (e->at == e->bytes) {
        const long n = exos_read(fds[i], e->of, sizeof e->of);
        if (n <= 0)
            return n;
        e->at = 0;
        e->bytes = (uint32_t)n;
    }
    const long n = exos_write(fds[i], e->of + e->at, e->bytes - e->at);
    e->at += n > 0 ? (uint32_t)n : 0;
    writes[i - 2] = e->at < e->bytes;
    return n;
}

static long send_lines(unsigned i) {
    lines_from(sent[i] / LINE_BYTES, bytes, sizeof bytes);
    const size_t within = sent[i] % LINE_BYTES;
    const long n = exos_write(fds[i], bytes + within, sizeof bytes - within);
    sent[i] += n > 0 ? (uint64_t)n : 0;
    return n;
}

/* What came in a connection, or that it takes more. */
static void go_on(enum what what, unsigned i) {
    const long n = what == WEB      ? talk(i)
                   : what == ECHO   ? echo(i)
                   : what == SOURCE ? send_lines(i)
                                    : exos_read(fds[i], bytes, sizeof bytes);
    if (n > 0)
        moved[i - 2] = time_now();
    else if (n != -E_AGAIN)
        drop(i);
}

static void look(enum what what) {
    struct exos_poll p[2 + CONNECTIONS];
    for (unsigned i = 0; i < 2 + CONNECTIONS; i++)
        p[i] = (struct exos_poll){
            .fd = fds[i], .wanted = i > 1 && writes[i - 2] ? EXOS_POLL_WRITE : EXOS_POLL_READ};
    if (exos_poll(p, 2 + CONNECTIONS, LOOK_NS) <= 0)
        return;
    if (p[0].ready)
        take_one(what);
    if (p[1].ready)
        echo_datagram();
    for (unsigned i = 2; i < 2 + CONNECTIONS; i++)
        if (p[i].ready)
            go_on(what, i);
}

static _Noreturn void serve(enum what what, uint16_t port) {
    for (unsigned i = 0; i < 2 + CONNECTIONS; i++)
        fds[i] = -1;
    fds[0] = (int)exos_socket(EXOS_STREAM, 0);
    long error = fds[0] < 0 ? fds[0] : exos_bind(fds[0], port);
    if (!error)
        error = exos_listen(fds[0], CONNECTIONS);
    if (!error && what == ECHO) {
        fds[1] = (int)exos_socket(EXOS_DATAGRAM, 0);
        error = fds[1] < 0 ? fds[1] : exos_bind(fds[1], port);
    }
    if (error) {
        say("%s: port %u: %s", servers[what].name, port, error_sentence((int)error));
        exos_exit(1);
    }
    say("%s: runs, port %u", servers[what].name, port);
    while (!running[what].stop)
        look(what);
    for (unsigned i = 0; i < 2 + CONNECTIONS; i++)
        drop(i);
    say("%s: stopped", servers[what].name);
    exos_exit(0);
}

/* --- Who starts and stops them --- */

void servers_begin(void) {
    if (!frames_map(0, 0, 0, (uint64_t)RUNNING, 1, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED))
        memset(RUNNING, 0, 4096);
}

static enum what which(const char *line, size_t *length) {
    *length = word_length(line);
    unsigned i = 0;
    while (i < SERVERS &&
           (strlen(servers[i].name) != *length || memcmp(servers[i].name, line, *length) != 0))
        i++;
    return i;
}

bool server_run(const char *line) {
    size_t length;
    uint64_t port = 0;
    enum what what = which(line, &length);
    if (what == SERVERS) {
        say("no such server: %s; there are: echo, sink, source, web", line);
        return false;
    }
    for (const char *c = line + length; *c; c++)
        if (*c >= '0' && *c <= '9' && port < 65536)
            port = port * 10 + (uint64_t)(*c - '0');
    if (port > 65535) {
        say("%s: a port is a number below 65536", servers[what].name);
        return false;
    }
    struct running *r = &running[what];
    if (r->pid && process_lives((uint64_t)r->pid)) {
        say("%s: it runs", servers[what].name);
        return false;
    }
    r->stop = 0;
    long pid = exos_fork();
    if (!pid)
        serve(what, port ? (uint16_t)port : servers[what].port);
    r->pid = pid > 0 ? pid : 0;
    if (pid < 0)
        say("%s: %s", servers[what].name, error_sentence((int)pid));
    return pid > 0;
}

void server_stop(const char *name) {
    size_t length;
    struct exos_end end;
    enum what what = which(name, &length);
    if (what == SERVERS || !running[what].pid || !process_lives((uint64_t)running[what].pid)) {
        say("%s: it does not run", name);
        return;
    }
    running[what].stop = 1;
    exos_waitpid(running[what].pid, &end, 0);
    running[what].pid = 0;
}

void servers_stop(void) {
    for (unsigned i = 0; i < SERVERS; i++)
        if (running[i].pid && process_lives((uint64_t)running[i].pid))
            server_stop(servers[i].name);
}
