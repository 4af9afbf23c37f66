/* SPDX-License-Identifier: MIT */
/* pcap.h -- read a capture of frames, in libpcap's file format (draft-ietf-opsawg-pcap): either
 * order of bytes, times in micro- or nanoseconds, Ethernet. Any bytes may be handed in. In guests,
 * for what an interface sends, and in the harness, for what passed on a wire. */
#ifndef MEASURE_PCAP_H
#define MEASURE_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PCAP_HEAD = 24, PCAP_RECORD_HEAD = 16, PCAP_FRAME_MAX = 1 << 18 };
enum { PCAP_MICRO = 0xa1b2c3d4, PCAP_NANO = 0xa1b23c4d, PCAP_ETHERNET = 1 };

struct pcap {
    const uint8_t *bytes;
    size_t length, at;
    bool swapped;      /* its numbers are in the other order */
    uint32_t fraction; /* ns of its second number's unit */
};

struct pcap_frame {
    uint64_t ns; /* since 1970 */
    const uint8_t *bytes;
    size_t stored;   /* how many of them the capture has */
    uint32_t length; /* how many there were on the wire */
};

/* The four bytes at AT, which are there. */
static inline uint32_t pcap_number(const struct pcap *p, size_t at) {
    const uint8_t *b = p->bytes + at;
    uint32_t value =
        (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | (uint32_t)b[0];
    return p->swapped ? __builtin_bswap32(value) : value;
}

/* Begins to read LENGTH bytes, which must outlive P. Null, or why they are no capture that can be
 * read: a constant text. */
static inline const char *pcap_open(struct pcap *p, const void *bytes, size_t length) {
    *p = (struct pcap){.bytes = bytes, .length = length, .at = PCAP_HEAD};
    if (length < PCAP_HEAD)
        return "it is shorter than a capture's head of 24 bytes";
    uint32_t magic = pcap_number(p, 0);
    p->swapped = __builtin_bswap32(magic) == PCAP_MICRO || __builtin_bswap32(magic) == PCAP_NANO;
    magic = pcap_number(p, 0);
    if (magic != PCAP_MICRO && magic != PCAP_NANO)
        return "it does not begin as a pcap does (a pcapng is none)";
    p->fraction = magic == PCAP_MICRO ? 1000 : 1;
    if ((pcap_number(p, 20) & 0xfffffff) != PCAP_ETHERNET)
        return "its frames are not Ethernet's";
    return NULL;
}

/* The next frame; false at the end. Where a record is cut short, or is longer than a frame can be,
 * *why says so; else it is null. */
static inline bool pcap_next(struct pcap *p, struct pcap_frame *frame, const char **why) {
    size_t left = p->length - p->at;
    *why = NULL;
    if (!left)
        return false;
    *why = "its last record is cut short";
    if (left < PCAP_RECORD_HEAD)
        return false;
    uint32_t stored = pcap_number(p, p->at + 8);
    *frame = (struct pcap_frame){.ns = pcap_number(p, p->at) * UINT64_C(1000000000) +
                                       pcap_number(p, p->at + 4) * UINT64_C(1) * p->fraction,
                                 .bytes = p->bytes + p->at + PCAP_RECORD_HEAD,
                                 .stored = stored,
                                 .length = pcap_number(p, p->at + 12)};
    if (stored > left - PCAP_RECORD_HEAD)
        return false;
    *why = "it has a record that no frame can be";
    if (stored > PCAP_FRAME_MAX || frame->length > PCAP_FRAME_MAX || stored > frame->length)
        return false;
    *why = NULL;
    p->at += PCAP_RECORD_HEAD + stored;
    return true;
}

#endif
