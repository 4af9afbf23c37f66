/* SPDX-License-Identifier: MIT */
/* frame_text.c -- see nettools.h: who says what to whom, as far as the frame tells. */
#include "exo/libos/nettools/nettools.h"

#include "lib/format.h"
#include "protocol/arp.h"
#include "protocol/ether.h"
#include "protocol/ip.h"
#include "protocol/wire.h"

static void ether_text(char text[FRAME_TEXT], const uint8_t *frame) {
    const uint8_t *to = frame, *from = frame + 6;
    format_text(text, FRAME_TEXT,
                "%02x:%02x:%02x:%02x:%02x:%02x > %02x:%02x:%02x:%02x:%02x:%02x type 0x%04x",
                from[0], from[1], from[2], from[3], from[4], from[5], to[0], to[1], to[2], to[3],
                to[4], to[5], ether_type(frame));
}

static void arp_text(char text[FRAME_TEXT], const struct arp_packet *a) {
    format_text(text, FRAME_TEXT, "%s > %s arp %s", text_of(a->source).text,
                text_of(a->target).text, a->asks ? "request" : "reply");
}

static void ip_text(char text[FRAME_TEXT], const uint8_t *packet, const struct ip_header *h) {
    const char *protocol = h->protocol == IP_ICMP  ? "icmp"
                           : h->protocol == IP_UDP ? "udp"
                           : h->protocol == IP_TCP ? "tcp"
                                                   : "ip";
    const uint8_t *ports = packet + h->header;
    const bool has_ports = (h->protocol == IP_UDP || h->protocol == IP_TCP) && !h->offset &&
                           h->length - h->header >= 4;
    if (has_ports)
        format_text(text, FRAME_TEXT, "%s:%u > %s:%u %s", text_of(h->source).text,
                    wire_get16(ports), text_of(h->target).text, wire_get16(ports + 2), protocol);
    else
        format_text(text, FRAME_TEXT, "%s > %s %s%s", text_of(h->source).text,
                    text_of(h->target).text, protocol, h->offset ? ", a later piece" : "");
}

void frame_text(char text[FRAME_TEXT], const uint8_t *frame, uint32_t bytes) {
    const uint8_t *packet = frame + ETHER_HEADER;
    struct ip_header h;
    struct arp_packet a;
    if (bytes < ETHER_HEADER)
        format_text(text, FRAME_TEXT, "cut short");
    else if (ether_type(frame) == ETHER_ARP && arp_get(packet, bytes - ETHER_HEADER, &a))
        arp_text(text, &a);
    else if (ether_type(frame) == ETHER_IP && !ip_get(packet, bytes - ETHER_HEADER, &h))
        ip_text(text, packet, &h);
    else
        ether_text(text, frame);
}
