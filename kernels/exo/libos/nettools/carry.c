/* SPDX-License-Identifier: MIT */
/* carry.c -- see nettools.h: whether bytes come back as they went, by an echo server (port 7). */
#include "exo/libos/nettools/nettools.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/sockets/sockets.h"
#include "lib/error.h"
#include "lib/sha256.h"
#include "lib/string.h"

#define CHUNK   4096u
#define ECHO    7
#define MOST    8000u        /* of a datagram; its socket has room for two */
#define TRIES   20           /* of one that is lost */
#define SOON_NS 300000000l   /* a datagram is back by then */
#define LONG_NS 60000000000l /* a connection that does nothing for so long has failed */

void lines_from(uint64_t number, uint8_t *into, size_t room) {
    for (; room >= LINE_BYTES; room -= LINE_BYTES, into += LINE_BYTES) {
        uint64_t rest = number++;
        for (unsigned i = LINE_BYTES - 1; i--; rest /= 10)
            into[i] = (uint8_t)('0' + rest % 10);
        into[LINE_BYTES - 1] = '\n';
    }
}

/* --- A connection --- */

static uint8_t out[CHUNK], in[CHUNK];

/* Writes from byte `at` of all lines on, or nothing where there is no room. */
static long write_on(int fd, uint64_t at, uint64_t end) {
    const size_t within = at % LINE_BYTES;
    size_t n = sizeof out - within;
    n = n < end - at ? n : (size_t)(end - at);
    lines_from(at / LINE_BYTES, out, sizeof out);
    const long wrote = exos_write(fd, out + within, n);
    return wrote == -E_AGAIN ? 0 : wrote;
}

/* 0 at the end, which is where all came back; an error. */
static long there_and_back(int fd, uint64_t bytes, uint64_t *back, struct sha256 *sum) {
    uint64_t went = 0;
    for (;;) {
        struct exos_poll p = {.fd = fd, .wanted = EXOS_POLL_READ};
        if (went < bytes)
            p.wanted |= EXOS_POLL_WRITE;
        const long ready = exos_poll(&p, 1, LONG_NS);
        if (ready <= 0)
            return ready ? ready : -E_DEAD;
        if (went < bytes) {
            const long n = write_on(fd, went, bytes);
            if (n < 0)
                return n;
            went += (uint64_t)n;
            if (went == bytes)
                exos_shutdown(fd);
        }
        const long n = exos_read(fd, in, sizeof in);
        if (n == -E_AGAIN)
            continue;
        if (n <= 0)
            return n;
        sha256_update(sum, in, (size_t)n);
        *back += (uint64_t)n;
    }
}

void carry_stream(uint32_t ip, uint64_t bytes) {
    struct sha256 sum;
    uint8_t digest[SHA256_BYTES];
    char text[2 * SHA256_BYTES + 1] = "";
    uint64_t back = 0;
    int fd = (int)exos_socket(EXOS_STREAM, 0);
    long error = fd < 0 ? fd : exos_connect(fd, (struct exos_address){ip, ECHO});
    sha256_start(&sum);
    if (!error) {
        exos_set_flags(fd, EXOS_NONBLOCK);
        error = there_and_back(fd, bytes, &back, &sum);
    }
    exos_close(fd);
    sha256_finish(&sum, digest);
    for (unsigned i = 0; i < SHA256_BYTES; i++) {
        text[2 * i] = "0123456789abcdef"[digest[i] / 16];
        text[2 * i + 1] = "0123456789abcdef"[digest[i] % 16];
    }
    if (error)
        say("carry: after %lu bytes: %s", back, error_sentence((int)error));
    else
        say("carry: %lu bytes came back, SHA-256 %s", back, text);
}

/* --- Datagrams --- */

static bool came_back(int fd, const uint8_t *data, unsigned bytes) {
    static uint8_t got[MOST];
    struct exos_address from;
    for (;;) {
        struct exos_poll p = {.fd = fd, .wanted = EXOS_POLL_READ};
        if (exos_poll(&p, 1, SOON_NS) <= 0)
            return false;
        const long n = exos_receive_from(fd, &from, got, sizeof got);
        if (n == (long)bytes && !memcmp(got, data, bytes))
            return true;
    }
}

void carry_datagrams(uint32_t ip, unsigned from, unsigned to) {
    static uint8_t data[MOST];
    unsigned came = 0, again = 0;
    int fd = (int)exos_socket(EXOS_DATAGRAM, 0);
    if (fd < 0 || exos_bind(fd, 0) || to > MOST) {
        say("carry: %s", fd < 0 ? "no socket is left" : "at most 8000 bytes");
        exos_close(fd);
        return;
    }
    for (unsigned bytes = from; bytes <= to; bytes++) {
        for (unsigned i = 0; i < bytes; i++)
            data[i] = (uint8_t)(bytes + i);
        bool is_back = false;
        for (unsigned i = 0; i < TRIES && !is_back; i++) {
            exos_send_to(fd, (struct exos_address){ip, ECHO}, data, bytes);
            is_back = came_back(fd, data, bytes);
            again += !is_back;
        }
        came += is_back;
    }
    say("carry: datagrams of %u lengths came back of %u, %u sent again", came, to - from + 1,
        again);
    exos_close(fd);
}
