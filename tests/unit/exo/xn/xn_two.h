/* SPDX-License-Identifier: MIT */
/* xn_two.h -- a volume of XN's, in memory and by the kernel's own code, with two file systems,
 * C-FFS and alfs; files of both as plain models have them. ROUNDS=N: so many steps. */
#ifndef TESTS_XN_TWO_H
#define TESTS_XN_TWO_H

#include "random.h"
#include "unit.h"

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/cffs/check/cffs_check.h"
#include "exo/libos/cffs/cffs_declared.h"
#include "host_store.h"
#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 1024, FILES = 24, BYTES = 60000, TABLES = 600 };

static const char cffs_name_of_root[16] = "cffs", alfs_name_of_root[16] = "alfs";

struct both {
    unsigned char *image;
    struct host_volume v;
    struct host_store h;
    struct cffs c;
    struct alfs a;
    void *tables;
    struct model {
        bool there;
        size_t size;
        unsigned char *bytes;
    } model[2][FILES]; /* of C-FFS, of alfs */
};

static inline void both_open(struct both *b) {
    assert_int_equal(host_volume_open_whole(&b->v, b->image, BLOCKS), 0);
    assert_int_equal(host_volume_mount(&b->v), 0);
    assert_int_equal(host_store_open(&b->h, &b->v), 0);
}

static inline void both_mount(struct both *b) {
    assert_true(cffs_mount(&b->c, &b->h.store, cffs_name_of_root, false) >= 0);
    assert_int_equal(
        alfs_mount(&b->a, &b->h.store, alfs_name_of_root, b->tables, TABLES, TABLES, false), 0);
}

static unsigned bodies; /* blocks of the types, in the catalogue */
static const char *way; /* the functions' compiler; null: a volume without functions */

static inline size_t object(const char *path, const void **at) {
    char text[120];
    snprintf(text, sizeof text, "build/kernels/exo/libos/%s.%s-O2.o", path, way);
    FILE *f = fopen(text, "rb");
    assert_non_null(f);
    void *bytes = malloc(XN_BODY_BYTES_MAX);
    *at = bytes;
    size_t count = fread(bytes, 1, XN_BODY_BYTES_MAX, f);
    fclose(f);
    return count;
}

static inline void types_declare(struct both *b) {
    static const char *const paths[] = {"cffs/udf/cffs_index",     "cffs/udf/cffs_index2",
                                        "cffs/udf/cffs_directory", "alfs/udf/alfs_log",
                                        "alfs/udf/alfs_index",     "alfs/udf/alfs_root"};
    static unsigned char body[XN_BODY_BYTES_MAX];
    struct store_function c[CFFS_TYPES] = {{NULL, 0}};
    struct store_function a[ALFS_TYPES] = {{NULL, 0}};
    for (unsigned i = 0; way && i < CFFS_TYPES + ALFS_TYPES; i++)
        if (i < 3)
            c[i].bytes = object(paths[i], &c[i].at);
        else
            a[i - 3].bytes = object(paths[i], &a[i - 3].at);
    assert_int_equal(cffs_declare(&b->h.store, c, body), 0);
    assert_int_equal(alfs_declare(&b->h.store, a, body), 0);
    for (unsigned i = 0; way && i < CFFS_TYPES + ALFS_TYPES; i++)
        free((void *)(i < 3 ? c[i].at : a[i - 3].at));
    bodies = 0;
    for (uint32_t block = b->h.store.first; block < BLOCKS; block++)
        bodies += !store_is_free(&b->h.store, block);
}

static inline void both_new(struct both *b) {
    memset(b, 0, sizeof *b);
    b->image = calloc(BLOCKS, STORE_BLOCK);
    b->tables = malloc(alfs_bytes(TABLES, TABLES));
    const enum xn_design design = way ? XN_UDF : XN_TEMPLATE;
    for (uint32_t i = 0; !xn_format(BLOCKS, design, 512, i, b->image + i * STORE_BLOCK); i++)
        continue;
    for (unsigned i = 0; i < 2 * FILES; i++)
        b->model[i / FILES][i % FILES].bytes = calloc(1, BYTES);
    both_open(b);
    types_declare(b);
    assert_int_equal(cffs_format(&b->h.store, cffs_name_of_root, 1, false), 0);
    assert_int_equal(alfs_format(&b->h.store, alfs_name_of_root, 0, false), 0);
    both_mount(b);
}

static inline void both_close(struct both *b) {
    assert_int_equal(cffs_unmount(&b->c), 0);
    assert_int_equal(alfs_unmount(&b->a), 0);
    assert_int_equal(host_volume_unmount(&b->v), 0);
    host_volume_close(&b->v);
}

static inline void both_end(struct both *b) {
    for (unsigned i = 0; i < 2 * FILES; i++)
        free(b->model[i / FILES][i % FILES].bytes);
    free(b->image);
    free(b->tables);
}

/* --- One step, of either --- */

static inline long file_id(struct both *b, unsigned fs, const char *text, struct cffs_id *c,
                           struct alfs_id *a) {
    return fs == 0 ? cffs_lookup(&b->c, cffs_root(&b->c), (struct cffs_name){text, strlen(text)}, c,
                                 NULL)
                   : alfs_lookup(&b->a, alfs_root(), (struct alfs_name){text, strlen(text)}, a);
}

