/* SPDX-License-Identifier: MIT */
/* stream.h -- connections, for who has them: an extension, or the kernel's own code. Both are told
 * when something has happened to one, in the strand of connections, and are shown what has arrived
 * where it lies; what they take is taken, the rest stays for the next time.
 *
 *     INITIALISE long begin(void) {
 *         return stream_listen(80);                    -E_BUSY: somebody has the port
 *     }
 *     HANDLER(stream_ready) unsigned long ready(struct stream_view *v) {
 *         ...                                          from v->data to v->end
 *         stream_write(v->number, bytes, count);       what has no room is not taken
 *         return (unsigned long)(v->end - v->data);    all of it was taken
 *     }
 *
 * Nobody is told of a connection that is not its own. One is gone when both have closed it; until
 * then it has its number, which no other has for long after. */
#ifndef SPIN_SERVICES_STREAM_STREAM_H
#define SPIN_SERVICES_STREAM_STREAM_H

#include <stdint.h>

#include "spin/core/event.h"

#define STREAM_BUFFER 32768 /* bytes each way */

/* What has happened; all of it since the last time. */
enum {
    STREAM_OPENED = 1,
    STREAM_ARRIVED = 2, /* there are bytes that were not taken */
    STREAM_ROOM = 4,    /* bytes that were written have arrived there */
    STREAM_ENDED = 8,   /* the peer sends no more */
    STREAM_GONE = 16,   /* it is over: all has arrived, or the peer has broken it off */
    STREAM_BROKEN = 32, /* the latter, or it does not answer */
};

#define STREAM_WORDS 4

struct stream_view {
    const unsigned char *data, *end;
    unsigned long bytes; /* from data to end */
    unsigned long number, what;
    unsigned long room;   /* bytes that can be written now */
    unsigned long unsent; /* bytes that have not arrived there yet */
    unsigned long peer, port, own_port;
    unsigned long word[STREAM_WORDS]; /* the owner's, of this connection; zeros at first */
};

/* How many of the bytes were taken. */
EVENT_DECLARE(stream_ready, unsigned long, (struct stream_view * view));

#ifdef __BPF__
#define STREAM_CALL extern __attribute__((section(".ksyms")))
#else
#define STREAM_CALL
#endif

/* Connections that are opened to this port are the caller's. 0, -E_BUSY: somebody has it,
 * -E_FULL, -E_NOT_FOUND: there is no network, or no protocol. */
STREAM_CALL int stream_listen(unsigned long port);
/* Nobody may open one any more; those that are open stay. */
STREAM_CALL void stream_unlisten(unsigned long port);
/* Opens one; its number, or -E_FULL, -E_NOT_FOUND. */
STREAM_CALL long stream_connect(unsigned long address, unsigned long port);
/* Sends bytes some time; how many of them there was room for, or -E_INVALID: it is not the
 * caller's, or was closed. */
STREAM_CALL long stream_write(unsigned long number, const void *bytes, unsigned long count);
/* The same of `count` bytes of what is shown, from v->data + `from` on: of the same connection, or
 * of another one of the caller's. */
STREAM_CALL long stream_pass(unsigned long number, struct stream_view *v, unsigned long from,
                             unsigned long count);
/* Copies `count` bytes of what is shown, from v->data + `from` on, or as many as there are; how
 * many. */
STREAM_CALL unsigned long stream_copy(struct stream_view *v, unsigned long from, void *to,
                                      unsigned long count);
/* Bytes that can be written now. */
STREAM_CALL unsigned long stream_room(unsigned long number);
/* Sends no more, once all that was written is sent. `reads`: 0: what still comes is not wanted. */
STREAM_CALL int stream_close(unsigned long number, unsigned long reads);
/* Ends it at once; the peer is told. */
STREAM_CALL int stream_abort(unsigned long number);

#endif
