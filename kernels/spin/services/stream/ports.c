/* SPDX-License-Identifier: MIT */
#include "spin/services/stream/ports.h"

#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/net/clock.h"
#include "spin/services/stream/table.h"

#define PORT_FIRST 49152 /* RFC 6335: dynamic ports */
#define PORT_LAST  65535
#define PEERS      16

const struct secret *ports_secret(void) {
    static struct secret s;
    if (!s.key[0]) {
        s.key[0] = (DEFENDED(STREAM_SECRET) ? net_chance() : rdtsc()) | 1; /* it is made once */
        s.key[1] = DEFENDED(STREAM_SECRET) ? net_chance() : ~s.key[0];
    }
    return &s;
}

uint32_t ports_iss(const struct tuple *who) {
    return tcp_iss(ports_secret(), who, net_clock());
}

uint32_t ports_offset(const struct tuple *who) {
    static struct {
        uint64_t peers;
        uint32_t offset;
    } known[PEERS]; /* of whom it was asked before: each has its place */
    const uint64_t word[2] = {(uint64_t)who->source << 32 | who->target, UINT64_MAX};
    const uint32_t at = (who->source + 3 * who->target) % PEERS;
    if (known[at].peers != word[0]) {
        known[at].peers = word[0];
        known[at].offset = (uint32_t)secret_hash(ports_secret(), word, 2);
    }
    return known[at].offset;
}

/* The address of ours that packets there come from; 0: there is none. */
static uint32_t source_to(unsigned long nic, unsigned long address) {
    if (nic < NET_NICS)
        return (uint32_t)nic_objects[nic].ip;
    for (uint32_t i = 0; i < NET_NICS; i++)
        if (nic_objects[i].ip && nic_objects[i].ip == address)
            return (uint32_t)address;
    if (address >> 24 == 127)
        return (uint32_t)address;
    for (uint32_t i = 0; i < NET_LOOPBACK; i++)
        if (nic_objects[i].ip && !((nic_objects[i].ip ^ address) & nic_objects[i].mask))
            return (uint32_t)nic_objects[i].ip;
    return (uint32_t)nic_objects[0].ip;
}

bool ports_choose(struct tuple *who, unsigned long nic, unsigned long address, unsigned long port) {
    static uint32_t searches;
    *who = (struct tuple){.source = source_to(nic, address),
                          .target = (uint32_t)address,
                          .target_port = (uint16_t)port};
    for (uint32_t i = 0; who->source && i < PORT_LAST - PORT_FIRST; i++) {
        who->source_port = port_choose(ports_secret(), who, PORT_FIRST, PORT_LAST, &searches);
        if (!stream_find(who) && !listener_at(who->source_port))
            return true;
    }
    return false;
}
