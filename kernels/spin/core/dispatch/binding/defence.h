/* SPDX-License-Identifier: MIT */
/* defence.h -- what the kernel defends itself by against its extensions (docs/spin/containment.md).
 * `make undefended` builds an image without each of them, for tests: the attack that it is there
 * for succeeds there. */
#ifndef SPIN_DISPATCH_DEFENCE_H
#define SPIN_DISPATCH_DEFENCE_H

#include "lib/defence.h"

enum defence {
    DEFENCE_QUOTA = 1, /* of what a module may use */
    DEFENCE_CELLS,     /* and of cells, which may outlive it */
    DEFENCE_BOUNDED,   /* programs of extensions are proven to end */
    DEFENCE_FUEL,      /* what is not proven to is ended at the authority's bound */
    DEFENCE_EPHEMERAL, /* what may block is not installed where there is a bound */
    DEFENCE_NET,       /* a trap of a handler lands in its raise */
    DEFENCE_LANDING,   /* and what the handler had begun is over then */
    DEFENCE_TIME,      /* a strand ends when its package's time is used up */
    DEFENCE_COST,      /* what is bound takes no longer than raisers were told */
    DEFENCE_STACK,     /* verified code raises events only where stack is left */
    DEFENCE_POLICY,    /* what a new policy does not allow is withdrawn */
    DEFENCE_DRAIN,     /* code stays while a raise may come to it */

    DEFENCE_FILE_GUARD,   /* a file system is called for its own volumes */
    DEFENCE_FILE_DEAD,    /* one that has failed is believed nothing more */
    DEFENCE_FILE_BOUNDS,  /* its blocks are of the volume */
    DEFENCE_FILE_EPOCH,   /* a block that comes before others is not moved behind them */
    DEFENCE_FILE_VICTIM,  /* a policy names pages that may go */
    DEFENCE_FILE_AHEAD,   /* and no more pages than a request has */
    DEFENCE_FILE_INTEGER, /* an integer is of the open file that it was given out for */
    DEFENCE_FILE_WRITES,  /* who opened it to read does not write */
    DEFENCE_FILE_MOUNTS,  /* only spin's own processes mount */
    DEFENCE_FILE_CLAIMED, /* a disk has one volume */
    DEFENCE_FILE_USED,    /* a volume with open files stays */
    DEFENCE_FILE_END,     /* behind an end are zeros */
    DEFENCE_FILE_SEEN,    /* names of a volume are looked up by who may read it */
    DEFENCE_FILE_HOLE,    /* without a cache a file grows by writing alone */
    DEFENCE_FILE_DOTS,    /* a directory's dots are no names that anybody makes or takes away */
    DEFENCE_FILE_FILLS,   /* a device writes to what its reader may write */
    DEFENCE_FILE_ALONE,   /* volumes come and go one at a time */
    DEFENCE_FILE_ENTERED, /* who waited for a volume looks whether it is still there */
    DEFENCE_FILE_SHRUNK,  /* and who waited for bytes, whether the file has them still */
    DEFENCE_FILE_ONCE,    /* who read on in an open file get each byte once */
    DEFENCE_FILE_ROOT,    /* a volume whose root somebody has by name stays */
    DEFENCE_FILE_INSIDE,  /* a directory does not come to lie in itself */

    DEFENCE_PACKET_TAKEN,    /* what somebody has claimed nobody else claims */
    DEFENCE_PACKET_SNOOP,    /* a handler hears of its own keys */
    DEFENCE_PACKET_PROTOCOL, /* an edge of the graph is its protocol's */
    DEFENCE_PACKET_BOUND,    /* handlers at interrupt level are short, or cut */
    DEFENCE_PACKET_CLAIM,    /* who sends by a claim has it */
    DEFENCE_PACKET_SPOOF,    /* and sends from ports that it has */
    DEFENCE_PACKET_SOURCE,   /* and from the interface's own address */
    DEFENCE_PACKET_WRITTEN,  /* what came is read and not written */
    DEFENCE_PACKET_KEY,      /* a key is as wide as its header's field */
    DEFENCE_PACKET_KEPT,     /* who does not read leaves the interface its buffers */
    DEFENCE_PACKET_LOOPED,   /* answers that are answered by the loopback end */
    DEFENCE_PACKET_GROUP,    /* no answer goes to all stations because one says that it is all */
    DEFENCE_PACKET_IP,       /* nobody on a wire has our address, or is many */
    DEFENCE_PACKET_SHARE,    /* an extension has one claim of a node */
    DEFENCE_PACKET_ENDS,     /* and a process so many ports */
    DEFENCE_PACKET_PADDED,   /* behind a short packet the wire has zeros, and nobody's bytes */
    DEFENCE_PACKET_ASKED,    /* questions of others are followed by none */