static inline long create(struct both *b, unsigned fs, const char *text) {
    return fs == 0 ? cffs_create(&b->c, cffs_root(&b->c), (struct cffs_name){text, strlen(text)},
                                 0644, NULL)
                   : alfs_create(&b->a, alfs_root(), (struct alfs_name){text, strlen(text)},
                                 ALFS_FILE, 0644, NULL);
}

static inline long remove_file(struct both *b, unsigned fs, const char *text) {
    return fs == 0
               ? cffs_unlink(&b->c, cffs_root(&b->c), (struct cffs_name){text, strlen(text)})
               : alfs_remove(&b->a, alfs_root(), (struct alfs_name){text, strlen(text)}, ALFS_FILE);
}

/* Of files whose number is `odd` or not. */
static inline void step_some(struct both *b, unsigned odd) {
    static unsigned char data[20000];
    unsigned fs = below(2), i = below(FILES / 2) * 2 + odd;
    struct model *m = &b->model[fs][i];
    struct cffs_id c;
    struct alfs_id a;
    char text[16];
    snprintf(text, sizeof text, "f%u", i);
    if (!m->there) {
        assert_int_equal(create(b, fs, text), 0);
        m->there = true;
        return;
    }
    assert_int_equal(file_id(b, fs, text, &c, &a), 0);
    size_t at = below((uint32_t)m->size + 3000), bytes = below(sizeof data), size;
    switch (below(8)) {
    case 0:
        assert_int_equal(remove_file(b, fs, text), 0);
        memset(m->bytes, 0, BYTES);
        m->there = false;
        m->size = 0;
        break;
    case 1:
        size = below(BYTES);
        assert_int_equal(fs == 0 ? cffs_truncate(&b->c, c, size) : alfs_truncate(&b->a, a, size),
                         0);
        if (size < m->size)
            memset(m->bytes + size, 0, m->size - size);
        m->size = size;
        break;
    case 2:
        assert_int_equal(fs == 0 ? cffs_fsync(&b->c, c) : alfs_fsync(&b->a, a), 0);
        break;
    default:
        if (at + bytes > BYTES)
            break;
        memset(data, (int)below(255) + 1, bytes);
        assert_int_equal(fs == 0 ? cffs_write(&b->c, c, at, data, bytes)
                                 : alfs_write(&b->a, a, at, data, bytes),
                         bytes);
        memcpy(m->bytes + at, data, bytes);
        if (bytes > 0 && at + bytes > m->size)
            m->size = at + bytes;
    }
}

static inline void step(struct both *b) {
    step_some(b, below(2));
}

/* The file is as `m` says; where it may be `gone`, it is that or not there at all. */
static inline void compare_one(struct both *b, unsigned fs, unsigned i, const struct model *m,
                               bool gone) {
    static unsigned char got[BYTES + 1];
    struct cffs_id c;
    struct alfs_id a;
    char text[16];
    snprintf(text, sizeof text, "f%u", i);
    long found = file_id(b, fs, text, &c, &a);
    if (gone && found == -E_NOT_FOUND)
        return;
    assert_int_equal(found, m->there ? 0 : -E_NOT_FOUND);
    if (!m->there)
        return;
    assert_int_equal(fs == 0 ? cffs_read(&b->c, c, 0, got, sizeof got)
                             : alfs_read(&b->a, a, 0, got, sizeof got),
                     m->size);
    assert_memory_equal(got, m->bytes, m->size);
}

static inline void compare(struct both *b, unsigned fs) {
    for (unsigned i = 0; i < FILES; i++)
        compare_one(b, fs, i, &b->model[fs][i], false);
}

/* Each block is owned once: what both own, and what is left, is all that there is. */
static inline long claim(void *owner, uint32_t block, uint32_t count) {
    unsigned char *owned = owner;
    for (uint32_t i = 0; i < count; i++)
        if (block + i >= BLOCKS || owned[block + i]++)
            return -E_EXISTS;
    return 0;
}

static inline void check_all(struct both *b, bool repair) {
    static unsigned char owned[BLOCKS];
    memset(owned, 0, sizeof owned);
    struct cffs_checking cc = {
        .claim = claim, .owner = owned, .memory = malloc(BLOCKS * 8ul), .repair = repair};
    struct alfs_checking ac = {.claim = claim, .owner = owned, .sums = true};
    long error = cffs_check(&b->c, &cc);
    if (error)
        fail_msg("C-FFS: %ld: block %u: %s", error, b->c.damage.block, b->c.damage.field);
    error = alfs_check(&b->a, &ac);
    if (error)
        fail_msg("alfs: %ld: block %u: %s", error, b->a.damage.block, b->a.damage.field);
    for (uint32_t block = b->h.store.first; block < BLOCKS; block++)
        if (b->h.store.map[block / 64] >> block % 64 & 1)
            owned[block] |= 2;
    unsigned others = 0; /* the catalogue's bodies, and what waits for the disk */
    for (uint32_t block = b->h.store.first; block < BLOCKS; block++) {
        assert_true(owned[block] != 1);
        others += owned[block] == 2;
    }
    if (!repair)
        assert_int_equal(others, bodies);
    free(cc.memory);
}

static inline void check_both(struct both *b) {
    assert_int_equal(cffs_sync(&b->c), 0);
    assert_int_equal(alfs_sync(&b->a), 0);
    assert_int_equal(store_sync(&b->h.store, false), 0);
    check_all(b, false);
}

static inline unsigned rounds(unsigned usual) {
    const char *text = getenv("ROUNDS");
    return text ? (unsigned)atoi(text) : usual;
}

#endif
