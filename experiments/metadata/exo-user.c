/* SPDX-License-Identifier: MIT */
/* exo-user.c -- operations of XN by an environment's system calls, on a volume of each design that
 * is made anew on the first disk for each row. */
#include "exo-volume.h"

#include "exo/libos/disk/xn_core.h"
#include "exo/libos/disk/xn_store.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

#define BLOCKS    1000
#define NODE      XN_IMPORTED
#define WINDOW_AT 0x540000000000ul /* the store's pages */
#define WINDOW    64
#define HERE      ((uint64_t)RAW + 2 * PAGE)
#define DATA      (EXO_WRITE | EXO_NO_EXEC)

extern const unsigned char udf_8[], udf_8_end[], udf_64[], udf_64_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "udf_8: .incbin \"guest/metadata/pointers_8.bpf.o\"\nudf_8_end:\n.balign 16\n"
        "udf_64: .incbin \"guest/metadata/pointers_64.bpf.o\"\nudf_64_end:\n.popsection");

static struct xn_store xn_store;
static struct store_child root;
static enum xn_design design;
static unsigned pointers; /* of a partition */
static const char name[XN_NAME_BYTES] = "root";
static const struct xn_extent nil;

/* --- A volume --- */

/* Windows of so many pointers, in the design's way. */
static uint32_t make_body(unsigned char *body) {
    const unsigned char *object = pointers == 8 ? udf_8 : udf_64;
    size_t bytes = (size_t)((pointers == 8 ? udf_8_end : udf_64_end) - object);
    const struct xn_member field = {.type = XN_BYTES, .width = 8, .count = (uint16_t)pointers};
    struct xn_body b = {.magic = XN_BODY_MAGIC,
                        .name = "node",
                        .number = NODE,
                        .class = XN_BASE,
                        .members = design == XN_TEMPLATE,
                        .most = (uint8_t)pointers,
                        .size = XN_BLOCK_BYTES,
                        .stride = (uint16_t)(8 * pointers),
                        .count = 2,
                        .key = XN_NO_KEY};
    b.object = design == XN_UDF ? (uint32_t)bytes : 0;
    b.bytes = (uint32_t)(sizeof b + b.members * sizeof field + b.object);
    memcpy(body, &b, sizeof b);
    memcpy(body + sizeof b, &field, b.members * sizeof field);
    memcpy(body + sizeof b + b.members * sizeof field, object, b.object);
    return b.bytes;
}

static long begin(void) {
    static uint64_t memory[1024];
    static unsigned char body[XN_BODY_BYTES_MAX];
    struct store *s = &xn_store.store;
    if (xn_store_bytes(BLOCKS * 5, WINDOW) > sizeof memory)
        return -E_NO_MEMORY;
    memset(memory, 0, sizeof memory);
    long error = format(BLOCKS, design);
    if (!error)
        error = xn_store_open(&xn_store, 0, 0, WINDOW_AT, WINDOW, memory);
    if (!error)
        error = s->ops->type(s, body, make_body(body));
    if (error == NODE)
        error = s->ops->root_new(
            s, name,
            (struct xn_extent){.block = store_find_free(s, 100, 1), .count = 1, .type = NODE},
            false);
    return error ? error : s->ops->root(s, name, &root);
}

static void end(void) {
    const struct exo_pages own = {(uint64_t)RAW, 0, 3};
    exo_page_update(0, 0, 0, &own, 1, 0);
    xn_store_abandon(&xn_store);
}

/* --- Its pointers --- */

static unsigned pointer_bytes(void) {
    return design == XN_SELF ? sizeof(struct xn_self_pointer) : sizeof(struct xn_extent);
}

/* Where pointer i of a partition is: after the header, of a block that has one. */
static unsigned place(unsigned partition, unsigned i) {
    return (design == XN_SELF ? 512 : 0) + pointer_bytes() * (partition * pointers + i);
}

static struct xn_changes changed(unsigned at, const void *bytes, unsigned count) {
    struct xn_changes changes = {.count = 1};
    changes.change[0].at = (unsigned short)at;
    changes.change[0].bytes = (unsigned short)count;
    memcpy(changes.bytes, bytes, count);
    return changes;
}

