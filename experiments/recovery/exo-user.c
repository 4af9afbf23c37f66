/* SPDX-License-Identifier: MIT */
/* exo-user.c -- a volume that was not left clean is mounted: walked from its root by the kernel,
 * step by step, with the blocks that the library reads for it. */
#include "../metadata/exo-volume.h"

#include "exo/libos/disk/xn_core.h"
#include "exo/libos/disk/xn_store.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

#define NODE      XN_IMPORTED
#define WINDOW_AT 0x540000000000ul /* the store's pages */
#define WINDOW    64
#define POINTERS  64 /* of a node: eight windows of eight */
#define ROOT_AT   64 /* the tree's blocks, from here on, each level behind the one above */
#define LARGEST   65536

extern const unsigned char recovery_udf[], recovery_udf_end[];
__asm__(
    ".pushsection .rodata\n.balign 16\n"
    "recovery_udf: .incbin \"guest/metadata/pointers_8.bpf.o\"\nrecovery_udf_end:\n.popsection");

static struct xn_store xn_store;
static uint64_t memory[2048];

static uint32_t make_body(unsigned char *body) {
    struct xn_body b = {.magic = XN_BODY_MAGIC,
                        .name = "node",
                        .number = NODE,
                        .class = XN_BASE,
                        .most = 8,
                        .size = XN_BLOCK_BYTES,
                        .stride = 64,
                        .count = POINTERS / 8,
                        .key = XN_NO_KEY,
                        .object = (uint32_t)(recovery_udf_end - recovery_udf)};
    b.bytes = (uint32_t)sizeof b + b.object;
    memcpy(body, &b, sizeof b);
    memcpy(body + sizeof b, recovery_udf, b.object);
    return b.bytes;
}

static long open_store(void) {
    memset(memory, 0, sizeof memory);
    return xn_store_open(&xn_store, 0, 0, WINDOW_AT, WINDOW, memory);
}

/* A root that owns nothing yet, and its type, on the disk. */
static long make_root(uint32_t blocks) {
    static unsigned char body[XN_BODY_BYTES_MAX];
    struct store *s = &xn_store.store;
    long error = format(blocks, XN_UDF);
    if (!error)
        error = open_store();
    if (!error)
        error = s->ops->type(s, body, make_body(body));
    if (error == NODE)
        error =
            s->ops->root_new(s, "root\0\0\0\0\0\0\0\0\0\0\0",
                             (struct xn_extent){.block = ROOT_AT, .count = 1, .type = NODE}, false);
    if (!error)
        error = store_sync(s, false);
    xn_store_abandon(&xn_store);
    return error;
}

/* One node's pointers: to `count` blocks side by side. */
static long write_node(uint32_t block, uint32_t first, uint32_t count, uint8_t type) {
    struct xn_extent *pointer = (void *)RAW;
    memset(RAW, 0, PAGE);
    for (uint32_t i = 0; i < count && i < POINTERS; i++)
        pointer[i] = (struct xn_extent){.block = first + i, .count = 1, .type = type};
    return raw(EXO_DISK_WRITE, block);
}

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/* The tree: a root, above it what the leaves' number needs, and leaves that own all other blocks.
 * How many blocks of metadata. */
static long make_tree(uint32_t blocks) {
    uint32_t leaves = (blocks - ROOT_AT) / (POINTERS + 1) - 1, mids = leaves / POINTERS + 1;
    uint32_t mid = ROOT_AT + 1, leaf = mid + mids, data = leaf + leaves;
    long error = write_node(ROOT_AT, mid, mids, NODE);
    for (uint32_t i = 0; i < mids && !error; i++)
        error =
            write_node(mid + i, leaf + i * POINTERS, least(leaves - i * POINTERS, POINTERS), NODE);
    for (uint32_t i = 0; i < leaves && !error; i++)
        error = write_node(leaf + i, data + i * POINTERS, POINTERS, XN_BYTES);
    return error ? error : 1 + mids + leaves;
}

/* Mounting, up to where recovery begins: types are imported by then. */
static long begin_mount(void) {
    long result;
    do
        result = exo_xn_volume(EXO_XN_HOW(EXO_XN_MOUNT, 0, 0), 0, 0, 0);
    while (exposed_xn()->volume[0].state != XN_RECOVERING && xn_again(&xn_store, &result));
    return exposed_xn()->volume[0].state == XN_RECOVERING ? 0 : result;
}

static bool prepare(struct bench *b, uint32_t blocks) {
    const volatile struct exo_disk *disk = exposed_disk(0);
    if (!env_info()->disks || disk->blocks < blocks) {
        bench_skip(b, "the machine has no disk that is large enough");
        return false;
    }
    if (xn_store_bytes(LARGEST, WINDOW) > sizeof memory ||
        frames_map(0, 0, 0, (uint64_t)RAW, 2, EXO_WRITE | EXO_NO_EXEC)) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    long error = make_root(blocks);
    if (!error)
        error = make_tree(blocks);
    if (error < 0)
        bench_skip(b, error_sentence((int)error));
    return error >= 0;
}

BENCH(recovery, "recovery/blocks:4096,16384,65536") {
    const struct exo_pages own = {(uint64_t)RAW, 0, 2};
    if (prepare(b, (uint32_t)bench_arg(b, "blocks")))
        while (bench_next(b)) {
            long error = begin_mount();
            bench_start(b);
            if (!error)
                error = open_store();
            bench_stop(b);
            if (error || store_find_free(&xn_store.store, ROOT_AT, 128))
                __builtin_trap();
            xn_store_abandon(&xn_store);
        }
    exo_page_update(0, 0, 0, &own, 1, 0);
}
