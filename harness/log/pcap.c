/* SPDX-License-Identifier: MIT */
/* pcap.c -- see pcap.h. */
#include "log/pcap.h"
#include "base/assert.h"

#include <string.h>

enum { MICRO = 0xa1b2c3d4, NANO = 0xa1b23c4d, ETHERNET = 1, FRAME_MAX = 1 << 18 };

static uint32_t number(const struct pcap *p, size_t at) {
    uint32_t value;
    assert_that(at + sizeof value <= p->length);
    memcpy(&value, p->bytes + at, sizeof value);
    return p->swapped ? __builtin_bswap32(value) : value;
}

const char *pcap_open(struct pcap *p, const void *bytes, size_t length) {
    *p = (struct pcap){.bytes = bytes, .length = length, .at = PCAP_HEAD};
    if (length < PCAP_HEAD)
        return "it is shorter than a capture's head of 24 bytes";
    uint32_t magic = number(p, 0);
    p->swapped = __builtin_bswap32(magic) == MICRO || __builtin_bswap32(magic) == NANO;
    magic = number(p, 0);
    if (magic != MICRO && magic != NANO)
        return "it does not begin as a pcap does (a pcapng is none)";
    p->fraction = magic == MICRO ? 1000 : 1;
    if ((number(p, 20) & 0xfffffff) != ETHERNET)
        return "its frames are not Ethernet's";
    return NULL;
}

bool pcap_next(struct pcap *p, struct pcap_frame *frame, const char **why) {
    size_t left = p->length - p->at;
    *why = NULL;
    if (!left)
        return false;
    *why = "its last record is cut short";
    if (left < PCAP_RECORD_HEAD)
        return false;
    uint32_t stored = number(p, p->at + 8);
    *frame = (struct pcap_frame){.ns = number(p, p->at) * UINT64_C(1000000000) +
                                       number(p, p->at + 4) * UINT64_C(1) * p->fraction,
                                 .bytes = p->bytes + p->at + PCAP_RECORD_HEAD,
                                 .stored = stored,
                                 .length = number(p, p->at + 12)};
    if (stored > left - PCAP_RECORD_HEAD)
        return false;
    *why = "it has a record that no frame can be";
    if (stored > FRAME_MAX || frame->length > FRAME_MAX || stored > frame->length)
        return false;
    *why = NULL;
    p->at += PCAP_RECORD_HEAD + stored;
    return true;
}
