/* SPDX-License-Identifier: MIT */
/* exo_cffs_disk_fuzz.c -- any bytes as a disk with C-FFS: calls end with an answer, or an error
 * that names a block and a field, and no call takes more than so many requests. The input: how many
 * bytes of an image that is in order become others, each with its place and value; then calls. */
#include "../unit/exo/disk/volume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BLOCKS = 96, PAGES = 64, USED = 24 /* blocks that have something */, CALLS = 24 };

static struct volume v;
static unsigned char image[BLOCKS * STORE_BLOCK];

static void must(long is) {
    if (is < 0)
        abort();
}

/* Files of each kind: short, with an index, in directories of several blocks. */
static void lay_out(void) {
    static unsigned char bytes[20 * STORE_BLOCK];
    struct cffs_id sub, id;
    volume_new(&v, BLOCKS, PAGES);
    must(volume_format(&v));
    must(cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of("sub"), 0755, &sub));
    for (unsigned i = 0; i < 40; i++) {
        char text[8];
        snprintf(text, sizeof text, "f%u", i);
        must(cffs_create(&v.fs, i % 4 ? cffs_root(&v.fs) : sub, name_of(text), 0644, &id));
        must(cffs_write(&v.fs, id, 0, bytes, i == 3 ? 8 * STORE_BLOCK : i < 12 ? 100 : 0));
    }
    v.fs.plain = true;
    must(cffs_create(&v.fs, sub, name_of("plain"), 0644, &id));
    must(volume_close(&v));
    memcpy(image, v.bytes, sizeof image);
}

static void call(unsigned what, struct cffs_id *directory) {
    static unsigned char bytes[3 * STORE_BLOCK];
    const struct cffs_id root = cffs_root(&v.fs);
    char text[8];
    struct cffs_id id, other;
    struct cffs_entry entry;
    struct cffs_stat stat;
    enum cffs_kind kind;
    uint64_t place = 0;
    snprintf(text, sizeof text, what & 64 ? "sub" : "f%u", what / 8 % 48);
    struct cffs_name name = name_of(text);
    bool there = cffs_lookup(&v.fs, *directory, name, &id, &kind) == 0;
    switch (what % 8) {
    case 0:
        cffs_create(&v.fs, *directory, name, 0600, &id);
        break;
    case 1:
        if (there && cffs_stat(&v.fs, id, &stat) == 0)
            cffs_read(&v.fs, id, stat.size > 5000 ? stat.size - 5000 : 0, bytes, sizeof bytes);
        break;
    case 2:
        if (there)
            cffs_write(&v.fs, id, what * 37ul, bytes, sizeof bytes);
        break;
    case 3:
        if (there && cffs_truncate(&v.fs, id, what * 9ul) == 0)
            cffs_fsync(&v.fs, id);
        break;
    case 4:
        cffs_unlink(&v.fs, *directory, name);
        break;
    case 5:
        cffs_rename(&v.fs, *directory, name, root, name_of("f1"), &id, &other);
        break;
    case 6:
        for (unsigned n = 0; n < 100 && cffs_list(&v.fs, *directory, &place, &entry) == 0; n++)
            if (entry.kind == CFFS_DIR)
                *directory = entry.id;
        break;
    default:
        cffs_rmdir(&v.fs, *directory, name);
        cffs_mkdir(&v.fs, *directory, name, 0700, &id);
        cffs_parent(&v.fs, *directory, directory);
    }
}

static void damage_is_named(long error) {
    if (error == -E_DAMAGED && v.fs.damage.field != NULL && v.fs.damage.block >= BLOCKS)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (v.bytes == NULL)
        lay_out();
    if (size < 3)
        return 0;
    memcpy(v.bytes, image, sizeof image);
    size_t patches = data[0] % 32;
    const unsigned first = data[1];
    data += 2;
    size -= 2;
    for (; patches > 0 && size >= 4; patches--, data += 4, size -= 4) {
        uint32_t at = data[0] | data[1] << 8 | data[2] << 16;
        v.bytes[at % (USED * STORE_BLOCK)] = data[3];
    }
    v.fs.damage.field = NULL;
    long error = volume_open(&v);
    damage_is_named(error);
    if (error < 0)
        return 0;
    v.fs.plain = first & 1;
    v.fs.grouped = first & 2;
    struct cffs_id directory = cffs_root(&v.fs);
    for (size_t i = 0; i < size && i < CALLS; i++) {
        const uint64_t before = v.raw.store.counts.requests;
        call(data[i], &directory);
        if (v.raw.store.counts.requests - before > 4096)
            abort();
    }
    damage_is_named(volume_check(&v, first & 4));
    (void)cffs_sync(&v.fs);
    return 0;
}