    DEFENCE_STREAM_BELIEVED, /* what a protocol says of a connection is held against its buffers, */
    DEFENCE_STREAM_SENT,     /* also of what it sends */
    DEFENCE_STREAM_SNOOP,    /* nobody is told of another's connections, */
    DEFENCE_STREAM_READ,     /* what a device reads stays until it has */
    DEFENCE_STREAM_OWN,      /* or writes to them */
    DEFENCE_STREAM_FLOOD,    /* those that are half open are so many at most */
    DEFENCE_STREAM_COOKIE,   /* who opens one by a cookie was given it */
    DEFENCE_STREAM_STATION,  /* a peer's station is not whoever says so */
    DEFENCE_STREAM_SECRET,   /* and what numbers and cookies are made of is not the time */
    DEFENCE_STREAM_LEFT,     /* who takes nothing of who has gone is left after a while, */
    DEFENCE_STREAM_UNREAD,   /* and who sends to it is told */
    DEFENCE_STREAM_ALARM,    /* a deadline that is set while another one is told is not lost */

    DEFENCE_CONNECTION_OWN,    /* a process has its own connections and no others, */
    DEFENCE_CONNECTION_MEMORY, /* from and to its own memory, */
    DEFENCE_CONNECTION_SHARE,  /* so many at most, */
    DEFENCE_CONNECTION_DOORS,  /* and so many ports; */
    DEFENCE_CONNECTION_ENDS,   /* with it they end */

    DEFENCE_PASS_OWN,     /* who passes packets on does so by its own ports */
    DEFENCE_PASS_CHANGED, /* what was passed on shows the way until a change of events, */
    DEFENCE_PASS_STATION, /* or of stations, */
    DEFENCE_PASS_SHOWN,   /* or a while has gone by */
    DEFENCE_PASS_FROM,    /* it is a way from one interface */
    DEFENCE_PASS_LENGTH,  /* of what lies in the frame, */
    DEFENCE_PASS_PLAIN,   /* which is all of a packet */
    DEFENCE_PASS_HOPS,    /* and each costs a hop, */
    DEFENCE_PASS_ENDS,    /* whoever passes it on: the last one goes nowhere */
    DEFENCE_PASS_ONE,     /* a port that packets are passed on from is one peer's at a time */
    DEFENCE_WAY_CHANGED,  /* headers that were written before are those that events would write */
    DEFENCE_TURN_TARGET,  /* an answer's source is its interface */
    DEFENCE_TURN_WHOLE,   /* and its sum of what it carries */

    DEFENCE_SHORT_CHANGED, /* what is kept of raises ends with the next change */
    DEFENCE_SHORT_FROM,    /* a segment past the graph came by the interface that others did, */
    DEFENCE_SHORT_DAMAGED, /* and has a right sum */

    DEFENCE_VIDEO_PIECE, /* of a frame that is shown its bytes are sent, and no others, */
    DEFENCE_VIDEO_CLAIM, /* by who has the claim */
    DEFENCE_VIDEO_BUSY,  /* and they stay until the device has them */
    DEFENCE_VIDEO_FILM,  /* what a film says of itself can be */
    DEFENCE_VIDEO_PIXEL, /* a pixel is on the screen */
    DEFENCE_VIDEO_WAIT,  /* and nobody waits for ever for a device that does not give them back */
    DEFENCE_VIDEO_RUN,   /* and those that are painted at once cost what was said of it */

    DEFENCE_FILE_READER /* an extension reads by numbers that it was given */
};

#endif
