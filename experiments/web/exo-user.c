/* SPDX-License-Identifier: MIT */
/* exo-user.c -- a file by the web: client and server are two environments, each with an interface;
 * both interfaces are on one wire. */
#include "exo-client.h"
#include "exo-web.h"
#include "web.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "protocol/ether.h"
#include "protocol/ip.h"

#define KERNEL_FRAMES 256
#define EXOS_FRAMES   2000
#define SHARED_AT     0x531000000000ul

static volatile struct web_shared *const shared = (volatile struct web_shared *)SHARED_AT;
static uint64_t server, first; /* who is given the processor first; who was started, if another */
static uint8_t answer[WEB_MOST];

static const char *server_begin(enum web_cache cache) {
    const bool by_sockets = cache == WEB_BY_SOCKETS;
    if (!exposed_entry(SHARED_AT) && frames_map(0, 0, 0, SHARED_AT, 1, EXO_WRITE | EXO_NO_EXEC))
        return "the machine has too little memory";
    memset((void *)SHARED_AT, 0, sizeof *shared);
    shared->cache = cache;
    const uint64_t frame = (exposed_entry(SHARED_AT) & EXO_FRAME_OF) >> 12;
    const long id = spawn_sized(0, by_sockets ? WEB_SOCKETS : WEB_SERVER,
                                (uint64_t)exo_env_self() << 32 | frame, 0, 0,
                                by_sockets ? EXOS_FRAMES : KERNEL_FRAMES);
    if (id < 0)
        return "the machine has too little memory";
    server = (uint64_t)id;
    while (!shared->ready && exposed_env(server)->state == EXO_ENV_READY)
        exo_env_yield(server);
    if (shared->ready == 1 && by_sockets) {
        first = server;
        server = shared->network;
        web_client_known(server);
    }
    return shared->ready == 1 ? NULL : "the server does not begin";
}

static void end(void) {
    web_client_end();
    if (server)
        exo_env_destroy(0, server);
    if (first)
        exo_env_destroy(0, first);
    server = first = 0;
    while (frames_await()) /* its filters are gone, too */
        continue;
}

/* Null, or why there is no server. */
static const char *begin(enum web_cache cache) {
    if (env_info()->nics < 2)
        return "the machine has no two network interfaces";
    if (!web_client_begin())
        return "the machine has too little memory";
    const char *why = server_begin(cache);
    if (why)
        end();
    return why;
}

static bool begins(struct bench *b, enum web_cache cache) {
    const char *why = begin(cache);
    if (why)
        bench_skip(b, why);
    return !why;
}

/* What is asked for: the file of so many bytes. */
struct request {
    uint32_t bytes, length;
    char text[100];
};

/* The answer is looked at byte by byte. */
static void exchange(const struct request *r) {
    const uint32_t got = web_exchange(server, r->text, r->length, answer);
    if (!web_right(answer, got, r->bytes))
        __builtin_trap();
}

/* A server, and the row's file, which is in its memory then. */
static bool prepare(struct bench *b, enum web_cache cache, struct request *r) {
    r->bytes = (uint32_t)bench_arg(b, "bytes");
    r->length = web_request(r->text, r->bytes);
    if (!begins(b, cache))
        return false;
    exchange(r);
    return true;
}

/* The whole exchange, from the first SYN to the last acknowledgement. */
static void get(struct bench *b, enum web_cache cache) {
    struct request r;
    if (!prepare(b, cache, &r))
        return;
    while (bench_next(b)) {
        bench_start(b);
        const uint32_t got = web_exchange(server, r.text, r.length, NULL);
        bench_stop(b);
        if (got <= r.bytes)
            __builtin_trap();
    }
    exchange(&r);
    end();
}

BENCH(web_get, "web/get/bytes:100,1024,10240,102400/server:cheetah") {
    get(b, WEB_ALL);
}

BENCH(web_get_sockets, "web/get/bytes:100,1024,10240,102400/server:sockets") {
    get(b, WEB_BY_SOCKETS);
}

/* What of it the server took: Cheetah says so itself; of the two processes with sockets it is what
 * the client was without the processor. */
static uint64_t served(enum web_cache cache) {
    return cache == WEB_BY_SOCKETS ? web_client_away() : shared->ticks;
}

static void get_part(struct bench *b, enum web_cache cache) {
    struct request r;
    if (!prepare(b, cache, &r))
        return;
    while (bench_next(b)) {
        const uint64_t before = served(cache);
        bench_start(b);
        web_exchange(server, r.text, r.length, NULL);
        bench_end();
        bench_stop_at(b, b->begun + served(cache) - before);
    }
    end();
}

