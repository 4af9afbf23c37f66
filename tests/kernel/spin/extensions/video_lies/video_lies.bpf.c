/* SPDX-License-Identifier: MIT */
/* video_lies.bpf.c -- sends what is no piece of the frame that is shown, and pieces by claims that
 * it does not have; paints beside the screen. */
#include "lib/error.h"
#include "spin/extend.h"
#include "spin/services/video/video.h"

NEEDS("/svc/domains/Net");
NEEDS("/svc/domains/Video");
INTERFACE("video_lies_went");
INTERFACE("video_lies_late");
INTERFACE("video_lies_paint");

#define TO   0x0a000002 /* 10.0.0.2 */
#define PORT 6000

static unsigned long claim, went, tried;

INITIALISE long begin(void) {
    claim = net_claim(NET_UDP, 5104, 5104, 0);
    return !claim;
}

static inline int send(unsigned long by, unsigned long from, unsigned long bytes) {
    struct outgoing *o = packet_new();
    return o ? frame_send(by, o, TO, PORT, FRAME_PIECE(from, bytes)) : -E_FULL;
}

/* By each number that a claim may have but its own. */
static inline unsigned long by_others(void) {
    const unsigned long n = tried++;
    return n != claim && send(n, 0, 8) != -E_PERM;
}

HANDLER(video_frame) unsigned long show(unsigned long number, unsigned long bytes) {
    (void)number;
    went += send(claim, 0, 0) != -E_INVALID;
    went += send(claim, bytes, 1) != -E_INVALID;
    went += send(claim, bytes - 8, 9) != -E_INVALID;
    went += send(claim, bytes + 4096, 8) != -E_INVALID;
    went += send(claim, 0xffffffff, 8) != -E_INVALID;
    went += send(claim, 0, FRAME_PIECE_MOST + 1) != -E_INVALID;
    went += send(claim, 8, 0xffffffff) != -E_INVALID;
    went += by_others() << 32;
    return 0;
}

/* What went that must not: beside the frame, and << 32 by claims of others. */
EXPORTED long video_lies_went(void) {
    return (long)went;
}

/* No frame is shown any more. */
EXPORTED long video_lies_late(void) {
    return -send(claim, 0, 8);
}

/* A screen of 8 by 8, and pixels behind it. */
EXPORTED long video_lies_paint(void) {
    if (screen_begin(8, 8) || !screen_begin(0, 8) || !screen_begin(8, 0) ||
        !screen_begin(1ul << 32, 1ul << 32) || !screen_begin(SCREEN_PIXELS_MOST + 1, 1))
        return 1;
    screen_fill(64, 1, 0xffffffff);
    screen_fill(63, 2, 0xffffffff);
    screen_fill(0, 65, 0xffffffff);
    screen_fill(1, ~0ul, 0xffffffff);
    return 0;
}
