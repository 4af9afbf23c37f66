/* SPDX-License-Identifier: MIT */
/* volume.c -- see volume.h. */
#include "volume.h"

#include "exo/libos/disk/disk_await.h"
#include "exo/xn/store/volume.h"
#include "lib/string.h"

struct xn_store xn_store;
struct store_child root;
static uint64_t memory[1024];
static const char name[XN_NAME_BYTES] = "root";

/* A page of the check's own, for requests by the disk's blocks. */
#define RAW  ((unsigned char *)(HERE + 64 * PAGE))
#define WORD ((volatile uint64_t *)(HERE + 65 * PAGE))

static long raw(enum exo_disk_operation operation, unsigned disk, uint32_t block) {
    *WORD = 0;
    long error = exo_disk_request(EXO_DISK_HOW(operation, disk, 0, 0), block, 1, frame_at(RAW),
                                  word_at(WORD));
    return error ? error : disk_await(disk, WORD) == EXO_DISK_DONE ? 0 : -E_DAMAGED;
}

static long format(unsigned disk, enum xn_design design) {
    for (uint32_t i = 0;; i++) {
        int end = xn_format(BLOCKS, design, 512, i, RAW);
        long error = end ? 0 : raw(EXO_DISK_WRITE, disk, i);
        if (end || error)
            return end < 0 ? end : error;
    }
}

static const struct {
    struct xn_body head;
    struct xn_member pointers;
} node = {.head = {.magic = XN_BODY_MAGIC,
                   .bytes = sizeof node,
                   .name = "node",
                   .number = NODE,
                   .class = XN_BASE,
                   .members = 1,
                   .most = 8,
                   .size = XN_BLOCK_BYTES,
                   .first = 0,
                   .stride = 512,
                   .count = 8,
                   .key = XN_NO_KEY},
          .pointers = {.type = XN_BYTES, .width = 8, .count = 8}};

static long open_store(void) {
    memset(memory, 0, sizeof memory);
    return xn_store_open(&xn_store, 0, 0, WINDOW_AT, WINDOW, memory);
}

/* A root that names blocks. */
static long begin_root(void) {
    struct store *s = &xn_store.store;
    long error = s->ops->type(s, &node, sizeof node);
    if (error == NODE)
        error = s->ops->root_new(s, name, extent(store_find_free(s, 100, 1), 1, NODE), false);
    return error ? error : s->ops->root(s, name, &root);
}

bool volume_empty(struct check *c, enum xn_design design) {
    slice_handle();
    if (!env_info()->disks) {
        check_skip(c, "the machine has no disk");
        return false;
    }
    volume_end();
    root = (struct store_child){0};
    if (xn_store_bytes(BLOCKS * 5, WINDOW) > sizeof memory ||
        frames_map(0, 0, 0, (uint64_t)RAW, 2, DATA)) {
        check_fail(c, "no memory for a volume");
        return false;
    }
    long error = format(0, design);
    if (!error)
        error = open_store();
    if (error)
        check_fail(c, "no volume: %s, of block %u %s", error_sentence((int)error),
                   exposed_xn()->volume[0].damaged, (const char *)exposed_xn()->volume[0].damage);
    return !error;
}

long volume_second(enum xn_design design) {
    long result = format(1, design);
    if (result)
        return result;
    do {
        result = exo_xn_volume(EXO_XN_HOW(EXO_XN_MOUNT, 1, 0), 0, 0, 0);
        const struct exo_xn_block_frame b = {uarea->need_block, (uint32_t)free_frame()};
        const uint64_t read = EXO_XN_HOW(EXO_DISK_READ, 1, 0) | EXO_DISK_WAIT;
        if (result == -E_NOT_IN_CORE && exo_xn_transfer(read, &b, 1) == 1)
            result = -E_AGAIN;
    } while (result == -E_AGAIN);
    return result;
}

bool volume_there(struct check *c) {
    slice_handle();
    if (!env_info()->disks) {
        check_skip(c, "the machine has no disk");
        return false;
    }
    volume_end();
    root = (struct store_child){0};
    if (xn_store_bytes((uint32_t)exposed_disk(0)->blocks, WINDOW) > sizeof memory || open_store()) {
        check_skip(c, "the disk has no volume");
        return false;
    }
    return true;
}

