/* SPDX-License-Identifier: MIT */
/* am.h -- active messages (von Eicken, Culler, Goldstein, Schauser, 1992): a message names the
 * function that takes it on arrival, here by its number in a table, and has four words for it. So
 * nothing is looked up, waited for or stored on the way. They are in frames of a link, which may
 * lose them; a reply may have no reply. */
#ifndef PROTOCOL_AM_H
#define PROTOCOL_AM_H

#include <stdbool.h>
#include <stdint.h>

#include "ether.h"
#include "rules.h"

enum { AM_HEADER = 24, AM_WORDS = 4, AM_DATA_MOST = ETHER_MTU - AM_HEADER };
enum { ETHER_AM = 0x88b6 }; /* IEEE 802's second number for local experiments */

struct am_message {
    uint16_t handler, bytes; /* bytes: of data, at AM_HEADER; what is behind them is not its own */
    bool is_reply;
    uint32_t word[AM_WORDS];
};

/* A message in `bytes` bytes, for one of `handlers` functions. False: it is none. */
static inline bool am_get(const uint8_t *p, uint32_t bytes, uint32_t handlers,
                          struct am_message *m) {
    if (bytes < AM_HEADER)
        return false;
    m->handler = (uint16_t)wire_get16(p);
    m->bytes = (uint16_t)wire_get16(p + 2);
    m->is_reply = wire_get32(p + 4);
    for (uint32_t i = 0; i < AM_WORDS; i++)
        m->word[i] = wire_get32(p + 8 + 4 * i);
    return (m->handler < handlers || !DEFENDED(AM_HANDLER)) && m->bytes <= bytes - AM_HEADER &&
           wire_get32(p + 4) <= 1;
}

static inline void am_put(uint8_t *p, const struct am_message *m) {
    wire_put16(p, m->handler);
    wire_put16(p + 2, m->bytes);
    wire_put32(p + 4, m->is_reply);
    for (uint32_t i = 0; i < AM_WORDS; i++)
        wire_put32(p + 8 + 4 * i, m->word[i]);
}

#endif
