/* SPDX-License-Identifier: MIT */
/* icmp_answer.bpf.c -- answers echoes where they arrive. Which frames it sees, the filter says: its
 * owner's address, ICMP. */
#include "ash_protocol.h"

unsigned long ash(uint8_t *frame_, uint64_t bytes, uint8_t *region, uint64_t from) {
    uint8_t *frame = __builtin_assume_aligned(frame_, 8), *packet = frame + ETHER_HEADER;
    struct icmp_message m;
    struct ip_header ip;
    uint32_t header, data;
    if (!ash_packet(frame, bytes, &ip, &header, &data) || !icmp_get(packet + header, data, &m) ||
        m.type != ICMP_ECHO)
        return 0;
    icmp_answer(packet + header);
    ip_answer(packet);
    ether_answer(frame);
    (void)region;
    return !ash_send(frame, bytes, from);
}
