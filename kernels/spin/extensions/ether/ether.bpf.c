/* SPDX-License-Identifier: MIT */
/* ether.bpf.c -- Ethernet's header of what goes. Of what comes, the kernel finds the node by the
 * type alone. */
#include "protocol/ether.h"
#include "spin/extend.h"
#include "spin/services/net/net.h"
#include "spin/services/net/station.h"

HANDLER(ether_sent) unsigned long on_sent(struct outgoing *o, struct sending *s) {
    uint8_t *h = header_at(o, s, ETHER_HEADER);
    station_put(h, s->ether);
    station_put(h + 6, s->mac);
    wire_put16(h + 12, (uint32_t)s->type);
    return ETHER_HEADER;
}