BENCH(web_get_server, "web/get/bytes:100,1024,10240,102400/server:cheetah/part:server") {
    get_part(b, WEB_ALL);
}

BENCH(web_get_processes, "web/get/bytes:100,1024,10240,102400/server:sockets/part:server") {
    get_part(b, WEB_BY_SOCKETS);
}

/* --- Counts and sizes --- */

static uint64_t wire_frames(void) {
    const volatile struct exo_nic *nic = (const volatile struct exo_nic *)EXO_NIC;
    return nic[0].frames_out + nic[1].frames_out;
}

/* Bytes of files that the server's processor reads or writes; over sockets with what goes before
 * them, and the network's process reads all behind IP's header for its sum. */
static uint64_t touched(enum web_cache cache) {
    const volatile struct exo_nic *nic = (const volatile struct exo_nic *)EXO_NIC;
    const uint64_t summed = nic->bytes_out - nic->frames_out * (ETHER_HEADER + IP_HEADER);
    return shared->touched + (cache == WEB_BY_SOCKETS ? summed : 0);
}

/* That, or frames on the wire, by both. */
static void count(struct bench *b, enum web_cache cache) {
    struct request r;
    char of[8];
    bench_word(b, "of", of, sizeof of);
    if (!prepare(b, cache, &r))
        return;
    const uint64_t frames = wire_frames(), before = touched(cache), sent = shared->bytes;
    exchange(&r);
    if (shared->bytes - sent < r.bytes) /* who counts has sent it */
        __builtin_trap();
    bench_count(b, *of == 'f' ? wire_frames() - frames : touched(cache) - before);
    end();
}

BENCH(web_counts, "web/count/of:frames,touched/bytes:1024,102400/server:cheetah") {
    count(b, WEB_ALL);
}

BENCH(web_counts_sockets, "web/count/of:frames,touched/bytes:1024,102400/server:sockets") {
    count(b, WEB_BY_SOCKETS);
}

/* How many exchanges a million instructions are enough for. */
BENCH(web_requests, "web/requests/bytes:1024/server:cheetah") {
    struct request r;
    if (!prepare(b, WEB_ALL, &r))
        return;
    uint64_t done = 0;
    for (const uint64_t until = clock_now() + clock_ticks(1000000); clock_now() < until; done++)
        if (web_exchange(server, r.text, r.length, NULL) <= r.bytes)
            __builtin_trap();
    bench_count(b, done - 1);
    end();
}

/* A connection, without what it sends; that; and what a file of up to 32 KiB takes beside its
 * blocks. */
BENCH(web_size, "web/size/of:connection,heads,file/server:cheetah") {
    char of[12];
    bench_word(b, "of", of, sizeof of);
    if (!begins(b, WEB_ALL))
        return;
    bench_size(b, *of == 'c'   ? shared->connection
                  : *of == 'h' ? shared->buffers - shared->connection
                               : shared->file);
    end();
}

/* --- A mix --- */

static void mix(uint64_t *seed) {
    for (unsigned i = 0; i < 100; i++) {
        char request[100];
        const uint32_t bytes = mix_next(seed), length = web_request(request, bytes);
        if (web_exchange(server, request, length, NULL) <= bytes)
            __builtin_trap();
    }
}

static enum web_cache cache_of(const struct bench *b) {
    char word[8];
    bench_word(b, "cache", word, sizeof word);
    return *word == 'h' ? WEB_HYBRID : *word == 'l' ? WEB_LRU : WEB_NONE;
}

/* A hundred requests, after a hundred others; the cache has room for a third of the files. */
BENCH(web_mix, "web/mix/cache:hybrid,lru,none/server:cheetah") {
    uint64_t seed = 1;
    if (!begins(b, cache_of(b)))
        return;
    bench_slow(b);
    mix(&seed);
    while (bench_next(b)) {
        bench_start(b);
        mix(&seed);
        bench_stop(b);
    }
    end();
}

/* Requests to the disk for the second hundred. */
BENCH(web_mix_reads, "web/count/of:reads/cache:hybrid,lru,none/server:cheetah") {
    uint64_t seed = 1;
    if (!begins(b, cache_of(b)))
        return;
    mix(&seed);
    const uint64_t before = shared->reads;
    mix(&seed);
    bench_count(b, shared->reads - before);
    end();
}
