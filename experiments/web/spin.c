/* SPDX-License-Identifier: MIT */
/* spin.c -- a file by SPIN's web server, which is an extension (spin_ends.h). */
#include "machine/cpu/x86.h"
#include "spin_ends.h"
#include "spin/services/nic/nic_object.h"

/* Who serves is there, has been asked once, and has in memory what is kept. */
static bool begins_get(struct bench *b) {
    if (!web_begin(b, "hybrid"))
        return false;
    web_ask_for((uint32_t)bench_arg(b, "bytes"));
    web_look();
    return true;
}

BENCH(web_get, "web/get/bytes:100,1024,10240/server:http") {
    if (!begins_get(b))
        return;
    while (bench_next(b)) {
        bench_start(b);
        web_exchange();
        bench_stop(b);
    }
    web_look();
    web_end();
}

/* What is large is kept by nobody. */
BENCH(web_get_large, "web/get/bytes:102400/server:http") {
    if (!begins_get(b))
        return;
    while (bench_next(b)) {
        bench_start(b);
        web_exchange_by_disk();
        bench_stop(b);
    }
    web_look();
    web_end();
}

/* What of it the server took. */
BENCH(web_get_server, "web/get/bytes:100,1024,10240,102400/server:http/part:server") {
    if (!begins_get(b))
        return;
    while (bench_next(b)) {
        bench_start(b);
        const uint64_t took = web_exchange_parts();
        bench_end();
        bench_stop_at(b, b->begun + took);
    }
    web_look();
    web_end();
}

/* Frames on the wire, by both. */
BENCH(web_frames, "web/count/of:frames/bytes:1024,102400/server:http") {
    if (!begins_get(b))
        return;
    const uint64_t before = nic_objects[SERVER_NIC].sent + nic_objects[CLIENT_NIC].sent;
    web_exchange_by_disk();
    bench_count(b, nic_objects[SERVER_NIC].sent + nic_objects[CLIENT_NIC].sent - before);
    web_end();
}

/* How many exchanges a million instructions are enough for. */
BENCH(web_requests, "web/requests/bytes:1024/server:http") {
    if (!begins_get(b))
        return;
    uint64_t count = 0;
    for (const uint64_t until = rdtsc() + 1000000; rdtsc() < until; count++)
        web_exchange();
    bench_count(b, count - 1);
    web_end();
}

/* --- A mix --- */

static void mix(uint64_t *seed) {
    for (unsigned i = 0; i < 100; i++) {
        web_ask_for(mix_next(seed));
        web_exchange_by_disk();
    }
}

static bool begins_mix(struct bench *b, uint64_t *seed) {
    char cache[8];
    bench_word(b, "cache", cache, sizeof cache);
    if (!web_begin(b, cache))
        return false;
    mix(seed);
    return true;
}

/* A hundred requests, after a hundred others. */
BENCH(web_mix, "web/mix/cache:hybrid,lru,none/server:http") {
    uint64_t seed = 1;
    bench_slow(b);
    if (!begins_mix(b, &seed))
        return;
    while (bench_next(b)) {
        bench_start(b);
        mix(&seed);
        bench_stop(b);
    }
    web_end();
}

/* Requests to the disk for the second hundred. */
BENCH(web_mix_reads, "web/count/of:reads/cache:hybrid,lru,none/server:http") {
    uint64_t seed = 1;
    if (!begins_mix(b, &seed))
        return;
    const uint64_t before = web_disk_requests();
    mix(&seed);
    bench_count(b, web_disk_requests() - before);
    web_end();
}
