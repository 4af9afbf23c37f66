/* SPDX-License-Identifier: MIT */
/* video.h -- frames of a film that are to be sent, and a screen, for extensions: the domain
 * /svc/domains/Video (Bershad et al., SOSP '95, 5.4).
 *
 *     disk ──> film.c: frame n is in memory ──> Video.Frame(n, bytes)
 *                                                 a handler sends it to all who watch:
 *                                                 frame_send(...): the device has it from there
 *     wire ──> Udp.Received ──> a handler decodes ──> screen_fill(...)
 *
 * No byte of a frame passes by the processor of who sends it. */
#ifndef SPIN_SERVICES_VIDEO_VIDEO_H
#define SPIN_SERVICES_VIDEO_VIDEO_H

#include "spin/services/net/net.h"

#define FRAME_BYTES_MOST   65536
#define FRAME_PIECE_MOST   1408  /* bytes of a frame in a packet, behind its own header */
#define FRAME_HEADER       12    /* bytes before them, which a handler has written */
#define SCREEN_PIXELS_MOST 76800 /* 320 by 240 */
#define SCREEN_RUN_MOST    64    /* pixels at once */

#ifdef __BPF__
#define VIDEO_CALL extern __attribute__((section(".ksyms")))
#else
#define VIDEO_CALL
#endif

/* A frame of so many bytes, the one after `number` - 1, is in memory until this is over, and until
 * all that has been sent of it has gone. In a strand, on fuel. Gives how many packets went. */
EVENT_DECLARE(video_frame, unsigned long, (unsigned long number, unsigned long bytes));

/* Sends FRAME_HEADER bytes from o->byte[NET_ROOM] on, and behind them a piece of the frame, by a
 * claim of UDP, to an address and port. Of a frame that is shown: -E_INVALID: there is none, or it
 * has no such bytes. Else packet_send()'s errors; what waits for its station is not kept. o is gone
 * in any case. */
#define FRAME_PIECE(from, bytes) ((unsigned long)(from) << 32 | (unsigned long)(bytes))
VIDEO_CALL int frame_send(unsigned long claim, struct outgoing *o, unsigned long target,
                          unsigned long port, unsigned long piece);

/* A picture of this size begins. -E_INVALID: the screen has not so many pixels; -E_NO_MEMORY. */
VIDEO_CALL int screen_begin(unsigned long width, unsigned long height);
/* So many of its pixels from this one on, SCREEN_RUN_MOST at most, row by row, have this colour;
 * what is outside, or more, is not. */
VIDEO_CALL void screen_fill(unsigned long at, unsigned long count, unsigned long colour);
/* It is all there. */
VIDEO_CALL void screen_end(void);

#ifndef __BPF__
/* Names the domain /svc/domains/Video, once, at start. */
void video_init(void);
#endif

#endif
