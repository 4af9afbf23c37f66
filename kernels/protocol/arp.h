/* SPDX-License-Identifier: MIT */
/* arp.h -- which Ethernet address an IPv4 address of the same link has (RFC 826, 1122 2.3.2, and
 * 5227 for what is not believed). */
#ifndef PROTOCOL_ARP_H
#define PROTOCOL_ARP_H

#include "ether.h"

enum { ARP_BYTES = 28 };

struct arp_packet {
    uint32_t source, target; /* IPv4 */
    struct ether_address source_ether, target_ether;
    bool asks; /* a request; else a reply */
};

/* False: it is not ARP for IPv4 over Ethernet. */
bool arp_get(const uint8_t *packet, uint32_t bytes, struct arp_packet *a);
void arp_put(uint8_t *packet, const struct arp_packet *a);
/* Who says so, in a packet of ARP_BYTES that was checked. */
static inline uint32_t arp_source(const uint8_t *packet) {
    return wire_get32(packet + 14);
}

enum arp_state { ARP_FREE, ARP_ASKED, ARP_KNOWN };

struct arp_entry {
    uint32_t ip;
    struct ether_address ether;
    uint8_t state, asked; /* enum arp_state; questions without an answer */
    bool stranger;        /* nobody here has wanted it yet: it said so itself */
    uint64_t until;       /* ns: when it is asked again, or for the first time not believed */
};

#define ARP_KNOWN_FOR 60000000000ull /* ns */
#define ARP_AGAIN     1000000000ull  /* ns between two questions: RFC 1122 wants no flood of them */
enum { ARP_QUESTIONS = 3 };

enum arp_answer {
    ARP_FOUND, /* *ether has it */
    ARP_ASK,   /* send a request, and look again when an answer came, or after ARP_AGAIN */
    ARP_WAIT,  /* a request is on its way */
    ARP_NOBODY /* nobody answered */
};

/* Looks `ip` up in a table of `count`; who is asked for takes the place of the oldest. */
enum arp_answer arp_find(struct arp_entry *table, uint32_t count, uint32_t ip, uint64_t now,
                         struct ether_address *ether);
/* Who looks at a packet, and when. */
struct arp_self {
    uint32_t ip;
    struct ether_address ether;
    uint64_t now;
};

/* Takes what a packet says, when somebody here had asked or knew the sender, or when it asks for
 * `me`: so floods of answers nobody asked for change nothing. Who asks and is not known takes the
 * place of another such, or a free one: so floods of questions make nobody forgotten who is talked
 * to. True: `*reply` is to be sent. */
bool arp_input(struct arp_entry *table, uint32_t count, const struct arp_packet *a,
               const struct arp_self *me, struct arp_packet *reply);

#endif
