/* SPDX-License-Identifier: MIT */
/* udp_answer.bpf.c -- sends each datagram back where it arrives, and counts them in its region's
 * first word. Which datagrams it sees, the filter says: its owner's address and port. */
#include "ash_protocol.h"

unsigned long ash(uint8_t *frame_, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint8_t *frame = __builtin_assume_aligned(frame_, 8), *packet = frame + ETHER_HEADER;
    struct udp_header udp;
    struct ip_header ip;
    uint32_t header, data;
    if (!ash_packet(frame, bytes, &ip, &header, &data) || !udp_get(packet + header, data, &udp))
        return 0;
    if (udp.summed &&
        (udp.length > ETHER_MTU - IP_HEADER ||
         !udp_is_whole(&udp, ip.source, ip.target, sum_bytes(packet + header, udp.length))))
        return 0;
    udp_answer(packet + header);
    ip_answer(packet);
    ether_answer(frame);
    ++*(uint64_t *)region;
    return !ash_send(frame, bytes, from);
}
