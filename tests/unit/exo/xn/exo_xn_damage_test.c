/* SPDX-License-Identifier: MIT */
/* exo_xn_damage_test.c -- damaged volumes of each design, with files of C-FFS on them and, where
 * there are declared layouts or functions, of alfs: XN says which block and field cannot be, or
 * recovers the volume, and what it recovered needs no recovery; the file systems above it end each
 * call with an answer or an error; and a volume on another disk, mounted meanwhile, stays what it
 * was. DISKS=N: how many of each design. */
#include "random.h"
#include "unit.h"

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/cffs/cffs.h"
#include "exo/libos/cffs/cffs_declared.h"
#include "exo/xn/store/volume.h"
#include "host_store.h"
#include "lib/crc32.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 256, FILES = 12, TABLES = 400, DISK = BLOCKS * STORE_BLOCK };

static const char cffs_name_of_root[16] = "cffs", alfs_name_of_root[16] = "alfs";

static struct disk {
    unsigned char *image;
    struct host_volume v;
    struct host_store h;
    struct cffs c;
    struct alfs a;
    void *tables;
    bool has_alfs;
} damaged, other;

/* --- A volume with files --- */

static size_t function(const char *path, const void **at) {
    static unsigned char file[CFFS_TYPES + ALFS_TYPES][XN_BODY_BYTES_MAX];
    static unsigned next;
    char text[120];
    snprintf(text, sizeof text, "build/kernels/exo/libos/%s.clang-O2.o", path);
    FILE *f = fopen(text, "rb");
    assert_non_null(f);
    unsigned char *to = file[next++ % (CFFS_TYPES + ALFS_TYPES)];
    *at = to;
    size_t bytes = fread(to, 1, XN_BODY_BYTES_MAX, f);
    fclose(f);
    return bytes;
}

static void declare(struct disk *d) {
    static unsigned char body[XN_BODY_BYTES_MAX];
    static const char *const paths[] = {"cffs/udf/cffs_index",     "cffs/udf/cffs_index2",
                                        "cffs/udf/cffs_directory", "alfs/udf/alfs_log",
                                        "alfs/udf/alfs_index",     "alfs/udf/alfs_root"};
    struct store_function c[CFFS_TYPES];
    struct store_function a[ALFS_TYPES];
    for (unsigned i = 0; i < CFFS_TYPES; i++)
        c[i].bytes = function(paths[i], &c[i].at);
    for (unsigned i = 0; i < ALFS_TYPES; i++)
        a[i].bytes = function(paths[CFFS_TYPES + i], &a[i].at);
    assert_int_equal(cffs_declare(&d->h.store, c, body), 0);
    if (d->has_alfs)
        assert_int_equal(alfs_declare(&d->h.store, a, body), 0);
}

static int disk_open(struct disk *d) {
    int error = host_volume_open_whole(&d->v, d->image, BLOCKS);
    if (!error)
        error = host_volume_mount(&d->v);
    return error ? error : host_store_open(&d->h, &d->v);
}

static long files_mount(struct disk *d) {
    long c = cffs_mount(&d->c, &d->h.store, cffs_name_of_root, false);
    long a = d->has_alfs ? alfs_mount(&d->a, &d->h.store, alfs_name_of_root, d->tables, TABLES,
                                      TABLES, false)
                         : 0;
    return c < 0 ? c : a;
}

static struct cffs_name name_of(unsigned i, char text[16]) {
    return (struct cffs_name){text, (size_t)snprintf(text, 16, "file%u", i)};
}

/* Each file is made, or made longer; some are removed. */
static void work(struct disk *d, unsigned from) {
    static unsigned char data[30000];
    memset(data, 7, sizeof data);
    for (unsigned i = from; i < from + FILES; i++) {
        char text[16];
        struct cffs_id c;
        struct alfs_id a;
        const struct cffs_name n = name_of(i, text);
        const struct alfs_name m = {n.at, n.length};
        if (!cffs_create(&d->c, cffs_root(&d->c), n, 0644, &c) ||
            !cffs_lookup(&d->c, cffs_root(&d->c), n, &c, NULL))
            (void)cffs_write(&d->c, c, i * 100, data, i % 4 ? 3000 : sizeof data);
        if (i % 5 == 4)
            (void)cffs_unlink(&d->c, cffs_root(&d->c), n);
        if (!d->has_alfs)
            continue;
        if (!alfs_create(&d->a, alfs_root(), m, ALFS_FILE, 0644, &a) ||
            !alfs_lookup(&d->a, alfs_root(), m, &a))
            (void)alfs_write(&d->a, a, i * 100, data, i % 4 ? 3000 : sizeof data);
        if (i % 5 == 4)
            (void)alfs_remove(&d->a, alfs_root(), m, ALFS_FILE);
    }
    (void)cffs_sync(&d->c);
    if (d->has_alfs)
        (void)alfs_sync(&d->a);
}

static void read_all(struct disk *d) {
    static unsigned char data[30000];
    uint64_t place = 0;
    struct cffs_entry c;
    struct alfs_entry a;
    for (unsigned n = 0; n < 200 && !cffs_list(&d->c, cffs_root(&d->c), &place, &c); n++)
        (void)cffs_read(&d->c, c.id, 0, data, sizeof data);
    place = 0;
    for (unsigned n = 0; d->has_alfs && n < 200 && !alfs_list(&d->a, alfs_root(), &place, &a); n++)
        (void)alfs_read(&d->a, a.id, 0, data, sizeof data);
}

