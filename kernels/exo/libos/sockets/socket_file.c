/* SPDX-License-Identifier: MIT */
/* socket_file.c -- a socket as a file: its rings, within critical sections. */
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/sockets/sockets_shared.h"

#include "lib/error.h"
#include "lib/string.h"

void socket_copy_in(uint8_t *ring, uint32_t at, const void *from, uint32_t bytes) {
    uint32_t place = at % SOCKET_RING, first = SOCKET_RING - place;
    first = first < bytes ? first : bytes;
    memcpy(ring + place, from, first);
    memcpy(ring, (const uint8_t *)from + first, bytes - first);
}

void socket_copy_out(const uint8_t *ring, uint32_t at, void *into, uint32_t bytes) {
    uint32_t place = at % SOCKET_RING, first = SOCKET_RING - place;
    first = first < bytes ? first : bytes;
    memcpy(into, ring + place, first);
    memcpy((uint8_t *)into + first, ring, bytes - first);
}

static struct socket *socket_of(const struct open_file *f) {
    return &sockets->socket[f->at.node % SOCKETS];
}

static uint32_t there(const struct socket *s) {
    uint32_t n = (uint32_t)(s->came - s->read);
    return n <= SOCKET_RING ? n : 0;
}

static uint32_t room(const struct socket *s) {
    uint32_t n = (uint32_t)(s->written - s->went);
    return n <= SOCKET_RING ? SOCKET_RING - n : 0;
}

static long read_stream(struct socket *s, void *into, uint32_t bytes) {
    uint32_t n = there(s) < bytes ? there(s) : bytes;
    if (!n && bytes && s->failed)
        return -E_DEAD;
    if (!n && bytes && (s->ended || s->state == SOCKET_DEAD))
        return 0;
    if (!n && bytes)
        return s->state == SOCKET_OPEN || s->state == SOCKET_CONNECTS ? -E_AGAIN : -E_INVALID;
    socket_copy_out(s->in, (uint32_t)s->read, into, n);
    s->read = (uint32_t)(s->read + n);
    return n;
}

static long socket_read(struct open_file *f, uint64_t at, void *into, size_t bytes) {
    struct socket *s = socket_of(f);
    struct exos_address from;
    (void)at;
    if (s->kind == EXOS_STREAM)
        return read_stream(s, into, (uint32_t)bytes);
    return socket_take(s, &from, into, bytes);
}

long socket_take(struct socket *s, struct exos_address *from, void *into, size_t bytes) {
    struct datagram d;
    if (there(s) < sizeof d)
        return s->state == SOCKET_DEAD ? -E_DEAD : -E_AGAIN;
    socket_copy_out(s->in, (uint32_t)s->read, &d, sizeof d);
    if (d.bytes > there(s) - sizeof d) { /* somebody spoilt it, and it is empty again */
        s->read = s->came;
        return -E_AGAIN;
    }
    uint32_t n = d.bytes < bytes ? d.bytes : (uint32_t)bytes;
    socket_copy_out(s->in, (uint32_t)(s->read + sizeof d), into, n);
    s->read = (uint32_t)(s->read + sizeof d + d.bytes);
    *from = (struct exos_address){d.ip, (uint16_t)d.port};
    return n;
}

long socket_put(struct socket *s, struct exos_address to, const void *from, size_t bytes) {
    const struct datagram d = {.bytes = (uint32_t)bytes, .ip = to.ip, .port = to.port};
    if (s->shut || s->state == SOCKET_DEAD)
        return -E_DEAD;
    if (!to.ip)
        return -E_INVALID;
    if (bytes > SOCKET_RING / 2)
        return -E_TOO_LONG;
    if (room(s) < sizeof d + bytes)
        return -E_AGAIN;
    socket_copy_in(s->out, (uint32_t)s->written, &d, sizeof d);
    socket_copy_in(s->out, (uint32_t)(s->written + sizeof d), from, d.bytes);
    s->written = (uint32_t)(s->written + sizeof d + bytes);
    return (long)bytes;
}

static long socket_write(struct open_file *f, uint64_t at, const void *from, size_t bytes) {
    struct socket *s = socket_of(f);
    (void)at;
    if (s->kind != EXOS_STREAM)
        return socket_put(s, s->peer, from, bytes);
    if (s->shut || s->failed || s->state == SOCKET_DEAD)
        return -E_DEAD;
    if (s->state != SOCKET_OPEN && s->state != SOCKET_CONNECTS)
        return -E_INVALID;
    uint32_t n = room(s) < bytes ? room(s) : (uint32_t)bytes;
    if (!n && bytes)
        return -E_AGAIN;
    socket_copy_in(s->out, (uint32_t)s->written, from, n);
    s->written = (uint32_t)(s->written + n);
    return n;
}

static unsigned socket_ready(const struct open_file *f) {
    const struct socket *s = socket_of(f);
    unsigned ready = 0;
    if (there(s) || s->ended || s->waiting != s->accepted || s->state == SOCKET_DEAD)
        ready |= EXOS_POLL_READ;
    if (s->kind != EXOS_STREAM ? room(s) >= 2048 : s->state == SOCKET_OPEN && room(s))
        ready |= EXOS_POLL_WRITE;
    if (s->state == SOCKET_DEAD)
        ready |= EXOS_POLL_WRITE | EXOS_POLL_ENDED;
    return ready;
}

/* Whatever it waits for, the network's process does. */
static void socket_wakes(const struct open_file *f, unsigned wanted, struct sum *sum,
                         uint64_t tag) {
    struct socket *s = socket_of(f);
    (void)wanted;
    sum_term(sum, TERM_NE, sum_variable(sum, &s->events), TERM_CONSTANT, s->events);
    sum_end(sum, tag);
}

static void socket_use(uint32_t node, int by) {
    sockets->socket[node % SOCKETS].users += (uint64_t)(int64_t)by;
}

const struct nameless socket_files = {
    .use = socket_use,
    .file = {socket_read, socket_write, socket_ready, socket_wakes, false},
};
