/* SPDX-License-Identifier: MIT */
/* video_server.h -- what those say to each other who show a film and who watch it, by UDP.
 *
 *     who watches -> server    what (32 bits), ticket (64): from time to time
 *     server -> who watches    0, ticket: where the one that came was none
 *                              frame (32), its bytes (32), where in it this begins (32), a piece
 *
 * A ticket is made of an address and port and of a secret, so who has one has heard what was sent
 * there. Without it nobody joins or leaves: who writes another's address has one short answer sent
 * there for each datagram of his own, as long as that, and no film. */
#ifndef VIDEO_SERVER_H
#define VIDEO_SERVER_H

#include "lib/defence.h"

enum {
    VIDEO_PORT = 5004, /* of the server */
    VIDEO_NIC = 0,     /* where it serves */
    VIDEO_WATCHES = 1,
    VIDEO_LEAVES = 2,
    VIDEO_VIEWERS = 32,
    VIDEO_PIECE = 1368, /* bytes of a frame in a packet: three are a page */
    VIDEO_HEADER = 12,
    VIDEO_SAYS = 12, /* bytes of what is no piece */
    VIDEO_TICKET_AT = 4,
};
/* Nanoseconds: who has said nothing for that long has gone. */
#define VIDEO_PATIENCE 10000000000ul
#define VIDEO_EPOCH    40 /* tickets are others each 2^40 nanoseconds, 18 minutes */

/* What the server has of each. */
struct viewer {
    unsigned address, port; /* port 0: nobody */
    unsigned long last;     /* when it said that it watches */
};

/* Rules of server and client, without each of which a test builds them. */
enum {
    DEFENCE_VIDEO_TICKET = 15001, /* who joins or leaves has heard from the server where he says */
    DEFENCE_VIDEO_FULL,           /* who watches keeps his place */
    DEFENCE_VIDEO_STRANGER,       /* pieces are the server's */
    DEFENCE_VIDEO_ORDER           /* and each follows the last one */
};

#endif
