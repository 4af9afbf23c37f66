/* SPDX-License-Identifier: MIT */
/* ping.c -- see nettools.h. */
#include "exo/libos/nettools/nettools.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/sockets/sockets.h"
#include "exo/libos/time/clock.h"
#include "lib/string.h"
#include "protocol/checksum.h"
#include "protocol/icmp.h"
#include "protocol/ip.h"

#define MOST      8000u
#define WAIT_NS   1000000000l
#define SOON_NS   300000000l /* of one of many lengths */
#define TRIES     20         /* of such a one that is lost */
#define WAIT_LEFT 64         /* packets that are not the answer */

/* True: the answer to echo `seq` came. */
static bool answered(int fd, uint16_t id, uint16_t seq, const uint8_t *data, unsigned bytes,
                     long wait_ns) {
    static uint8_t message[ICMP_HEADER + MOST];
    for (unsigned i = 0; i < WAIT_LEFT; i++) {
        struct exos_poll p = {.fd = fd, .wanted = EXOS_POLL_READ};
        struct exos_address from;
        struct icmp_message m;
        if (exos_poll(&p, 1, wait_ns) <= 0)
            return false;
        long n = exos_receive_from(fd, &from, message, sizeof message);
        if (n == (long)(ICMP_HEADER + bytes) && icmp_get(message, (uint32_t)n, &m) &&
            m.type == ICMP_ECHO_REPLY && m.id == id && m.seq == seq &&
            !memcmp(message + ICMP_HEADER, data, bytes))
            return true;
    }
    return false;
}

/* Echo `seq` with so many bytes. True: it came back. */
static bool one(int fd, uint32_t ip, uint16_t seq, unsigned bytes, long wait_ns) {
    static uint8_t message[ICMP_HEADER + MOST];
    const uint16_t id = (uint16_t)exos_getpid();
    for (unsigned i = 0; i < bytes; i++)
        message[ICMP_HEADER + i] = (uint8_t)i;
    const struct icmp_message echo = {.type = ICMP_ECHO, .id = id, .seq = seq};
    icmp_put(message, &echo, sum_bytes(message + ICMP_HEADER, bytes));
    exos_send_to(fd, (struct exos_address){ip, 0}, message, ICMP_HEADER + bytes);
    return answered(fd, id, seq, message + ICMP_HEADER, bytes, wait_ns);
}

/* A socket for echoes of so many bytes; below 0: none, and it says why. */
static int begin(unsigned bytes) {
    int fd = bytes > MOST ? -1 : (int)exos_socket(EXOS_RAW, IP_ICMP);
    if (fd < 0)
        say("ping: %s", bytes > MOST ? "at most 8000 bytes" : "no socket is left");
    return fd;
}

void ping(uint32_t ip, unsigned count, unsigned bytes) {
    unsigned came = 0;
    int fd = begin(bytes);
    for (unsigned seq = 1; fd >= 0 && seq <= count; seq++) {
        uint64_t began = clock_now();
        if (one(fd, ip, (uint16_t)seq, bytes, WAIT_NS)) {
            came++;
            say("ping: %u bytes from %s: seq %u, %lu us", bytes, text_of(ip).text, seq,
                (unsigned long)(clock_ns(clock_now() - began) / 1000));
        }
    }
    if (fd >= 0)
        say("ping: %u of %u came back", came, count);
    exos_close(fd);
}

void ping_lengths(uint32_t ip, unsigned from, unsigned to) {
    unsigned came = 0, again = 0;
    int fd = begin(to);
    if (fd < 0)
        return;
    for (unsigned bytes = from; bytes <= to; bytes++) {
        bool is_back = false;
        for (unsigned i = 0; i < TRIES && !is_back; i++) {
            is_back = one(fd, ip, (uint16_t)(bytes * TRIES + i), bytes, SOON_NS);
            again += !is_back;
        }
        came += is_back;
    }
    say("ping: echoes of %u lengths came back of %u, %u sent again", came, to - from + 1, again);
    exos_close(fd);
}
