/* SPDX-License-Identifier: MIT */
/* stream_step.h -- how an extension is the protocol of connections. The kernel has what a
 * connection needs memory, time and a wire for: buffers, the table, timers, packets. What is said
 * when is the protocol's, which handles Stream.Step (INSTEAD), and sees headers and numbers and
 * never a byte of data. It is metered, and believed nothing: what it gives is held against the
 * buffers. */
#ifndef SPIN_SERVICES_STREAM_STREAM_STEP_H
#define SPIN_SERVICES_STREAM_STREAM_STEP_H

#include "protocol/tcp/tcp.h"
#include "spin/core/event.h"

#define STREAM_HEADER   96 /* where a header lies, which has at most 60 bytes */
#define STREAM_SEGMENTS 4  /* that one step sends, or trains of them; more by the next */
#define STREAM_TRAIN    31 /* that follow one at most */

enum stream_op {
    STREAM_OPENS,   /* we begin it: `setup` */
    STREAM_ACCEPTS, /* the peer does, by `header`: `setup`; 0: it does not */
    STREAM_INPUT,   /* a segment has come: `header`, `bytes` with its data; 0: it begins another
                       connection, for which this one makes place */
    STREAM_OUTPUT,  /* `written` more bytes wait, `room` is free, `flags`: what is to be sent? */
    STREAM_TIMER,   /* `deadline` has passed */
    STREAM_ABORTS,  /* it ends at once */
    STREAM_REFUSES, /* a segment without a connection has come: the answer, if there is one */
};

/* Flags of STREAM_OUTPUT, all that hold. */
enum { STREAM_CLOSING = 1, STREAM_NODELAY = 2, STREAM_ORPHAN = 4 };

struct stream_segment {
    uint32_t header, at, length; /* bytes of its header; which of what waits are its data */
    uint32_t more; /* so many follow with the data behind these: as long, and their number that
                      much further on, else the same header */
    uint8_t byte[STREAM_HEADER]; /* ports and checksum are the kernel's to say */
};

struct stream_step {
    unsigned long op, now; /* nanoseconds */
    uint32_t written, room, flags, bytes;
    struct tcp_setup setup;
    uint8_t header[STREAM_HEADER];
    /* What it gives. */
    struct tcp_event found;
    uint32_t data; /* of an INPUT: where its data begin */
    uint32_t segments, state;
    uint32_t may_go;        /* it makes place for others, if there is none */
    uint32_t quiet;         /* there is nothing to say, unless its owner writes or closes */
    unsigned long deadline; /* nanoseconds; UINT64_MAX: none */
    struct stream_segment segment[STREAM_SEGMENTS];
    struct tcp_segment heard; /* the protocol's own */
};

/* 0 or more, as the operation has it. `connection` is zeros at first, and the protocol's own. */
EVENT_DECLARE(stream_step, long, (struct tcp * connection, struct stream_step *step));

#endif
