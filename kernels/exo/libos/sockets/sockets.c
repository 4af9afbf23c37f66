/* SPDX-License-Identifier: MIT */
/* sockets.c -- see sockets.h: what a program calls. */
#include "exo/libos/sockets/sockets_shared.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/exos/files/wait.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/exos/process/exec.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"

#define PAGES (sizeof(struct shared_sockets) / PAGE)

static long executes(void) {
    return exec_keep(EXOS_SOCKETS, PAGES);
}

/* The network's process gets the processor: it is whom others wait for who themselves may be waited
 * for, and be given the processor instead. */
static void push(void) {
    if (exo_env_yield(sockets->env))
        process_pass();
}

long exos_sockets_begin(unsigned nic, uint32_t ip, uint32_t mask, uint32_t router) {
    static struct process_hooks hooks = {.exec = executes, .woken = push};
    nameless = &socket_files;
    hooks_add(&hooks);
    if (exposed_entry(EXOS_SOCKETS))
        return 0;
    if (nic >= env_info()->nics)
        return -E_NOT_FOUND;
    long error = frames_map(0, 0, 0, EXOS_SOCKETS, PAGES, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED);
    if (error)
        return error;
    memset(sockets, 0, PAGES * PAGE);
    long pid = exos_fork();
    if (!pid)
        network_run(nic, ip, mask, router);
    if (pid < 0)
        return pid;
    sockets->pid = (uint64_t)pid;
    while (!*(volatile uint64_t *)&sockets->env && process_lives((uint64_t)pid))
        process_pass();
    return sockets->error ? -(long)sockets->error : sockets->env ? 0 : -E_DEAD;
}

void exos_sockets_end(void) {
    struct exos_end end;
    if (!exos_kill(sockets->pid))
        exos_waitpid((long)sockets->pid, &end, 0);
}

uint64_t exos_sockets_env(void) {
    return sockets->env;
}

/* --- Descriptors --- */

/* The socket that a descriptor is; null: it is none. */
static struct socket *socket_at(int fd) {
    const struct open_file *f = open_file_of(fd);
    return f && f->at.tree == TREE_NAMELESS ? &sockets->socket[f->at.node % SOCKETS] : NULL;
}

/* A descriptor of it; within a critical section. */
static long descriptor_of(struct socket *s) {
    const struct vnode at = {TREE_NAMELESS, (uint32_t)(s - sockets->socket)};
    struct open_file *f = open_file_new(at, EXOS_READ | EXOS_WRITE);
    if (!f)
        return -E_FULL;
    long fd = descriptor_new(f, 0, EXOS_FDS, false);
    if (fd < 0)
        open_file_drop(f);
    return fd;
}

static long make(enum exos_socket kind, unsigned protocol) {
    for (struct socket *s = sockets->socket; s < sockets->socket + SOCKETS; s++)
        if (s->state == SOCKET_FREE && !s->users) {
            memset(s, 0, __builtin_offsetof(struct socket, in));
            s->kind = kind;
            s->protocol = protocol;
            s->state = SOCKET_NEW;
            long fd = descriptor_of(s);
            if (fd < 0)
                s->state = SOCKET_FREE;
            return fd;
        }
    return -E_FULL;
}

long exos_socket(enum exos_socket kind, unsigned protocol) {
    if (kind < EXOS_STREAM || kind > EXOS_RAW || protocol > 255)
        return -E_INVALID;
    critical_begin();
    long fd = make(kind, protocol);
    critical_end();
    return fd < 0 || kind != EXOS_RAW ? fd : exos_bind((int)fd, 0) ? -E_FULL : fd;
}

static long give_to(const struct open_file *f, uint64_t pid) {
    for (struct row *r = files->row; f && r < files->row + PROCESSES; r++) {
        if (r->pid != pid || !process_lives(pid))
            continue;
        for (int fd = 0; fd < EXOS_FDS; fd++)
            if (!r->file[fd]) {
                struct open_file *shared = &files->file[f - files->file];
                shared->users++;
                r->cloexec[fd] = 0;
                r->file[fd] = (uint16_t)(f - files->file + 1);
                return fd;
            }
        return -E_FULL;
    }
    return -E_NOT_FOUND;
}

long exos_pass(int fd, uint64_t pid) {
    critical_begin();
    long there = give_to(open_file_of(fd), pid);
    critical_end();
    return there;
}

/* --- What the network's process is asked --- */

static long ask(int fd, enum socket_request request, uint64_t argument, struct exos_address to) {
    critical_begin();
    struct socket *s = socket_at(fd);
    if (s) {
        s->request = request;
        s->argument = argument;
        s->to = to;
        s->asked++;
    }
    critical_end();
    if (!s)
        return -E_NOT_FOUND;
    while (*(volatile uint64_t *)&s->done != s->asked) {
        if (!process_lives(sockets->pid))
            return -E_DEAD;
        push();
    }
    return s->result;
}

