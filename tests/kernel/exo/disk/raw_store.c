/* SPDX-License-Identifier: MIT */
/* raw_store.c -- the library's store over a disk, and over a proxy node: what was synced is there
 * when it is opened again, and neither reaches beyond its blocks. */
#include "disk.h"

#include "exo/libos/disk/exo_disk.h"
#include "exo/libos/frames.h"
#include "lib/string.h"

#define BLOCKS    64
#define CACHE     16
#define MEMORY_AT 0x531000000000ul

static struct exo_raw_disk *disk;
static const char name[16] = "a root";

/* The whole life of a volume; 0, or what went wrong. */
static long live(struct raw_store *r) {
    struct store_child child = {.at = {.block = 20, .count = 1, .type = XN_BYTES}};
    unsigned char *bytes;
    uint64_t pages = (raw_store_bytes(BLOCKS, CACHE) + PAGE) / PAGE;
    long error = raw_store_format(&disk->raw, (unsigned char *)page(1));
    for (unsigned turn = 0; turn < 2 && !error; turn++) {
        const struct exo_pages all_pages = {MEMORY_AT, 0, pages};
        error = frames_map(0, 0, 0, MEMORY_AT, pages, EXO_WRITE | EXO_NO_EXEC);
        if (!error)
            memset((void *)MEMORY_AT, 0, pages * PAGE);
        if (!error)
            error = raw_store_open(r, &disk->raw, (void *)MEMORY_AT, CACHE);
        if (!error)
            error = turn ? r->store.ops->root(&r->store, name, &child)
                         : r->store.ops->root_new(&r->store, name, child.at, false);
        if (!error)
            error = store_get(&r->store, &child, 0, turn ? STORE_READ : STORE_WRITE, &bytes);
        if (!error && !turn)
            memcpy(bytes, "what was written", 17);
        if (!error && turn && memcmp(bytes, "what was written", 17) != 0)
            error = -E_DAMAGED;
        if (!error)
            store_put(&r->store, child.at.block);
        if (!error)
            error = raw_store_close(r);
        exo_page_update(0, 0, 0, &all_pages, 1, 0);
    }
    return error;
}

static void check(struct check *c, uint64_t pxn) {
    static struct raw_store r;
    disk = (struct exo_raw_disk *)page(0);
    CHECK_THAT(c, exo_raw_disk_open(disk, 9, 0, 1, 0, 0, 0) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_raw_disk_open(disk, 0, (uint32_t)exposed_disk(0)->blocks, 1, 0, 0, 0) ==
                      -E_INVALID);
    long error = exo_raw_disk_open(disk, 0, RAW_BEGINS, BLOCKS, pxn ? HELD : 0, 0, pxn);
    if (!error)
        error = live(&r);
    if (error)
        check_fail(c, "%ld", error);
}

CHECK(disk_store, "disk/a_store_over_a_disk_has_what_was_synced_when_it_is_opened_again") {
    if (!disk_begin(c))
        return;
    exo_disk_latency(0, 0);
    check(c, 0);
    disk_end();
}

CHECK(disk_store_pxn, "disk/a_store_over_a_proxy_node_lives_within_its_blocks") {
    const struct cap words[] = {{.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'p', 1}}};
    if (!disk_begin(c))
        return;
    long id = exo_pxn_make(0, 0, 0, words, 1);
    exo_cap_forge(0, HELD, words[0]);
    CHECK_THAT(c, id > 0);
    CHECK_THAT(c, exo_pxn_change(HELD, (uint64_t)id, EXO_PXN_ADD, RAW_BEGINS, BLOCKS, 0) == 0);
    check(c, (uint64_t)id);
    CHECK_THAT(c, exo_pxn_change(HELD, (uint64_t)id, EXO_PXN_TAKE_BACK, RAW_BEGINS, 1, 0) == 0);
    CHECK_THAT(c, raw_store_format(&disk->raw, (unsigned char *)page(1)) == -E_PERM);
    exo_pxn_remove(0, (uint64_t)id);
    disk_end();
}
