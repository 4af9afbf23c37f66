/* SPDX-License-Identifier: MIT */
/* pcap.h -- read a capture of frames, in libpcap's file format (draft-ietf-opsawg-pcap): either
 * order of bytes, times in micro- or nanoseconds, Ethernet. */
#ifndef HARNESS_PCAP_H
#define HARNESS_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PCAP_HEAD = 24, PCAP_RECORD_HEAD = 16 };

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

/* Begins to read LENGTH bytes, which must outlive P. Null, or why they are no capture that can be
 * read: a constant text. */
const char *pcap_open(struct pcap *p, const void *bytes, size_t length);

/* The next frame; false at the end. Where a record is cut short, or is longer than a frame can be,
 * *why says so; else it is null. */
bool pcap_next(struct pcap *p, struct pcap_frame *frame, const char **why);

#endif
