/* SPDX-License-Identifier: MIT */
/* tcp_filter.c -- the classic packet filter: IPv4, TCP, not a later fragment, to port 80. The
 * header of IP says itself how long it is, so that the ports' place is not a constant. */
#include "contexts.h"

enum { ETHERNET_BYTES = 14, IPV4 = 0x0800, TCP = 6, FRAGMENT_OFFSET = 0x1fff, HTTP = 80 };

longest tcp_filter(const byte *start, const byte *end);
longest tcp_filter(const byte *start, const byte *end) {
    const struct tcp_frame *f = (const struct tcp_frame *)start;
    if (start + sizeof *f > end)
        return 0;
    if (f->ethernet_type != NETWORK_16(IPV4) || f->protocol != TCP ||
        f->fragment & NETWORK_16(FRAGMENT_OFFSET))
        return 0;
    const byte *ports = start + ETHERNET_BYTES + (f->version_and_length & 15) * 4ul;
    if (ports + 4 > end)
        return 0;
    return *(const half *)(ports + 2) == NETWORK_16(HTTP);
}
