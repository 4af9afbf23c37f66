/* SPDX-License-Identifier: MIT */
/* rules.h -- what implementations usually get wrong, by number: tests build without each, and
 * demand that one of them fails then (tests/end/tools/protocol_rules_test.sh). */
#ifndef PROTOCOL_RULES_H
#define PROTOCOL_RULES_H

#include "lib/defence.h"

enum {
    DEFENCE_TCP_WINDOW = 14001, /* what is not in the window is not taken */
    DEFENCE_TCP_FITS,           /* nor what reaches beyond it */
    DEFENCE_TCP_RESET,          /* a reset has the very next number (RFC 5961, 3) */
    DEFENCE_TCP_RESET_SYN_SENT, /* or acknowledges the SYN */
    DEFENCE_TCP_SYN,            /* a SYN ends no connection (RFC 5961, 4) */
    DEFENCE_TCP_UNSENT,         /* what was not sent is not acknowledged, */
    DEFENCE_TCP_OLD_ACK,        /* nor by who knows no recent number (RFC 5961, 5) */
    DEFENCE_TCP_CHALLENGES,     /* such segments are answered ten times a second */
    DEFENCE_TCP_LATE_ACK,       /* what was sent before a timeout counts after it */
    DEFENCE_TCP_OLD_TIME,       /* a segment with an old timestamp is old (RFC 7323, 5) */
    DEFENCE_TCP_WAIT_RESET,     /* TIME_WAIT is not reset (RFC 1337) */
    DEFENCE_TCP_ZERO_WINDOW,    /* a peer that answers is there, window or not */
    DEFENCE_TCP_OLD_WINDOW,     /* an older segment's window is not the newest */
    DEFENCE_TCP_NOT_BACK,       /* a window that was announced is not taken back */
    DEFENCE_TCP_SILLY,          /* and grows by a segment, or not at all */
    DEFENCE_TCP_SMALL,          /* small segments wait for one another */
    DEFENCE_TCP_FIN_LAST,       /* the end is behind all data */
    DEFENCE_TCP_KARN,           /* what is sent twice is not timed */
    DEFENCE_TCP_TAIL,           /* what is last in flight goes again before a timeout, */
    DEFENCE_TCP_TAIL_ONCE,      /* once */
    DEFENCE_TCP_TAIL_ONE,       /* and one segment alone not before its peer must have answered */
    DEFENCE_TCP_COOKIE,         /* who answers to a listener has heard from it */

    DEFENCE_ISS_TUPLE,    /* numbers of two connections say nothing of each other (RFC 6528) */
    DEFENCE_PORT_TUPLE,   /* nor ports (RFC 6056) */
    DEFENCE_IP_OVERLAP,   /* pieces that contradict each other are no packet */
    DEFENCE_IP_OPTIONS,   /* a route that the sender chose is not taken */
    DEFENCE_ARP_STRANGER, /* who was not asked is not believed */
    DEFENCE_ARP_PLACES,   /* and takes the place of nobody who is talked to */
    DEFENCE_ICMP_ERRORS,  /* an error is not answered by an error */
    DEFENCE_RPC_ONCE,     /* a call that comes again does not happen again */
    DEFENCE_RPC_HANDLE,   /* a reply has the call's handle */
    DEFENCE_AM_HANDLER,   /* a message's handler is in the table */
    DEFENCE_HTTP_DOTS,    /* a path stays below its root */
    DEFENCE_HTTP_LONG,    /* a request has an end */
    DEFENCE_HTTP_DIGITS   /* and its numbers have so many digits */
};

#endif