static struct xn_changes pointer(unsigned partition, unsigned i, struct xn_extent child) {
    const struct xn_self_pointer self = {child, child.count ? root.at.block : 0,
                                         child.count ? XN_SELF_MAGIC : 0};
    return changed(place(partition, i), &self, pointer_bytes());
}

static uint64_t word_of(struct xn_extent child) {
    uint64_t word;
    memcpy(&word, &child, sizeof word);
    return word;
}

static long change(enum xn_operation operation, unsigned partition, struct xn_extent child,
                   const struct xn_changes *changes) {
    return exo_xn_change(EXO_XN_HOW(operation, 0, 0), EXO_XN_AT(root.at.block, partition),
                         word_of(child), changes, 0, NULL);
}

static long alloc(unsigned i, struct xn_extent child) {
    struct xn_changes changes = pointer(0, i, child);
    return change(XN_ALLOC, 0, child, &changes);
}

static struct xn_extent some_block(void) {
    return (struct xn_extent){
        .block = store_find_free(&xn_store.store, 200, 1), .count = 1, .type = XN_BYTES};
}

/* All pointers of partition 0 but the last one. */
static long fill(void) {
    long error = 0;
    const struct xn_self_header h = {
        XN_SELF_MAGIC, root.at.block, NODE, (uint8_t)pointers, 512, (uint16_t)(16 * pointers), 2};
    if (design == XN_SELF) {
        struct xn_changes changes = changed(0, &h, sizeof h);
        error = change(XN_WRITE, 0, nil, &changes);
    }
    for (unsigned i = 0; i + 1 < pointers && !error; i++)
        error = alloc(i, some_block());
    return error;
}

static bool prepare_design(struct bench *b, enum xn_design wanted, unsigned so_many) {
    design = wanted;
    pointers = so_many;
    if (!env_info()->disks) {
        bench_skip(b, "the machine has no disk");
        return false;
    }
    end();
    if (frames_map(0, 0, 0, (uint64_t)RAW, 2, DATA)) {
        bench_skip(b, "the machine has too little memory");
        return false;
    }
    long error = begin();
    if (!error)
        error = fill();
    if (error)
        bench_skip(b, error_sentence((int)error));
    return !error;
}

static bool prepare(struct bench *b, unsigned so_many) {
    static const char *const name_of[XN_DESIGNS] = {"capability", "self", "template", "udf"};
    char by[16];
    enum xn_design wanted = XN_CAPABILITY;
    bench_word(b, "by", by, sizeof by);
    while (strcmp(name_of[wanted], by) != 0)
        wanted++;
    return prepare_design(b, wanted, so_many);
}

static void must(long result) {
    if (result)
        __builtin_trap();
}

/* --- What is timed --- */

static void time_alloc(struct bench *b) {
    struct xn_extent child = some_block();
    struct xn_changes comes = pointer(0, pointers - 1, child), goes = pointer(0, pointers - 1, nil);
    while (bench_next(b)) {
        bench_start(b);
        long error = change(XN_ALLOC, 0, child, &comes);
        bench_stop(b);
        must(error);
        must(change(XN_FREE, 0, child, &goes));
    }
}

BENCH(metadata_alloc, "metadata/alloc/by:capability,self,template,udf") {
    if (prepare(b, 8))
        time_alloc(b);
    end();
}

BENCH(metadata_alloc_64, "metadata/alloc_64/by:template,udf") {
    if (prepare(b, 64))
        time_alloc(b);
    end();
}

BENCH(metadata_free, "metadata/free/by:capability,self,template,udf") {
    if (prepare(b, 8)) {
        struct xn_extent child = some_block();
        struct xn_changes comes = pointer(0, 7, child), goes = pointer(0, 7, nil);
        while (bench_next(b)) {
            must(change(XN_ALLOC, 0, child, &comes));
            bench_start(b);
            long error = change(XN_FREE, 0, child, &goes);
            bench_stop(b);
            must(error);
        }
    }
    end();
}

