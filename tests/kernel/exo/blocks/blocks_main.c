/* SPDX-License-Identifier: MIT */
/* blocks_main.c -- the program `blocks`. */
#include "blocks.h"

#include "exo/libos/cffs/cffs.h"
#include "exo/libos/disk/disk_await.h"
#include "exo/libos/pxn_lost.h"
#include "exo/libos/disk/xn_store.h"
#include "exo/libos/exposed.h"
#include "exo/libos/revoke.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "user/program.h"

#define HERE      0x548000000000ul
#define WINDOW_AT 0x540000000000ul
#define WINDOW    32
#define PAGE      4096ul

static volatile uint64_t *said(enum blocks_words word) {
    return &((volatile struct exo_uarea *)uarea)->own[word];
}

static void say_page(const volatile uint64_t *at) {
    *said(BLOCKS_FRAME) = frame_at(at);
    *said(BLOCKS_WORD) = *at;
}

/* Its way through the registry: by loads. */
static const volatile struct xn_entry *lookup(uint32_t block) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    const volatile uint32_t *bucket = (const volatile uint32_t *)EXO_XN_BUCKET;
    uint32_t i = bucket[xn_bucket(exposed_xn()->buckets, 0, block)];
    while (i && (entry[i].block != block || entry[i].volume != 0))
        i = entry[i].next;
    return &entry[i];
}

static void library(uint64_t creator) {
    const uint32_t block = (uint32_t)*said(BLOCKS_BLOCK);
    const uint64_t at = EXO_XN_AT(*said(BLOCKS_PARENT), *said(BLOCKS_PARTITION));
    const uint64_t how = EXO_XN_HOW(EXO_XN_MAP, 0, 0);
    *said(BLOCKS_FOUND) = lookup(block)->frame;
    *said(BLOCKS_ERROR) = (uint64_t)exo_xn_block(how, at, block, HERE, EXO_NO_EXEC);
    say_page((uint64_t *)HERE);
    exo_env_yield(creator);
    say_page((uint64_t *)HERE); /* the same page: no call since */
    exo_env_yield(creator);
    *said(BLOCKS_ERROR) =
        (uint64_t)exo_xn_block(how, at, block, HERE + PAGE, EXO_WRITE | EXO_NO_EXEC);
    *(volatile uint64_t *)(HERE + PAGE) = BLOCKS_WRITES;
}

static long read_file(void) {
    static const char name[16] = "cffs";
    static uint64_t memory[2048], bytes[512];
    static struct xn_store x;
    static struct cffs fs;
    struct cffs_id id;
    struct store_child child;
    if (xn_store_bytes((uint32_t)exposed_disk(0)->blocks, WINDOW) > sizeof memory)
        return -E_NO_MEMORY;
    long error = xn_store_open(&x, 0, 0, WINDOW_AT, WINDOW, memory);
    if (!error)
        error = cffs_mount(&fs, &x.store, name, true);
    if (error >= 0)
        error = cffs_lookup(&fs, cffs_root(&fs), (struct cffs_name){"shared", 6}, &id, NULL);
    if (!error && cffs_read(&fs, id, 0, bytes, sizeof bytes) != sizeof bytes)
        error = -E_DAMAGED;
    if (!error)
        error = cffs_block(&fs, id, 0, &child);
    if (error)
        return error;
    say_page((uint64_t *)xn_page_at(&x, xn_page_of(&x, child.at.block)));
    *said(BLOCKS_WORD) = bytes[0];
    *said(BLOCKS_FOUND) = lookup(child.at.block)->frame;
    return 0;
}

static void lose(unsigned kind, uint64_t name) {
    struct exo_extent lost = {0};
    *said(BLOCKS_KIND) = kind;
    *said(BLOCKS_LOST) = name;
    ++*said(BLOCKS_LOSSES);
    long n = pxn_lost(name, &lost, 1);
    *said(BLOCKS_EXTENT) = n < 0 ? (uint64_t)n : (uint64_t)lost.count << 32 | lost.block;
}

static void node(uint64_t creator) {
    static uint64_t page[512] __attribute__((aligned(4096)));
    const struct cap own = *(const struct cap *)&exposed_frame(frame_at(page))->acl;
    const uint64_t block = *said(BLOCKS_BLOCK);
    long id = exo_pxn_make(0, *said(BLOCKS_PARENT), 0, &own, 1);
    revoke_handle(NULL, lose);
    *said(BLOCKS_ID) = (uint64_t)id;
    *said(BLOCKS_ERROR) = (uint64_t)exo_pxn_change(0, (uint64_t)id, EXO_PXN_ADD, block, 8, 0);
    for (uint64_t n = *said(BLOCKS_PARTITION), of = *said(BLOCKS_PARENT); n; n--) {
        id = exo_pxn_make(0, of, 0, &own, 1); /* and as many others as it is told */
        of = n % 4 == 0 && id > 0 ? (uint64_t)id : *said(BLOCKS_PARENT);
    }
    id = (long)*said(BLOCKS_ID);
    for (;;) {
        exo_env_yield(creator);
        page[0] = 0;
        *said(BLOCKS_WORD) = (uint64_t)exo_pxn_request(
            EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0) | EXO_DISK_WAIT, (uint32_t)block + 4, 1,
            frame_at(page), word_at(page), (uint64_t)id);
    }
}

static void nodes(uint64_t creator) {
    static uint64_t page[512] __attribute__((aligned(4096)));
    const struct cap own = *(const struct cap *)&exposed_frame(frame_at(page))->acl;
    for (;;) {
        *said(BLOCKS_ID) = (uint64_t)exo_pxn_make(0, *said(BLOCKS_PARENT), 0, &own, 1);
        exo_env_yield(creator);
    }
}

static void need(void) {
    const uint64_t at = EXO_XN_AT(*said(BLOCKS_PARENT), *said(BLOCKS_PARTITION));
    const uint64_t how = EXO_XN_HOW(EXO_XN_MAP, 0, 0);
    long error = exo_xn_block(how, at, *said(BLOCKS_BLOCK), HERE, EXO_NO_EXEC);
    *said(BLOCKS_ERROR) = (uint64_t)(error == -E_NOT_IN_CORE ? 0 : error ? error : -E_EXISTS);
    *said(BLOCKS_FOUND) = uarea->need_block;
}

static void write_back(void) {
    const struct exo_xn_block_frame b = {(uint32_t)*said(BLOCKS_BLOCK), 0};
    *said(BLOCKS_ERROR) = (uint64_t)(exo_xn_transfer(EXO_XN_HOW(EXO_DISK_WRITE, 0, 0), &b, 1) - 1);
}

uint64_t program_main(uint64_t argument, uint64_t b, const char *words) {
    (void)b, (void)words;
    slice_handle();
    if ((uint32_t)argument == BLOCKS_LIBRARY)
        library(argument >> 32);
    else if ((uint32_t)argument == BLOCKS_FILES)
        *said(BLOCKS_ERROR) = (uint64_t)read_file();
    else if ((uint32_t)argument == BLOCKS_NODE)
        node(argument >> 32);
    else if ((uint32_t)argument == BLOCKS_NODES)
        nodes(argument >> 32);
    else if ((uint32_t)argument == BLOCKS_NEED)
        need();
    else
        write_back();
    for (;;)
        exo_env_yield(argument >> 32);
}
