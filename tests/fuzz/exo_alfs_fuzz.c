/* SPDX-License-Identifier: MIT */
/* exo_alfs_fuzz.c -- any bytes as an alfs: it says which block and field are wrong, or it is mended
 * and then works; nothing it does leaves the disk, and its check is clean afterwards. */
#include "exo/libos/alfs/alfs.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "lib/error.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCKS = 40, PAGES = 40, TABLES = 70 };
static const char name[16] = "alfs";
static unsigned char image[BLOCKS * STORE_BLOCK], first[sizeof image];
static struct memory_disk disk;
static struct raw_store raw;
static struct alfs fs;
static void *memory, *tables;

static long claim(void *owner, uint32_t block, uint32_t count) {
    return raw_store_claim(owner, block, count);
}

static long check(bool repair) {
    struct alfs_checking c = {.claim = claim, .owner = &raw, .repair = repair};
    raw_store_unclaim(&raw);
    return alfs_check(&fs, &c);
}

static long work(void) {
    static unsigned char bytes[9000];
    struct alfs_id id;
    struct alfs_entry entry;
    uint64_t place = 0;
    while (alfs_list(&fs, alfs_root(), &place, &entry) == 0)
        (void)alfs_read(&fs, entry.id, 0, bytes, sizeof bytes);
    (void)alfs_remove(&fs, alfs_root(), (struct alfs_name){"b", 1}, ALFS_FILE);
    (void)alfs_rename(&fs, alfs_root(), (struct alfs_name){"a", 1}, alfs_root(),
                      (struct alfs_name){"b", 1});
    if (alfs_create(&fs, alfs_root(), (struct alfs_name){"n", 1}, ALFS_FILE, 0, &id) == 0)
        (void)alfs_write(&fs, id, 3, bytes, sizeof bytes);
    return alfs_sync(&fs);
}

static long open_all(void) {
    memset(memory, 0, raw_store_bytes(BLOCKS, PAGES));
    memory_disk_begin(&disk, image, BLOCKS);
    long opened = raw_store_open(&raw, &disk.disk, memory, PAGES);
    return opened < 0 ? opened : alfs_mount(&fs, &raw.store, name, tables, TABLES, TABLES, true);
}

/* Two files and a directory, once. */
static void make(void) {
    unsigned char page[STORE_BLOCK];
    struct alfs_id id;
    memory = malloc(raw_store_bytes(BLOCKS, PAGES));
    tables = malloc(alfs_bytes(TABLES, TABLES));
    memory_disk_begin(&disk, image, BLOCKS);
    memset(memory, 0, raw_store_bytes(BLOCKS, PAGES));
    if (raw_store_format(&disk.disk, page) || raw_store_open(&raw, &disk.disk, memory, PAGES) ||
        alfs_format(&raw.store, name, 0, false) ||
        alfs_mount(&fs, &raw.store, name, tables, TABLES, TABLES, false) ||
        alfs_create(&fs, alfs_root(), (struct alfs_name){"a", 1}, ALFS_FILE, 0, &id) ||
        alfs_write(&fs, id, 0, page, 100) != 100 ||
        alfs_create(&fs, alfs_root(), (struct alfs_name){"d", 1}, ALFS_DIR, 0, &id) ||
        alfs_create(&fs, id, (struct alfs_name){"b", 1}, ALFS_FILE, 0, &id) || alfs_unmount(&fs) ||
        raw_store_close(&raw))
        abort();
    memcpy(first, image, sizeof image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (memory == NULL)
        make();
    memcpy(image, first, sizeof image);
    /* The input: where, how long, and the bytes. */
    for (size_t i = 0; i + 4 < size;) {
        uint32_t at = data[i] | (uint32_t)data[i + 1] << 8 | (uint32_t)data[i + 2] << 16;
        size_t bytes = data[i + 3] & 15;
        for (i += 4; bytes && i < size; bytes--, i++, at++)
            image[at % sizeof image] = data[i];
    }
    fs.damage.field = NULL;
    long error = open_all();
    if (error == 0)
        error = check(true);
    if (error == -E_DAMAGED && raw.open && fs.damage.field != NULL && fs.damage.block >= BLOCKS)
        abort();
    if (error < 0)
        return 0;
    fs.read_only = false;
    error = work();
    if (error == 0 && check(false) != 0)
        abort();
    return 0;
}
