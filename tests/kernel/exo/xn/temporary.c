/* SPDX-License-Identifier: MIT */
/* temporary.c -- a third file system, in a temporary tree: nothing of it has an order on its way to
 * the disk, and after a crash the tree is gone, with its name and all of its blocks. */
#include "volume.h"

#include "exo/libos/alfs/alfs.h"
#include "lib/format.h"
#include "lib/string.h"

#define FILES     40
#define TABLES    128
#define TABLES_AT (HERE + 0x2000000)

static const char name[16] = "scratch";
static struct alfs fs;

static long mount(void) {
    const uint64_t pages = (alfs_bytes(TABLES, TABLES) + PAGE - 1) / PAGE;
    if (!exposed_entry(TABLES_AT) && frames_map(0, 0, 0, TABLES_AT, pages, DATA))
        return -E_NO_MEMORY;
    return alfs_mount(&fs, &xn_store.store, name, (void *)TABLES_AT, TABLES, TABLES, false);
}

static long make(bool temporary) {
    long error = alfs_declare(&xn_store.store, NULL, NULL);
    if (!error)
        error = alfs_format(&xn_store.store, name, 0, temporary);
    return error ? error : mount();
}

static long fill(void) {
    for (unsigned i = 0; i < FILES; i++) {
        char text[24];
        struct alfs_id id;
        const struct alfs_name file = {text, format_text(text, sizeof text, "file %u", i)};
        long error = alfs_create(&fs, alfs_root(), file, ALFS_FILE, 0600, &id);
        if (!error && alfs_write(&fs, id, 0, text, sizeof text) != sizeof text)
            error = -E_FULL;
        if (error)
            return error;
    }
    return 0;
}

static uint32_t free_blocks(void) {
    uint32_t count = 0;
    for (uint32_t block = 0; block < xn_store.store.blocks; block++)
        count += store_is_free(&xn_store.store, block);
    return count;
}

CHECK(xn_temporary, "xn/a_temporary_file_system_has_no_order_and_is_gone_after_a_crash") {
    for (unsigned temporary = 0; temporary < 2 && !c->failed; temporary++) {
        if (!volume_empty(c, XN_TEMPLATE))
            return;
        CHECK_THAT(c, !make(temporary));
        const uint32_t without = free_blocks();
        CHECK_THAT(c, !fill());
        uint32_t block = fs.root; /* what it leads to was never on the disk */
        CHECK_THAT(c,
                   xn_store.store.ops->writeback(&xn_store.store, &block, 1, true) == !temporary);
        CHECK_THAT(c, !alfs_sync(&fs));
        if (!volume_again(c))
            return;
        struct store_child child;
        long found = xn_store.store.ops->root(&xn_store.store, name, &child);
        CHECK_THAT(c, found == (temporary ? -E_NOT_FOUND : 0));
        if (temporary) /* its root is free, too */
            CHECK_THAT(c, free_blocks() == without + 1);
        else
            CHECK_THAT(c, !mount() && fs.files_used == FILES);
        if (temporary) /* and another one takes its place */
            CHECK_THAT(c, !make(true) && fs.files_used == 0);
    }
    volume_end();
}
