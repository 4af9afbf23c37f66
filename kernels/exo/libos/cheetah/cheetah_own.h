/* SPDX-License-Identifier: MIT */
/* cheetah_own.h -- what the sources of Cheetah share. */
#ifndef EXO_LIBOS_CHEETAH_OWN_H
#define EXO_LIBOS_CHEETAH_OWN_H

#include "exo/defence.h"
#include "exo/libos/cheetah/cheetah.h"
#include "lib/error.h"
#include "lib/string.h"
#include "protocol/checksum.h"
#include "protocol/http.h"
#include "protocol/ip.h"
#include "protocol/tcp/tcp.h"

enum {
    STRETCH_BLOCKS = 8,
    GRAINS = STORE_BLOCK / CHEETAH_GRAIN, /* of a block */
    BUCKETS = 1024,                       /* of connections */
    SHELVES = 256,                        /* of stretches */
    SEGMENT = ETHER_MTU - 40,             /* bytes of data, without options */
    TCP_AT = ETHER_HEADER + IP_HEADER,    /* in a frame */
    RECENT = 64,                          /* requests that are remembered */
    RECENT_MOST = 160,                    /* bytes of one */
};

/* Of which version of a file something is. */
struct version {
    struct alfs_id id;
    uint32_t contents;
    uint64_t modified, size;
};

/* 32 KiB of a file: where its blocks are, and the sum of each one's bytes up to the end of each
 * grain. A stretch is of one version, and serves no other. */
struct stretch {
    struct version of;
    uint32_t index; /* which of the file */
    uint32_t count; /* blocks that are known, from the first on; 0: it is nobody's */
    uint32_t next, newer, older;
    uint32_t block[STRETCH_BLOCKS]; /* 0: a hole */
    uint16_t sum[STRETCH_BLOCKS][GRAINS];
};

/* An answer to a request: a head, then `count` bytes of a file from `from` on. */
struct answer {
    struct version of;
    uint64_t from, count;
    const uint8_t *head; /* in the connection's heads, or a page of its own */
    uint16_t head_bytes;
    bool own_page;
};

/* A request for a whole file, as it came, and the head of its answer. */
struct recent {
    uint16_t bytes; /* 0: none */
    struct http_request read;
    struct version of;
    uint8_t request[RECENT_MOST], head[CHEETAH_GRAIN];
};

/* The headers of Ethernet and IP that all of a connection's frames begin with, for whoever sent us
 * its first one, without length; no packet is cut, so none has a number (RFC 6864); and the sum of
 * what TCP has before its header. */
struct path {
    uint8_t head[TCP_AT];
    uint64_t pseudo;
};

struct connection {
    struct tcp tcp;
    uint32_t peer;
    struct path path;
    uint8_t answers; /* of answer[], from the first on */
    uint8_t next_head;
    bool used, due, ends, half;
    uint16_t requested; /* bytes in `request` */
    uint32_t next, newer, older, due_next;
    uint64_t until;     /* when we lose patience */
    uint64_t acked;     /* of answer[0], with its head */
    uint64_t unwritten; /* of all answers: the stream does not count them yet */
    uint8_t *request;   /* what came of requests that are not answered yet; null: nothing */
    struct answer answer[CHEETAH_ANSWERS];
};
_Static_assert(sizeof(struct connection) <= 512, "without buffers");

/* A list of numbers, by age; 0 is none. */
struct ages {
    uint32_t oldest, newest;
};

struct cheetah {
    struct cheetah_setup setup;
    struct cheetah_counts counts;
    uint64_t deadline;
    uint64_t frames_most; /* counts.frames_out, until this call of cheetah_work ends */
    /* The stretch that was used last, and for which version (output.c). */
    struct stretch *hand;
    const struct version *hand_of;
    /* Whether a block came into core since this was cleared, so that others may have left; what of
     * a frame's is to be held, and is. */
    bool came, holding;
    uint32_t holds, held[CHEETAH_PIECES];
    struct recent recent[RECENT];
    uint32_t open, half, free;
    uint32_t due, due_last; /* connections that have something to send, the first one first */
    struct ages ages, stretch_ages;
    struct connection *connection; /* by number, from 1 on */
    uint8_t (*heads)[CHEETAH_ANSWERS][CHEETAH_HEAD];
    struct stretch *stretch; /* the same */
    uint8_t *page;           /* the first that is free; null: none */
    uint32_t bucket[BUCKETS], shelf[SHELVES];
};

/* --- connection.c --- */

