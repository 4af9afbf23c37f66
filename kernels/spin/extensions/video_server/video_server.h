/* SPDX-License-Identifier: MIT */
/* video_server.h -- what those say to each other who show a film and who watch it, by UDP. Who
 * watches says so from time to time; the server sends pieces of frames to where that came from,
 * each behind a header: the frame's number, its bytes, and where in it the piece belongs. */
#ifndef VIDEO_SERVER_H
#define VIDEO_SERVER_H

enum {
    VIDEO_PORT = 5004, /* of the server */
    VIDEO_NIC = 0,     /* where it serves */
    VIDEO_WATCHES = 1,
    VIDEO_LEAVES = 2,
    VIDEO_VIEWERS = 32,
    VIDEO_PIECE = 1368, /* bytes of a frame in a packet: three are a page */
    VIDEO_HEADER = 12,
};
/* Nanoseconds: who has said nothing for that long has gone. */
#define VIDEO_PATIENCE 10000000000ul

#endif