static long move(unsigned from, struct xn_extent child) {
    struct xn_changes goes = pointer(from, 7, nil), comes = pointer(!from, 7, child);
    return exo_xn_change(EXO_XN_HOW(XN_MOVE_OUT, 0, 0), EXO_XN_AT(root.at.block, from),
                         word_of(child), &goes, EXO_XN_AT(root.at.block, !from), &comes);
}

BENCH(metadata_move, "metadata/move/by:capability,self,template,udf") {
    if (prepare(b, 8)) {
        struct xn_extent child = some_block();
        must(alloc(7, child));
        while (bench_next(b)) {
            bench_start(b);
            long error = move(0, child);
            bench_stop(b);
            must(error);
            must(move(1, child));
        }
    }
    end();
}

static long block_call(unsigned operation, uint32_t block, uint64_t what, uint64_t more) {
    return exo_xn_block(EXO_XN_HOW(operation, 0, 0), EXO_XN_AT(root.at.block, 0), block, what,
                        more);
}

/* A block of data in core, mapped by who may. */
BENCH(metadata_access, "metadata/access/by:capability,self,template,udf") {
    const struct exo_pages gone = {HERE, 0, 1};
    if (prepare(b, 8)) {
        struct xn_extent child = some_block();
        must(alloc(7, child));
        must(block_call(EXO_XN_INSERT, child.block, frames_pick(env_info()->frame_count / 2), 0));
        must(block_call(EXO_XN_MAP, child.block, HERE, DATA)); /* its table is there */
        while (bench_next(b)) {
            exo_page_update(0, 0, 0, &gone, 1, 0);
            bench_start(b);
            long error = block_call(EXO_XN_MAP, child.block, HERE, DATA);
            bench_stop(b);
            must(error);
        }
    }
    end();
}

/* --- A tree is attached --- */

#define CHAIN 300 /* its first block */

/* The first pointer of a block's partition 1 is this child, or none. */
static long point(uint32_t block, struct xn_extent child, enum xn_operation operation) {
    const struct xn_changes changes = changed(64, operation == XN_ALLOC ? &child : &nil, 8);
    return exo_xn_change(EXO_XN_HOW(operation, 0, 0), EXO_XN_AT(block, 1), word_of(child), &changes,
                         0, NULL);
}

static struct xn_extent node(unsigned level) {
    return (struct xn_extent){.block = CHAIN + level, .count = 1, .type = NODE};
}

/* As many levels of metadata that nothing owns yet, put together from below. */
static void make_chain(unsigned depth) {
    for (unsigned level = depth; level--;) {
        must(exo_xn_volume(EXO_XN_HOW(EXO_XN_NEW, 0, 0), CHAIN + level, NODE, 0));
        must(exo_xn_block(EXO_XN_HOW(EXO_XN_INSERT, 0, 0), 0, CHAIN + level,
                          frames_pick(env_info()->frame_count / 2), 0));
        if (level + 1 < depth)
            must(point(CHAIN + level, node(level + 1), XN_ALLOC));
    }
}

static void free_chain(unsigned depth) {
    for (unsigned level = depth; level--;)
        must(point(level ? CHAIN + level - 1 : root.at.block, node(level), XN_FREE));
}

BENCH(metadata_attach, "metadata/attach/depth:1,4,8") {
    unsigned depth = (unsigned)bench_arg(b, "depth");
    if (prepare_design(b, XN_UDF, 8)) {
        while (bench_next(b)) {
            make_chain(depth);
            bench_start(b);
            long error = point(root.at.block, node(0), XN_ALLOC);
            bench_stop(b);
            must(error);
            free_chain(depth);
        }
    }
    end();
}

/* Which entry is a block's, without a call. */
BENCH(metadata_lookup, "metadata/lookup/by:udf") {
    if (prepare(b, 8))
        bench_time(b, {
            const volatile struct xn_entry *e = xn_entry(&xn_store, root.at.block);
            __asm__ volatile("" : : "r"(e));
        });
    end();
}