/* The connection with this peer; 0: there is none. */
uint32_t connection_find(const struct cheetah *c, uint32_t peer, uint16_t port);
/* A new one; 0: there is no place for it. */
uint32_t connection_new(struct cheetah *c, uint32_t peer, uint16_t port);
void connection_free(struct cheetah *c, uint32_t n);
/* It was heard of. */
void connection_touch(struct cheetah *c, uint32_t n);
/* It has something to send. */
void connection_due(struct cheetah *c, uint32_t n);
/* The peer is told that it is over. */
void connection_abort(struct cheetah *c, uint32_t n);
/* It is established. */
void connection_opened(struct cheetah *c, struct connection *k);
/* So many bytes of its answers have arrived. */
void connection_acked(struct cheetah *c, struct connection *k, uint32_t bytes, uint64_t now);
/* What time asks for, of all. */
void connections_look(struct cheetah *c, uint64_t now);
static inline void connection_timed(struct cheetah *c, const struct connection *k) {
    uint64_t at = tcp_deadline(&k->tcp);
    at = at < k->until || k->tcp.state == TCP_TIME_WAIT ? at : k->until;
    c->deadline = at < c->deadline ? at : c->deadline;
}

/* A page for what comes or goes; null: none is left. */
uint8_t *page_take(struct cheetah *c);
void page_give(struct cheetah *c, uint8_t *page);

/* Ages of elements that have `newer` and `older`. */
#define AGES_DECLARE(kind)                                                                         \
    static inline void kind##_age_out(struct ages *a, struct kind *of, uint32_t n) {               \
        struct kind *e = &of[n];                                                                   \
        *(e->newer ? &of[e->newer].older : &a->newest) = e->older;                                 \
        *(e->older ? &of[e->older].newer : &a->oldest) = e->newer;                                 \
    }                                                                                              \
    static inline void kind##_age_in(struct ages *a, struct kind *of, uint32_t n) {                \
        of[n].older = a->newest;                                                                   \
        of[n].newer = 0;                                                                           \
        *(a->newest ? &of[a->newest].newer : &a->oldest) = n;                                      \
        a->newest = n;                                                                             \
    }
AGES_DECLARE(connection)
AGES_DECLARE(stretch)

/* --- stretch.c --- */

/* The version of a file that there is; false: it is gone, or a directory. */
bool version_now(const struct cheetah *c, struct alfs_id id, struct version *v);
static inline bool version_same(const struct version *a, const struct version *b) {
    return a->id.inode == b->id.inode && a->id.generation == b->id.generation &&
           a->contents == b->contents && a->modified == b->modified && a->size == b->size;
}
/* Bytes of a file from `at` on, up to `bytes` and to a block's end: where they lie, and what they
 * add to a sum. How many; below 0: the disk, or alfs. Until c->hand_of is cleared the file stays
 * as it is. */
long stretch_bytes(struct cheetah *c, const struct version *of, uint64_t at, uint32_t bytes,
                   const uint8_t **where, uint64_t *sum);
/* That of a file's, by number; it may be new, and of no block yet. */
struct stretch *stretch_of(struct cheetah *c, const struct version *of, uint32_t index);
static inline struct stretch *stretch_hand(struct cheetah *c, const struct version *of,
                                           uint32_t index) {
    if (c->hand_of != of || c->hand->index != index) {
        c->hand = stretch_of(c, of, index);
        c->hand_of = of;
    }
    return c->hand;
}
/* A block's bytes and its grains' sums, if they are known and the store showed it; else null. */
static inline const uint8_t *stretch_known(struct cheetah *c, const struct version *of,
                                           uint32_t block, const uint16_t **sum) {
    const struct stretch *s = stretch_hand(c, of, block / STRETCH_BLOCKS);
    const uint32_t i = block % STRETCH_BLOCKS;
    *sum = s->sum[i];
    return i < s->count && s->block[i] ? store_shown(c->setup.fs->store, s->block[i]) : NULL;
}

/* --- request.c --- */

/* Answers what `bytes` bytes ask for, as far as there is place for answers. How many are done with;
 * the connection may want to end then. */
uint32_t request_serve(struct cheetah *c, uint32_t n, const uint8_t *bytes, uint32_t count,
                       uint64_t now);

/* --- output.c --- */

/* Makes *p the way to a peer (its address, and the station that its frames come from) and back. */
void path_make(const struct cheetah *c, struct path *p, uint32_t peer,
               const struct ether_address *ether);
/* A segment that belongs to no connection's stream goes that way. */
void output_alone(struct cheetah *c, const struct tcp_segment *s, const struct path *path);
/* All that a connection may send now. False: the wire takes no more, or it is enough for once. */
bool output(struct cheetah *c, uint32_t n, uint64_t now);

#endif
