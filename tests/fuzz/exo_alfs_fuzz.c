/* SPDX-License-Identifier: MIT */
/* exo_alfs_fuzz.c -- any bytes as an alfs: it says which block and field are wrong, or it is mended
 * and then works; nothing it does leaves the disk, and its check is clean afterwards. */
#define VOLUME_TABLES 70
#include "../unit/exo/disk/alfs_volume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCKS = 40, PAGES = 40 };
static struct volume v;
static unsigned char image[BLOCKS * STORE_BLOCK];

static void must(bool is) {
    if (!is)
        abort();
}

static long work(void) {
    static unsigned char bytes[9000];
    struct alfs_id id;
    struct alfs_entry entry;
    uint64_t place = 0;
    while (alfs_list(&v.fs, alfs_root(), &place, &entry) == 0)
        (void)alfs_read(&v.fs, entry.id, 0, bytes, sizeof bytes);
    (void)alfs_remove(&v.fs, alfs_root(), name_of("b"), ALFS_FILE);
    (void)alfs_rename(&v.fs, alfs_root(), name_of("a"), alfs_root(), name_of("b"));
    if (alfs_create(&v.fs, alfs_root(), name_of("n"), ALFS_FILE, 0, &id) == 0)
        (void)alfs_write(&v.fs, id, 3, bytes, sizeof bytes);
    return alfs_sync(&v.fs);
}

/* Two files and a directory. */
static void lay_out(void) {
    struct alfs_id id;
    volume_new(&v, BLOCKS, PAGES);
    must(volume_format(&v) == 0);
    must(alfs_create(&v.fs, alfs_root(), name_of("a"), ALFS_FILE, 0, &id) == 0);
    must(alfs_write(&v.fs, id, 0, image, 100) == 100);
    must(alfs_create(&v.fs, alfs_root(), name_of("d"), ALFS_DIR, 0, &id) == 0);
    must(alfs_create(&v.fs, id, name_of("b"), ALFS_FILE, 0, &id) == 0);
    must(volume_close(&v) == 0);
    memcpy(image, v.bytes, sizeof image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (v.bytes == NULL)
        lay_out();
    memcpy(v.bytes, image, sizeof image);
    /* The input: where, how long, and the bytes. */
    for (size_t i = 0; i + 4 < size;) {
        uint32_t at = data[i] | (uint32_t)data[i + 1] << 8 | (uint32_t)data[i + 2] << 16;
        size_t bytes = data[i + 3] & 15;
        for (i += 4; bytes && i < size; bytes--, i++, at++)
            v.bytes[at % sizeof image] = data[i];
    }
    v.fs.damage.field = NULL;
    long error = volume_open(&v);
    if (error == 0)
        error = volume_check(&v, true);
    must(error != -E_DAMAGED || !v.raw.open || v.fs.damage.field == NULL ||
         v.fs.damage.block < BLOCKS);
    if (error == 0 && work() == 0)
        must(volume_check(&v, false) == 0);
    return 0;
}
