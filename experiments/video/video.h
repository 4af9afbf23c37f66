/* SPDX-License-Identifier: MIT */
/* video.h -- a frame as all systems send it: 12.5 KB, some 3 Mb/s at 30 frames a second (SOSP '95,
 * 5.4), in datagrams that have a header of 12 bytes and a piece of it. */
#ifndef EXPERIMENTS_VIDEO_H
#define EXPERIMENTS_VIDEO_H

enum {
    FRAME = 12312,
    PIECE = 1368,
    PIECES = FRAME / PIECE,
    HEADER = 12,
    STREAMS_MOST = 30,
    PORT_FIRST = 6000 /* of the first who watches; the next ones follow */
};

#endif