static void disk_new(struct disk *d, enum xn_design design) {
    d->has_alfs = design == XN_UDF || design == XN_TEMPLATE;
    d->image = calloc(1, DISK);
    d->tables = malloc(alfs_bytes(TABLES, TABLES));
    for (uint32_t i = 0; !xn_format(BLOCKS, design, 512, i, d->image + i * STORE_BLOCK); i++)
        continue;
    assert_int_equal(disk_open(d), 0);
    declare(d);
    assert_int_equal(cffs_format(&d->h.store, cffs_name_of_root, 1, false), 0);
    if (d->has_alfs)
        assert_int_equal(alfs_format(&d->h.store, alfs_name_of_root, 0, false), 0);
    assert_int_equal(files_mount(d), 0);
    work(d, 0);
    assert_int_equal(cffs_unmount(&d->c), 0);
    if (d->has_alfs)
        assert_int_equal(alfs_unmount(&d->a), 0);
    assert_int_equal(host_volume_unmount(&d->v), 0);
    host_volume_close(&d->v);
}

static void disk_end(struct disk *d) {
    free(d->image);
    free(d->tables);
}

/* --- Damage --- */

/* What is checked by a sum is right by it half of the time, so that damage goes deeper. */
static void sums_mend(unsigned char *image) {
    struct xn_super super;
    memcpy(&super, image, sizeof super);
    if (below(2))
        super.clean = 0;
    super_sign(&super);
    memcpy(image, &super, sizeof super);
    if (super.catalogue_at >= BLOCKS)
        return;
    for (unsigned i = 0; i < XN_TYPES_MAX; i++) {
        struct xn_catalogued c;
        unsigned char *at = image + super.catalogue_at * STORE_BLOCK + i * sizeof c;
        memcpy(&c, at, sizeof c);
        if (!c.bytes || c.bytes > XN_BODY_BYTES_MAX || c.block >= BLOCKS - 17)
            continue;
        c.checksum = crc32_update(0, image + c.block * STORE_BLOCK, c.bytes);
        memcpy(at, &c, sizeof c);
    }
}

static void damage(unsigned char *image) {
    static const unsigned char values[] = {0, 1, 8, 16, 0x7f, 0x80, 0xff};
    const uint32_t reach[] = {STORE_BLOCK / 8, 5 * STORE_BLOCK, 60 * STORE_BLOCK, DISK};
    for (unsigned n = 1 + below(10); n; n--) {
        uint32_t at = below(reach[below(4)]), bytes = 1u << below(3);
        for (uint32_t i = at; i < at + bytes && i < DISK; i++)
            image[i] = below(2) ? values[below(sizeof values)] : (unsigned char)below(256);
    }
    if (below(2))
        sums_mend(image);
}

/* As `xn fsck`: mounted and left, it is clean. 1: it can only be read. */
static int again(struct disk *d) {
    int error = host_volume_open_whole(&d->v, d->image, BLOCKS);
    if (!error)
        error = host_volume_mount(&d->v);
    bool reads = d->v.x.volume[0].read_only;
    if (!error)
        error = host_volume_unmount(&d->v);
    host_volume_close(&d->v);
    return error ? error : reads;
}

/* Whether damage was told of. */
static bool use(struct disk *d) {
    const struct xn_volume *v = &d->v.x.volume[0];
    int error = disk_open(d);
    if (error) {
        if (error == -E_DAMAGED)
            assert_true(v->damage && v->damaged < BLOCKS);
        else
            assert_true(error == -E_INVALID || error == -E_NO_MEMORY);
        host_volume_close(&d->v);
        return error == -E_DAMAGED;
    }
    bool reads = v->read_only, told = reads && v->damage;
    long files = files_mount(d);
    if (files == -E_DAMAGED)
        told = true;
    if (files >= 0) {
        read_all(d);
        work(d, 3);
        told |= d->c.damage.field || (d->has_alfs && d->a.damage.field);
        (void)cffs_unmount(&d->c);
        if (d->has_alfs)
            (void)alfs_unmount(&d->a);
    }
    error = host_volume_unmount(&d->v);
    host_volume_close(&d->v);
    if (!error && !reads)
        assert_int_equal(again(d), 0);
    return told;
}

static void damaged_volumes_harm_nobody(void **state) {
    (void)state;
    const char *text = getenv("DISKS");
    unsigned long disks = text ? strtoul(text, NULL, 10) : 150;
    unsigned char *whole = malloc(DISK), *others = malloc(DISK);
    for (enum xn_design design = 0; design < XN_DESIGNS; design++) {
        unsigned long told = 0;
        disk_new(&damaged, design);
        disk_new(&other, XN_TEMPLATE);
        memcpy(whole, damaged.image, DISK);
        assert_int_equal(disk_open(&other), 0);
        assert_int_equal(files_mount(&other), 0);
        memcpy(others, other.image, DISK);
        for (unsigned long n = 0; n < disks; n++) {
            memcpy(damaged.image, whole, DISK);
            damage(damaged.image);
            told += use(&damaged);
            if (n % 64 == 0)
                read_all(&other);
            assert_memory_equal(other.image, others, n % 64 ? STORE_BLOCK : DISK);
        }
        print_message("# design %u: the damage of %lu in %lu disks was told of\n", design, told,
                      disks);
        assert_true(told > disks / 20);
        work(&other, 1);
        assert_int_equal(cffs_unmount(&other.c), 0);
        assert_int_equal(alfs_unmount(&other.a), 0);
        assert_int_equal(host_volume_unmount(&other.v), 0);
        host_volume_close(&other.v);
        assert_int_equal(again(&other), 0);
        disk_end(&damaged);
        disk_end(&other);
    }
    free(whole);
    free(others);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_volumes_harm_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