bool volume_begin(struct check *c) {
    if (!volume_empty(c, XN_TEMPLATE))
        return false;
    long error = begin_root();
    if (error)
        check_fail(c, "no root: %s", error_sentence((int)error));
    return !error;
}

bool volume_again(struct check *c) {
    xn_store_abandon(&xn_store);
    long error = open_store();
    if (!error && root.at.count)
        error = xn_store.store.ops->root(&xn_store.store, name, &root);
    if (error)
        check_fail(c, "not mounted again: %s", error_sentence((int)error));
    return !error;
}

void volume_end(void) {
    const struct exo_pages own = {HERE, 0, 66};
    exo_page_update(0, 0, 0, &own, 1, 0);
    xn_store_abandon(&xn_store);
    for (unsigned slot = 1; slot < EXO_CAPS; slot++)
        exo_cap_forge(0, slot, (struct cap){0});
}

struct xn_changes changed(unsigned at, const void *bytes, unsigned count) {
    struct xn_changes changes = {.count = 1};
    changes.change[0].at = (unsigned short)at;
    changes.change[0].bytes = (unsigned short)count;
    memcpy(changes.bytes, bytes, count);
    return changes;
}

struct xn_changes pointer(unsigned i, struct xn_extent child) {
    return changed(i / 8 * 512 + i % 8 * 8, &child, sizeof child);
}

static uint64_t word_of(struct xn_extent child) {
    uint64_t word;
    memcpy(&word, &child, sizeof word);
    return word;
}

long alloc(unsigned i, struct xn_extent child) {
    struct xn_changes changes = pointer(i, child);
    return exo_xn_change(EXO_XN_HOW(XN_ALLOC, 0, 0), EXO_XN_AT(root.at.block, i / 8),
                         word_of(child), &changes, 0, NULL);
}

long give_up(unsigned i, struct xn_extent child) {
    struct xn_changes changes = pointer(i, (struct xn_extent){0});
    return exo_xn_change(EXO_XN_HOW(XN_FREE, 0, 0), EXO_XN_AT(root.at.block, i / 8), word_of(child),
                         &changes, 0, NULL);
}

long block_call(unsigned operation, uint32_t block, uint64_t what, uint64_t more) {
    return exo_xn_block(EXO_XN_HOW(operation, 0, 0), EXO_XN_AT(root.at.block, 0), block, what,
                        more);
}

uint64_t free_frame(void) {
    return frames_pick(env_info()->frame_count / 2);
}

uint32_t data_block(struct check *c, unsigned i, uint64_t word) {
    uint32_t block = store_find_free(&xn_store.store, 200, 1);
    long error = alloc(i, extent(block, 1, XN_BYTES));
    if (!error)
        error = block_call(EXO_XN_INSERT, block, free_frame(), 0);
    if (!error)
        error = block_call(EXO_XN_MAP, block, HERE, DATA);
    if (error) {
        check_fail(c, "no block of data: %s", error_sentence((int)error));
        return 0;
    }
    const struct exo_pages gone = {HERE, 0, 1};
    *(volatile uint64_t *)HERE = word;
    xn_store_adopt(&xn_store); /* what changed beside it */
    exo_page_update(0, 0, 0, &gone, 1, 0);
    return block;
}

long disk_word(uint32_t block, uint64_t *word) {
    long error = raw(EXO_DISK_READ, 0, block);
    *word = *(volatile uint64_t *)RAW;
    return error;
}

long disk_word_set(uint32_t block, uint64_t word) {
    *(volatile uint64_t *)RAW = word;
    return raw(EXO_DISK_WRITE, 0, block);
}

const volatile struct xn_entry *entry_of(uint32_t block) {
    return xn_entry(&xn_store, block);
}

long write_out(uint32_t block) {
    struct store *s = &xn_store.store;
    long left = s->ops->writeback(s, &block, 1, false);
    return left ? left : s->ops->flush(s);
}
