/* SPDX-License-Identifier: MIT */
/* cheetah.h -- Cheetah, a web server as a library (after Kaashoek and others: Application
 * performance and flexibility on exokernel systems, SOSP '97). Files of alfs (libos/alfs) are sent
 * from the very pages that hold their blocks, and once more from there when they were lost: no byte
 * of a cached file is touched. So their checksums are kept beside them, in parts of CHEETAH_GRAIN
 * bytes, in memory and on the disk; a segment begins and ends where a part does.
 *
 *   a frame -> cheetah_frame        server.c: the connection, its step (protocol/tcp/tcp.h)
 *           -> request              request.c: what is asked for (protocol/http.h)
 *           -> output               output.c: segments, as pieces of pages
 *           -> the wire's send      an interface of the machine's (libos/net/port.h); or a test's
 *
 * An answer is of one version of a file: where the file changes before all of it has arrived, the
 * connection is reset.
 *
 * Connections are a table. Where it is full, one that only waits makes place for a new one: the
 * oldest that has ended, or was not opened, or has no request. A quarter may be half open. Who
 * takes fewer than CHEETAH_RATE bytes a second, or does not end his request, is reset.
 *
 * Nothing here allocates, waits, or knows a machine; it is built for the host, too. */
#ifndef EXO_LIBOS_CHEETAH_H
#define EXO_LIBOS_CHEETAH_H

#include <stddef.h>

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/net/wire.h"
#include "protocol/ether.h"
#include "protocol/secret.h"

#define CHEETAH_GRAIN    128u /* bytes of a file that have a checksum */
#define CHEETAH_HEAD     256u /* bytes of the head of an answer, at most; none lies in two pages */
#define CHEETAH_ANSWERS  2    /* of a connection, at one time */
#define CHEETAH_PIECES   8    /* of a frame: headers, and of each answer its head and two pages */
#define CHEETAH_BURST    32
#define CHEETAH_PATIENCE (30 * 1000000000ull) /* ns */
#define CHEETAH_RATE     1024                 /* bytes a second */

struct cheetah_setup {
    struct alfs *fs;
    struct alfs_id root;        /* the directory whose files are served */
    struct wire *wire;          /* takes CHEETAH_PIECES of a frame */
    struct ether_address ether; /* whose frames are ours, and which address and port */
    uint32_t ip;
    uint16_t port;
    struct secret secret;
    uint32_t connections; /* how many there may be */
    uint32_t stretches;   /* of 32 KiB of files whose checksums are at hand */
    uint32_t pages;       /* for requests that come in parts, and for /status */
    /* Writes what GET /status gives; how many bytes. Or null. */
    uint32_t (*status)(char *to, uint32_t room);
};

/* What a server has done. */
struct cheetah_counts {
    uint64_t frames_in, frames_out;
    uint64_t opened, answers;
    uint64_t file_bytes; /* of files that were sent; once more sent, once more counted */
    uint64_t touched;    /* of these, those that were read for a checksum */
    uint64_t summed;     /* bytes that were read for checksums that were not stored yet */
    uint64_t changed;    /* connections reset, for the file was another one by then */
    uint64_t slow;       /* reset, for the peer was */
    uint64_t displaced;  /* gone, for a new one */
    uint64_t refused;    /* segments without a place */
    uint64_t damaged;    /* frames that were none of ours */
};

struct cheetah;

/* How much memory it takes; aligned to a page. */
size_t cheetah_bytes(const struct cheetah_setup *setup);
/* The same of one more connection, with and without its buffers, and of a stretch. */
size_t cheetah_connection_bytes(bool buffers);
size_t cheetah_stretch_bytes(void);
/* A server in so much zeroed memory. */
struct cheetah *cheetah_begin(const struct cheetah_setup *setup, void *memory);
const struct cheetah_counts *cheetah_counts(const struct cheetah *c);
/* Connections that there are. */
uint32_t cheetah_open(const struct cheetah *c);

/* A frame has arrived; what it causes to be sent is sent by cheetah_work. The time, here and below,
 * is in nanoseconds. */
void cheetah_frame(struct cheetah *c, const uint8_t *frame, uint32_t bytes, uint64_t now);
/* Sends what is due, as far as the wire takes it, but no more frames than CHEETAH_BURST, and does
 * what time asks for. False: there is more; look for frames that have come, and call it again. */
bool cheetah_work(struct cheetah *c, uint64_t now);
/* When to call it again at the latest. */
uint64_t cheetah_deadline(const struct cheetah *c);

#endif
