/* SPDX-License-Identifier: MIT */
/* replay.h -- the capture whose frames the second interface sends, and whose they are at the first:
 * IP and ARP for its own address or for all are somebody's, the rest is nobody's. Found by looking
 * at each frame, so that a kernel's count has something to be compared with. */
#ifndef EXPERIMENTS_REPLAY_REPLAY_H
#define EXPERIMENTS_REPLAY_REPLAY_H

#include "measure/pcap.h"

#define REPLAY_NAME "sends/1" /* in the boot archive */
#define REPLAY_MOST 64        /* frames that are sent; those behind are not */

enum { REPLAY_IP = 0x0800, REPLAY_ARP = 0x0806 };
static const uint8_t replay_station[2][6] = {{2, 0, 0, 0, 0, 1},
                                             {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

struct replay {
    unsigned frames, owned;
    struct pcap_frame frame[REPLAY_MOST];
};

static inline bool replay_is_to(const uint8_t *frame, const uint8_t station[6]) {
    unsigned same = 0;
    while (same < 6 && frame[same] == station[same])
        same++;
    return same == 6;
}

static inline bool replay_is_owned(const uint8_t *frame) {
    unsigned type = (unsigned)frame[12] << 8 | frame[13];
    return (type == REPLAY_IP || type == REPLAY_ARP) &&
           (replay_is_to(frame, replay_station[0]) || replay_is_to(frame, replay_station[1]));
}

/* False: the bytes are no capture of whole frames, which the harness refuses before. */
static inline bool replay_read(struct replay *r, const void *bytes, size_t length) {
    struct pcap p;
    const char *why;
    r->frames = r->owned = 0;
    if (pcap_open(&p, bytes, length))
        return false;
    while (r->frames < REPLAY_MOST && pcap_next(&p, &r->frame[r->frames], &why)) {
        const struct pcap_frame *f = &r->frame[r->frames++];
        if (f->stored < 14 || f->stored > 1514)
            return false;
        r->owned += replay_is_owned(f->bytes);
    }
    return r->frames > 0;
}

#endif
