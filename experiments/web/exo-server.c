/* SPDX-License-Identifier: MIT */
/* exo-server.c -- Cheetah in an environment of its own, with files in memory. When it has nothing
 * to do it gives the processor to its client. */
#include "exo-web.h"

#include "exo/libos/cache/cache_store.h"
#include "exo/libos/cheetah/cheetah.h"
#include "exo/libos/net/port.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/yield.h"
#include "lib/string.h"
#include "user/program.h"
#include "web.h"

#define BLOCKS    512 /* of the disk */
#define CACHE     300
#define FILES     100
#define PORT_AT   0x530000000000ul
#define SHARED_AT 0x531000000000ul

static unsigned char disk_bytes[BLOCKS][STORE_BLOCK] __attribute__((aligned(STORE_BLOCK)));
static unsigned char store_memory[3u << 19] __attribute__((aligned(STORE_BLOCK)));
static unsigned char tables[1u << 19] __attribute__((aligned(64)));
static unsigned char cache_memory[1u << 16];
static unsigned char memory[1u << 18] __attribute__((aligned(STORE_BLOCK)));
static struct memory_disk disk;
static struct raw_store raw;
static struct alfs fs;
static struct port port;
static volatile struct web_shared *const shared = (volatile struct web_shared *)SHARED_AT;

static void must(bool so) {
    if (!so)
        __builtin_trap();
}

static void file(uint32_t bytes) {
    static uint8_t block[STORE_BLOCK];
    char name[12];
    struct alfs_id id;
    const struct alfs_name text = {name, (size_t)(web_number(name, bytes) - name)};
    must(!alfs_create(&fs, alfs_root(), text, ALFS_FILE, 0600, &id));
    for (uint32_t at = 0, part; at < bytes; at += part) {
        part = bytes - at < STORE_BLOCK ? bytes - at : STORE_BLOCK;
        for (uint32_t i = 0; i < part; i++)
            block[i] = web_byte(bytes, at + i);
        must(alfs_write(&fs, id, at, block, part) == (long)part);
    }
}

/* --- Which blocks stay --- */

static struct cache_store limit;

static bool is_large[BLOCKS]; /* blocks of large files */

static void came_hybrid(struct block_cache *c, uint32_t slot) {
    block_cache_move(c, slot, is_large[c->slot[slot].block] ? CACHE_YOUNG : CACHE_MAIN);
}

static void used_hybrid(struct block_cache *c, uint32_t slot) {
    block_cache_move(c, slot, c->slot[slot].queue == CACHE_YOUNG ? CACHE_YOUNG : CACHE_MAIN);
}

/* Large files have room for what is read ahead, and no more. */
static uint32_t victim_hybrid(struct block_cache *c) {
    const uint32_t young = block_cache_oldest(c, CACHE_YOUNG);
    const uint32_t old = block_cache_oldest(c, CACHE_MAIN);
    return !old || (young && c->queue[CACHE_YOUNG].count >= MIX_YOUNG) ? young : old;
}

static const struct block_cache_policy hybrid = {
    .came = came_hybrid, .used = used_hybrid, .victim = victim_hybrid};

static void limit_begin(void) {
    const uint32_t most = shared->cache == WEB_NONE ? CACHE_LEAST : MIX_LIMIT;
    must(block_cache_bytes(most) <= sizeof cache_memory);
    if (shared->cache != WEB_ALL)
        must(!cache_store_begin(&limit, &raw.store, most,
                                shared->cache == WEB_HYBRID ? &hybrid : &block_cache_lru, NULL,
                                cache_memory));
}

static void volume(void) {
    static const char name[16] = "web";
    static const uint32_t sizes[] = WEB_SIZES;
    must(raw_store_bytes(BLOCKS, CACHE) <= sizeof store_memory &&
         alfs_bytes(FILES, FILES) <= sizeof tables);
    memory_disk_begin(&disk, disk_bytes[0], BLOCKS);
    must(!raw_store_format(&disk.disk, store_memory));
    memset(store_memory, 0, STORE_BLOCK);
    must(!raw_store_open(&raw, &disk.disk, store_memory, CACHE));
    must(!alfs_declare(&raw.store, NULL, NULL) && !alfs_format(&raw.store, name, 0, false));
    must(!alfs_mount(&fs, &raw.store, name, tables, FILES, FILES, false));
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        file(sizes[i]);
    for (uint32_t i = 0; i < MIX_SMALL; i++)
        file(mix_size(i));
    for (uint32_t i = 0; i < BLOCKS; i++)
        is_large[i] = store_is_free(&raw.store, i);
    for (uint32_t i = 0; i < MIX_LARGE; i++)
        file(mix_size(MIX_SMALL + i));
    for (uint32_t i = 0; i < BLOCKS; i++)
        is_large[i] = is_large[i] && !store_is_free(&raw.store, i);
    must(!alfs_sync(&fs));
    limit_begin();
}

static struct cheetah *begin(void) {
    const struct cheetah_setup setup = {.fs = &fs,
                                        .root = alfs_root(),
                                        .wire = &port.wire,
                                        .ether = port_ether(0),
                                        .ip = WEB_SERVER_IP,
                                        .port = WEB_PORT,
                                        .secret = {{clock_now(), 1}},
                                        .connections = 64,
                                        .stretches = 64,
                                        .pages = 4};
    must(cheetah_bytes(&setup) <= sizeof memory);
    return cheetah_begin(&setup, memory);
}

static void tell(const struct cheetah *c) {
    const struct cheetah_counts *n = cheetah_counts(c);
    shared->frames = n->frames_out;
    shared->touched = n->touched;
    shared->bytes = n->file_bytes;
    shared->reads = disk.requests;
}

uint64_t program_main(uint64_t how, uint64_t b, const char *words) {
    const uint64_t client = how >> 32;
    const struct exo_pages page = {SHARED_AT,
                                   (uint32_t)how << 12 | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC, 1};
    (void)b, (void)words;
    must(exo_page_update(0, 0, 0, &page, 1, 0) == 1);
    const long error = port_open(&port, 0, 0, WEB_SERVER_IP, WEB_PORT, PORT_AT);
    if (error) {
        shared->ready = (uint64_t)error;
        return 1;
    }
    volume();
    struct cheetah *c = begin();
    shared->connection = cheetah_connection_bytes(false);
    shared->buffers = cheetah_connection_bytes(true);
    shared->file = cheetah_stretch_bytes();
    shared->ready = 1;
    for (;;) {
        uint32_t bytes;
        const uint8_t *frame;
        const uint64_t began = clock_now(), now = clock_ns(began);
        bool had = false;
        for (; (frame = link_next(&port.link, &bytes)) != NULL; had = true) {
            cheetah_frame(c, frame, bytes, now);
            link_done(&port.link);
        }
        const bool all = cheetah_work(c, now);
        if (had || !all) {
            tell(c);
            shared->ticks += clock_now() - began;
        }
        if (all)
            exo_env_yield(client);
    }
}
