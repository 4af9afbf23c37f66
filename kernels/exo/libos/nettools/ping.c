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
#define WAIT_LEFT 64 /* packets that are not the answer */

/* True: the answer to echo `seq` came. */
static bool answered(int fd, uint16_t id, uint16_t seq, const uint8_t *data, unsigned bytes) {
    static uint8_t message[ICMP_HEADER + MOST];
    for (unsigned i = 0; i < WAIT_LEFT; i++) {
        struct exos_poll p = {.fd = fd, .wanted = EXOS_POLL_READ};
        struct exos_address from;
        struct icmp_message m;
        if (exos_poll(&p, 1, WAIT_NS) <= 0)
            return false;
        long n = exos_receive_from(fd, &from, message, sizeof message);
        if (n == (long)(ICMP_HEADER + bytes) && icmp_get(message, (uint32_t)n, &m) &&
            m.type == ICMP_ECHO_REPLY && m.id == id && m.seq == seq &&
            !memcmp(message + ICMP_HEADER, data, bytes))
            return true;
    }
    return false;
}

void ping(uint32_t ip, unsigned count, unsigned bytes) {
    static uint8_t message[ICMP_HEADER + MOST];
    const uint16_t id = (uint16_t)exos_getpid();
    unsigned came = 0;
    int fd = (int)exos_socket(EXOS_RAW, IP_ICMP);
    if (fd < 0 || bytes > MOST) {
        say("ping: %s", fd < 0 ? "no socket is left" : "at most 8000 bytes");
        exos_close(fd);
        return;
    }
    for (unsigned i = 0; i < bytes; i++)
        message[ICMP_HEADER + i] = (uint8_t)i;
    for (unsigned seq = 1; seq <= count; seq++) {
        const struct icmp_message echo = {.type = ICMP_ECHO, .id = id, .seq = (uint16_t)seq};
        icmp_put(message, &echo, sum_bytes(message + ICMP_HEADER, bytes));
        uint64_t began = clock_now();
        exos_send_to(fd, (struct exos_address){ip, 0}, message, ICMP_HEADER + bytes);
        if (answered(fd, id, (uint16_t)seq, message + ICMP_HEADER, bytes)) {
            came++;
            say("ping: %u bytes from %s: seq %u, %lu us", bytes, text_of(ip).text, seq,
                (unsigned long)(clock_ns(clock_now() - began) / 1000));
        }
    }
    say("ping: %u of %u came back", came, count);
    exos_close(fd);
}