long exos_bind(int fd, uint16_t port) {
    return ask(fd, SOCKET_BIND, port, (struct exos_address){0});
}

long exos_listen(int fd, unsigned waiting) {
    return ask(fd, SOCKET_LISTEN, waiting, (struct exos_address){0});
}

long exos_connect(int fd, struct exos_address to) {
    long error = ask(fd, SOCKET_CONNECT, 0, to);
    const struct socket *s = error ? NULL : socket_at(fd);
    while (s && *(const volatile uint64_t *)&s->state == SOCKET_CONNECTS) {
        error = files_wait(fd, EXOS_POLL_WRITE);
        if (error)
            return error;
    }
    return error ? error : s && s->state == SOCKET_OPEN ? 0 : -E_DEAD;
}

static long accept_one(struct socket *s, struct exos_address *peer) {
    if (!s || s->state != SOCKET_LISTENS)
        return s ? -E_INVALID : -E_NOT_FOUND;
    if (s->waiting == s->accepted)
        return -E_AGAIN;
    struct socket *new = &sockets->socket[s->waits[s->accepted % SOCKET_WAIT] % SOCKETS];
    long fd = descriptor_of(new);
    if (fd < 0)
        return fd;
    new->handed = 0;
    s->accepted++;
    if (peer)
        *peer = new->peer;
    return fd;
}

long exos_accept(int fd, struct exos_address *peer) {
    struct exos_address from;
    for (;;) {
        critical_begin();
        const struct open_file *f = open_file_of(fd);
        bool waits = f && !(f->flags & EXOS_NONBLOCK);
        long new = accept_one(socket_at(fd), &from);
        critical_end();
        if (new >= 0 && peer)
            *peer = from;
        if (new != -E_AGAIN || !waits)
            return new;
        long error = files_wait(fd, EXOS_POLL_READ);
        if (error)
            return error;
    }
}

long exos_shutdown(int fd) {
    critical_begin();
    struct socket *s = socket_at(fd);
    if (s)
        s->shut = 1;
    critical_end();
    if (s)
        push();
    return s ? 0 : -E_NOT_FOUND;
}

/* --- Datagrams --- */

/* Bytes of the caller's that are there to be read, or written: faults come here. */
#define MOST (SOCKET_RING / 2)
static uint8_t copy[MOST];

long exos_send_to(int fd, struct exos_address to, const void *data, size_t bytes) {
    if (bytes > MOST)
        return -E_TOO_LONG;
    for (;;) {
        memcpy(copy, data, bytes);
        critical_begin();
        struct socket *s = socket_at(fd);
        const struct open_file *f = open_file_of(fd);
        bool waits = f && !(f->flags & EXOS_NONBLOCK);
        long sent = !s                       ? -E_NOT_FOUND
                    : s->kind == EXOS_STREAM ? -E_INVALID
                                             : socket_put(s, to, copy, bytes);
        critical_end();
        push();
        if (sent != -E_AGAIN || !waits)
            return sent;
    }
}

long exos_receive_from(int fd, struct exos_address *from, void *into, size_t bytes) {
    bytes = bytes < MOST ? bytes : MOST;
    for (;;) {
        struct exos_address who = {0};
        memset(copy, 0, sizeof copy);
        critical_begin();
        struct socket *s = socket_at(fd);
        const struct open_file *f = open_file_of(fd);
        bool waits = f && !(f->flags & EXOS_NONBLOCK);
        long n = !s                       ? -E_NOT_FOUND
                 : s->kind == EXOS_STREAM ? -E_INVALID
                                          : socket_take(s, &who, copy, bytes);
        critical_end();
        if (n >= 0) {
            memcpy(into, copy, (size_t)n);
            if (from)
                *from = who;
        }
        if (n != -E_AGAIN || !waits)
            return n;
        long error = files_wait(fd, EXOS_POLL_READ);
        if (error)
            return error;
    }
}

/* --- What a socket is --- */

long exos_socket_port(int fd) {
    const struct socket *s = socket_at(fd);
    return s ? (long)s->port : -E_NOT_FOUND;
}

long exos_socket_peer(int fd, struct exos_address *peer) {
    const struct socket *s = socket_at(fd);
    if (s)
        *peer = s->peer;
    return s ? 0 : -E_NOT_FOUND;
}

int exos_socket_see(unsigned n, struct exos_socket_seen *seen) {
    if (n >= SOCKETS)
        return 0;
    const struct socket *s = &sockets->socket[n];
    *seen = (struct exos_socket_seen){
        .kind = s->state == SOCKET_FREE || !(s->users || s->port) ? 0 : (enum exos_socket)s->kind,
        .state = (unsigned)s->tcp_state,
        .port = (uint16_t)s->port,
        .peer = s->peer,
        .unread = (uint32_t)(s->came - s->read),
        .unsent = (uint32_t)(s->written - s->went),
    };
    return 1;
}
