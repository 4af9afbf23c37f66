/* SPDX-License-Identifier: MIT */
/* traffic.c -- see traffic.h. */
#include "traffic.h"

#include "lib/string.h"

void traffic_filter(struct dpf_atom filter[TRAFFIC_ATOMS], uint32_t port) {
    const struct dpf_atom atoms[TRAFFIC_ATOMS] = {
        {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = 0x0800},
        {.op = DPF_EQ, .bytes = 1, .offset = 23, .value = 6},
        {.op = DPF_MEQ, .bytes = 2, .offset = 20, .mask = 0x1fff},
        {.op = DPF_MSHIFT, .bytes = 1, .offset = 14, .mask = 15, .shift = 2},
        {.op = DPF_EQ, .bytes = 2, .offset = 16, .value = port},
    };
    memcpy(filter, atoms, sizeof atoms);
}

void traffic_packet(uint8_t packet[TRAFFIC_BYTES], uint32_t port) {
    memset(packet, 0, TRAFFIC_BYTES);
    packet[12] = 8;
    packet[14] = 0x45;
    packet[23] = 6;
    packet[36] = (uint8_t)(port >> 8);
    packet[37] = (uint8_t)port;
}
