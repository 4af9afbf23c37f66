/* SPDX-License-Identifier: MIT */
/* world.h -- a Cheetah with a volume in memory, clients that speak TCP by the same step, and a wire
 * between them that loses, doubles and damages frames by seed. Time is what the test says. On the
 * host, and in a program of exo's checks. */
#ifndef TESTS_UNIT_EXO_CHEETAH_WORLD_H
#define TESTS_UNIT_EXO_CHEETAH_WORLD_H

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/cache/cache_store.h"
#include "exo/libos/cheetah/cheetah.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "lib/error.h"
#include "lib/string.h"
#include "protocol/tcp/tcp.h"

enum {
    BLOCKS = 768, /* of the disk */
    CACHE = 512,
    FILES = 100, /* and extents */
    QUEUE = 256, /* frames on their way */
    FRAME = 1514,
    CLIENTS = 100,
    STREAM = 160 * 1024, /* what a client may be sent */
    SERVER_IP = 0x0a000001,
    CLIENT_IP = 0x0a000002,
};

struct flat {
    uint32_t bytes;
    uint8_t byte[FRAME];
};
struct queue {
    uint32_t first, count;
    struct flat frame[QUEUE];
};

struct client {
    struct tcp tcp;
    uint32_t ip;
    char request[4500];                   /* what is sent, all of it at once... */
    uint32_t request_bytes, piece, acked; /* ...or so many bytes in a segment */
    uint32_t got;                         /* bytes in order; they are in stream[] */
    bool used, ended, reset, stops;       /* stops: reads nothing any more */
    uint8_t *stream;
};

struct world {
    struct memory_disk disk;
    struct raw_store raw;
    struct cache_store limit;
    struct alfs fs;
    struct cheetah_setup setup;
    struct cheetah *server;
    struct wire wire;
    uint64_t now;
    uint32_t seed, loses, doubles, damages; /* of a thousand frames */
    uint64_t frames, to_client, to_server;  /* that were sent */
    uint8_t head[WIRE_HEAD];
    bool closed; /* the wire takes nothing */
    bool more;   /* is to follow what was sent last */
    bool copied; /* a piece of a file was not the store's page */
    struct queue out, in;
    struct client client[CLIENTS];
};

/* Memory for one: static in the program that includes this. */
struct world_memory {
    unsigned char disk[BLOCKS][STORE_BLOCK] __attribute__((aligned(STORE_BLOCK)));
    unsigned char store[3u << 20] __attribute__((aligned(STORE_BLOCK)));
    unsigned char tables[1u << 19] __attribute__((aligned(64)));
    unsigned char limit[1u << 14] __attribute__((aligned(64)));
    unsigned char server[1u << 20] __attribute__((aligned(STORE_BLOCK)));
    uint8_t stream[CLIENTS][STREAM];
};

static inline uint32_t world_random(struct world *w) {
    w->seed ^= w->seed << 13;
    w->seed ^= w->seed >> 17;
    return w->seed ^= w->seed << 5;
}

void world_begin(struct world *w, struct world_memory *m, uint32_t connections, uint32_t pages);
/* From now on as few blocks of files are in memory as may be. */
void world_limit(struct world *w, struct world_memory *m);
/* A new server on the same files. */
void world_again(struct world *w, struct world_memory *m);
/* A file of so many bytes by a number; the same file with another one is another version. Below 0:
 * an error. */
long world_file(struct world *w, const char *name, uint32_t bytes, uint32_t number);
/* The byte of such a file. */
static inline uint8_t world_byte(uint32_t number, uint32_t at) {
    const uint32_t x = (at + number * 7919u) * 2654435761u;
    return (uint8_t)(x >> 24 ^ x >> 7);
}
/* A client opens a connection, and asks this when it is open. */
struct client *world_client(struct world *w, unsigned i, const char *request);
/* Until nothing is on its way any more, or so many steps; where nothing moves time goes on, for up
 * to `ns` in all. */
void world_run(struct world *w, unsigned steps, uint64_t ns);
/* A segment of a client that has no state. */
void world_raw(struct world *w, uint32_t ip, const struct tcp_segment *s, const void *data);

/* What a client was sent is an answer with this status, whose data are `bytes` from `from` on of
 * the file by this number; *at is where it begins, and afterwards the next one. */
bool world_answer(const struct client *k, uint32_t *at, unsigned status, uint32_t number,
                  uint32_t from, uint32_t bytes);

#endif
