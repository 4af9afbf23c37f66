/* SPDX-License-Identifier: MIT */
/* exo_xn_two_test.c -- two library file systems on one volume of XN, C-FFS and alfs, by the
 * kernel's own code: each is what a plain model is while the other works; and whatever is done to
 * one, with bytes that its author never meant, the other stays as it was. ROUNDS=N. */
#include "exo/disk_writes.h"
#include "random.h"
#include "unit.h"

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/cffs/cffs.h"
#include "exo/libos/cffs/cffs_declared.h"
#include "host_store.h"
#include "lib/error.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

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

static void both_open(struct both *b) {
    assert_int_equal(host_volume_open_whole(&b->v, b->image, BLOCKS), 0);
    assert_int_equal(host_volume_mount(&b->v), 0);
    assert_int_equal(host_store_open(&b->h, &b->v), 0);
}

static void both_mount(struct both *b) {
    assert_true(cffs_mount(&b->c, &b->h.store, cffs_name_of_root, false) >= 0);
    assert_int_equal(
        alfs_mount(&b->a, &b->h.store, alfs_name_of_root, b->tables, TABLES, TABLES, false), 0);
}

static unsigned bodies; /* blocks of the types, in the catalogue */
static const char *way; /* the functions' compiler; null: a volume without functions */

static size_t object(const char *path, const void **at) {
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

static void types_declare(struct both *b) {
    static const char *const paths[] = {"cffs/udf/cffs_index",     "cffs/udf/cffs_index2",
                                        "cffs/udf/cffs_directory", "alfs/udf/alfs_log",
                                        "alfs/udf/alfs_index",     "alfs/udf/alfs_root"};
    static unsigned char body[XN_BODY_BYTES_MAX];
    struct cffs_function c[CFFS_TYPES] = {{NULL, 0}};
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

static void both_new(struct both *b) {
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

static void both_close(struct both *b) {
    assert_int_equal(cffs_unmount(&b->c), 0);
    assert_int_equal(alfs_unmount(&b->a), 0);
    assert_int_equal(host_volume_unmount(&b->v), 0);
    host_volume_close(&b->v);
}

static void both_end(struct both *b) {
    for (unsigned i = 0; i < 2 * FILES; i++)
        free(b->model[i / FILES][i % FILES].bytes);
    free(b->image);
    free(b->tables);
}

/* --- One step, of either --- */

static long file_id(struct both *b, unsigned fs, const char *text, struct cffs_id *c,
                    struct alfs_id *a) {
    return fs == 0 ? cffs_lookup(&b->c, cffs_root(&b->c), (struct cffs_name){text, strlen(text)}, c,
                                 NULL)
                   : alfs_lookup(&b->a, alfs_root(), (struct alfs_name){text, strlen(text)}, a);
}

static long create(struct both *b, unsigned fs, const char *text) {
    return fs == 0 ? cffs_create(&b->c, cffs_root(&b->c), (struct cffs_name){text, strlen(text)},
                                 0644, NULL)
                   : alfs_create(&b->a, alfs_root(), (struct alfs_name){text, strlen(text)},
                                 ALFS_FILE, 0644, NULL);
}

static long remove_file(struct both *b, unsigned fs, const char *text) {
    return fs == 0
               ? cffs_unlink(&b->c, cffs_root(&b->c), (struct cffs_name){text, strlen(text)})
               : alfs_remove(&b->a, alfs_root(), (struct alfs_name){text, strlen(text)}, ALFS_FILE);
}

/* Of files whose number is `odd` or not. */
static void step_some(struct both *b, unsigned odd) {
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

static void step(struct both *b) {
    step_some(b, below(2));
}

/* The file is as `m` says; where it may be `gone`, it is that or not there at all. */
static void compare_one(struct both *b, unsigned fs, unsigned i, const struct model *m, bool gone) {
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

static void compare(struct both *b, unsigned fs) {
    for (unsigned i = 0; i < FILES; i++)
        compare_one(b, fs, i, &b->model[fs][i], false);
}

/* Each block is owned once: what both own, and what is left, is all that there is. */
static long claim(void *owner, uint32_t block, uint32_t count) {
    unsigned char *owned = owner;
    for (uint32_t i = 0; i < count; i++)
        if (block + i >= BLOCKS || owned[block + i]++)
            return -E_EXISTS;
    return 0;
}

static void check_all(struct both *b, bool repair) {
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

static void check_both(struct both *b) {
    assert_int_equal(cffs_sync(&b->c), 0);
    assert_int_equal(alfs_sync(&b->a), 0);
    assert_int_equal(store_sync(&b->h.store, false), 0);
    check_all(b, false);
}

static unsigned rounds(unsigned usual) {
    const char *text = getenv("ROUNDS");
    return text ? (unsigned)atoi(text) : usual;
}

static void each_is_its_model_beside_the_other(void **state) {
    (void)state;
    static struct both b;
    both_new(&b);
    for (unsigned n = 0, end = rounds(3000); n < end; n++) {
        step(&b);
        if (n % 500 == 499) {
            compare(&b, 0);
            compare(&b, 1);
            check_both(&b);
        }
        if (n % 1000 == 999) {
            both_close(&b);
            both_open(&b);
            both_mount(&b);
        }
    }
    both_close(&b);
    both_end(&b);
}

/* --- Crashes --- */

static struct disk_writes writes;

/* What files were when they were synced. */
static struct model synced[2][FILES];

static void synced_now(const struct both *b) {
    for (unsigned i = 0; i < 2 * FILES; i++) {
        struct model *to = &synced[i / FILES][i % FILES];
        const struct model *from = &b->model[i / FILES][i % FILES];
        unsigned char *bytes = to->bytes ? to->bytes : malloc(BYTES);
        *to = *from;
        to->bytes = memcpy(bytes, from->bytes, BYTES);
    }
}

/* Removes one of the files whose number is `odd` or not. */
static void remove_some(struct both *b, unsigned odd) {
    unsigned fs = below(2), i = below(FILES / 2) * 2 + odd;
    struct model *m = &b->model[fs][i];
    char text[16];
    if (!m->there)
        return;
    snprintf(text, sizeof text, "f%u", i);
    assert_int_equal(remove_file(b, fs, text), 0);
    memset(m->bytes, 0, BYTES);
    m->there = false;
    m->size = 0;
}

/* Files that nobody touched since the last sync are whole in both, and each block is one's. One
 * that was removed and is still there has the bytes that it had: its blocks were nobody's yet. */
static void each_crash_leaves_both(void **state) {
    (void)state;
    static struct both b, after;
    both_new(&b);
    b.h.seen = disk_writes_note;
    b.h.owner = &writes;
    unsigned char *base = malloc((size_t)BLOCKS * STORE_BLOCK);
    unsigned states = 0;
    after.image = malloc((size_t)BLOCKS * STORE_BLOCK);
    after.tables = malloc(alfs_bytes(TABLES, TABLES));
    for (unsigned epoch = 0, end = rounds(12); epoch < end; epoch++) {
        check_both(&b);       /* syncs */
        if (epoch % 4 == 2) { /* the first writes after a boot are the epoch's */
            both_close(&b);
            both_open(&b);
            both_mount(&b);
            b.h.seen = disk_writes_note;
            b.h.owner = &writes;
        }
        memcpy(base, b.image, (size_t)BLOCKS * STORE_BLOCK);
        synced_now(&b);
        disk_writes_forget(&writes);
        bool removes = epoch % 3 == 1;
        for (unsigned n = 0; n < 60; n++) {
            step_some(&b, epoch % 2);
            if (removes && n % 4 == 0)
                remove_some(&b, !(epoch % 2));
        }
        if (epoch % 3)
            check_both(&b);
        for (unsigned n = 0; n <= writes.count; n += 1 + writes.count / 40) {
            disk_writes_torn(&writes, n, 4, after.image, base, (size_t)BLOCKS * STORE_BLOCK);
            both_open(&after);
            both_mount(&after);
            check_all(&after, true);
            for (unsigned fs = 0; fs < 2; fs++)
                for (unsigned i = !(epoch % 2); i < FILES; i += 2)
                    compare_one(&after, fs, i, &synced[fs][i], removes);
            host_volume_close(&after.v);
            states++;
        }
        disk_writes_forget(&writes);
    }
    assert_true(states >= rounds(12) * 20);
    b.h.seen = NULL;
    both_close(&b);
    both_end(&b);
    free(base);
    free(after.image);
    free(after.tables);
}

/* --- What their authors never meant --- */

/* Blocks of metadata of one of them, from its root down. */
struct metadata {
    struct store_child child[BLOCKS];
    uint32_t count;
    bool seen[BLOCKS];
};

static void metadata_add(struct both *b, struct metadata *m, struct store_child child) {
    if (m->seen[child.at.block] || child.at.type == XN_BYTES)
        return;
    m->seen[child.at.block] = true;
    m->child[m->count++] = child;
    unsigned char *bytes;
    if (store_get(&b->h.store, &child, 0, STORE_READ, &bytes))
        return;
    const struct xn_type *type = b->v.types.type[child.at.type];
    struct xn_site site = {type, bytes, child.at.block};
    for (uint32_t p = 0; p < type->partitions; p++) {
        struct xn_extent out[XN_OWNED_MAX];
        int count = xn_owns(&b->v.types, &site, p, out);
        for (int i = 0; i < count; i++)
            metadata_add(b, m, (struct store_child){child.at.block, p, out[i]});
    }
    store_put(&b->h.store, child.at.block);
}

static const struct metadata *metadata_of(struct both *b, const char name[16]) {
    static struct metadata m;
    struct store_child root;
    memset(&m, 0, sizeof m);
    assert_int_equal(b->h.store.ops->root(&b->h.store, name, &root), 0);
    metadata_add(b, &m, root);
    return &m;
}

/* Any operation on metadata of one, with any bytes and any child, also such that belong to the
 * other. What XN refuses does not happen. */
static void hostile_change(struct both *b, const struct metadata *m) {
    const struct store_ops *ops = b->h.store.ops;
    const struct store_child *c = &m->child[below(m->count)], *other = &m->child[below(m->count)];
    const struct xn_type *type = b->v.types.type[c->at.type];
    struct xn_changes changes = {.count = 1 + below(2)}, more = {.count = 1};
    uint32_t used = 0, partition = below(type->partitions);
    for (unsigned i = 0; i < changes.count; i++) {
        uint32_t bytes = below(3) ? 4 : 1 + below(16);
        changes.change[i].at = (unsigned short)(below(STORE_BLOCK - 16) & ~3u);
        if (below(2)) /* in the partition */
            changes.change[i].at =
                (unsigned short)(type->group[0].first + partition * type->group[0].stride +
                                 4 * below(8));
        changes.change[i].bytes = (unsigned short)bytes;
        for (uint32_t k = 0; k < bytes; k++)
            changes.bytes[used + k] = below(2) ? 0 : (unsigned char)below(256);
        if (bytes == 4 && below(2)) {
            uint32_t block = below(BLOCKS);
            memcpy(changes.bytes + used, &block, 4);
        }
        used += bytes;
    }
    more.change[0].at = (unsigned short)(below(STORE_BLOCK - 16) & ~3u);
    more.change[0].bytes = 4;
    uint32_t block = below(BLOCKS);
    if (changes.change[0].bytes == 4 && below(2))
        memcpy(&block, changes.bytes, 4);
    struct xn_extent child = {block, (unsigned short)(below(4) ? 1 : below(30)),
                              below(3) ? XN_BYTES : (unsigned char)(14 + below(13)), 0};
    struct store_at at = {c->at.block, partition, &changes};
    struct store_at to = {other->at.block, below(31), &more};
    switch (below(5)) {
    case 0:
        (void)ops->alloc(&b->h.store, at, child);
        break;
    case 1:
        (void)ops->free(&b->h.store, at, child);
        break;
    case 2:
        (void)ops->move(&b->h.store, at, to, child);
        break;
    default:
        (void)ops->write(&b->h.store, at);
        break;
    }
}

/* The data of one: blocks that it owns are written, and such that it does not are asked for. */
static void hostile_data(struct both *b, const struct metadata *m) {
    const struct store_child *c = &m->child[below(m->count)];
    struct store_child child = {c->at.block, below(31), {below(BLOCKS), 1, XN_BYTES, 0}};
    unsigned char *bytes;
    if (store_get(&b->h.store, &child, 0, below(2) ? STORE_WRITE : STORE_NEW, &bytes))
        return;
    memset(bytes, (int)below(256), STORE_BLOCK);
    store_put(&b->h.store, child.at.block);
}

/* What follows has so many seconds of the processor: without a rule a tree may be its own child,
 * and a walk of it has no end. 0: it is over. */
static void has_no_end(int signal) {
    static const char said[] = "it has no end\n";
    (void)signal;
    (void)!write(STDERR_FILENO, said, sizeof said - 1);
    _exit(1);
}
static void limit(long seconds) {
    const struct itimerval t = {.it_value.tv_sec = seconds};
    signal(SIGPROF, has_no_end);
    setitimer(ITIMER_PROF, &t, NULL);
}

/* Whatever is done to one of them, mounted or not, the other is as it was, also after a crash. */
static void fuzzing_one_never_damages_the_other(void **state) {
    (void)state;
    unsigned char *kept = malloc((size_t)BLOCKS * STORE_BLOCK);
    for (unsigned round = 0, end = rounds(12); round < end; round++) {
        static struct both b;
        const unsigned victim = round % 2;
        limit(3);
        both_new(&b);
        for (unsigned n = 0; n < 120; n++)
            step(&b);
        check_both(&b);
        unsigned changed = (unsigned)b.h.store.counts.changes;
        for (unsigned n = 0; n < 6000; n++) {
            static const struct metadata *m;
            if (n % 100 == 0)
                m = metadata_of(&b, victim == 0 ? cffs_name_of_root : alfs_name_of_root);
            if (n % 7 == 0)
                hostile_data(&b, m);
            else
                hostile_change(&b, m);
            if (n % 500 == 250)
                (void)store_sync(&b.h.store, false);
        }
        assert_true(b.h.store.counts.changes > changed + 20); /* some of it was done */
        compare(&b, !victim);
        (void)store_sync(&b.h.store, false);
        memcpy(kept, b.image, (size_t)BLOCKS * STORE_BLOCK);
        host_volume_close(&b.v); /* a crash */
        memcpy(b.image, kept, (size_t)BLOCKS * STORE_BLOCK);
        both_open(&b);
        if (victim == 1)
            assert_true(cffs_mount(&b.c, &b.h.store, cffs_name_of_root, false) >= 0);
        else
            assert_int_equal(
                alfs_mount(&b.a, &b.h.store, alfs_name_of_root, b.tables, TABLES, TABLES, false),
                0);
        compare(&b, !victim);
        host_volume_close(&b.v);
        both_end(&b);
    }
    limit(0);
    free(kept);
}

/* --- Temporary trees, and such that nothing owns --- */

static const char third_name[16] = "third";

/* A third file system, with files, of which nothing is on the disk; those of its blocks that are
 * metadata and dirty, its root the first. */
static uint32_t third_fill(struct both *b, struct alfs *fs, uint32_t *dirty) {
    static unsigned char data[9000];
    uint32_t count = 0;
    for (unsigned i = 0; i < 70; i++) {
        char text[16];
        struct alfs_id id;
        snprintf(text, sizeof text, "t%u", i);
        assert_int_equal(alfs_create(fs, alfs_root(), (struct alfs_name){text, strlen(text)},
                                     ALFS_FILE, 0644, &id),
                         0);
        memset(data, (int)i + 1, sizeof data);
        assert_int_equal(alfs_write(fs, id, 0, data, sizeof data), sizeof data);
    }
    dirty[count++] = fs->root;
    for (uint32_t i = 0; i < fs->logs_most; i++)
        if (fs->log[i].block)
            dirty[count++] = fs->log[i].block;
    (void)b;
    return count;
}

/* The same work, on a root that stays and on one that does not: where it stays, its root may not be
 * written before what it leads to; and only what stays is there after a crash. */
static void a_temporary_one_has_no_order_and_is_gone_after_a_crash(void **state) {
    (void)state;
    for (unsigned temporary = 0; temporary < 2; temporary++) {
        static struct both b;
        static struct alfs third;
        void *tables = malloc(alfs_bytes(TABLES, TABLES));
        uint32_t dirty[64], root;
        both_new(&b);
        for (unsigned n = 0; n < 100; n++)
            step(&b);
        check_both(&b);
        check_both(&b); /* what was given up in the first sync is free after another one */
        const uint32_t free_before = b.v.x.volume[0].free;
        for (unsigned crash = 0; crash < 2; crash++) {
            if (crash == 0 || temporary)
                assert_int_equal(alfs_format(&b.h.store, third_name, 0, temporary), 0);
            assert_int_equal(
                alfs_mount(&third, &b.h.store, third_name, tables, TABLES, TABLES, false), 0);
            if (crash == 1 && !temporary) { /* it was synced */
                assert_int_equal(third.files_used, 70);
                break;
            }
            assert_int_equal(third.files_used, 0);
            uint32_t count = third_fill(&b, &third, dirty);
            assert_true(count > 4);
            root = dirty[0];
            assert_int_equal(b.h.store.ops->writeback(&b.h.store, &root, 1, true), !temporary);
            assert_int_equal(alfs_sync(&third), 0);
            assert_int_equal(store_sync(&b.h.store, false), 0);
            host_volume_close(&b.v); /* a crash */
            both_open(&b);
            both_mount(&b);
            compare(&b, 0);
            compare(&b, 1);
            if (temporary)
                assert_int_equal(b.v.x.volume[0].free, free_before);
        }
        host_volume_close(&b.v);
        both_end(&b);
        free(tables);
    }
}

static uint32_t nobodys; /* the root of a tree that nothing owns */
static long root_is_nobodys(struct store *s, const char name[16], struct store_child *child) {
    (void)s, (void)name;
    *child = (struct store_child){.at = {nobodys, 1, ALFS_ROOT, 0}};
    return 0;
}

/* A file system is made where no root leads, in any order, and gets its name by one call: from then
 * on it is ordered, and there after a crash. */
static void a_tree_that_nothing_owns_becomes_a_file_system_by_its_name(void **state) {
    (void)state;
    static struct both b;
    static struct alfs third;
    void *tables = malloc(alfs_bytes(TABLES, TABLES));
    uint32_t dirty[64];
    both_new(&b);
    for (unsigned named = 0; named < 2; named++) {
        const struct store_ops *const ops = b.h.store.ops;
        struct store_ops own = *ops;
        const struct alfs_head head = {ALFS_MAGIC, 0, 0};
        struct xn_changes changes = {.count = 1, .change = {{0, sizeof head}}};
        nobodys = store_find_free(&b.h.store, 500, 1);
        assert_int_equal(xn_alloc_unattached(&b.v.x, &b.h.who, 0, nobodys, ALFS_ROOT), 0);
        uint32_t frame = b.v.frames_free;
        b.v.frames_free = b.v.next_frame[frame];
        assert_int_equal(xn_insert(&b.v.x, &b.h.who, (struct xn_at){0}, nobodys, frame), 0);
        memcpy(changes.bytes, &head, sizeof head);
        assert_int_equal(ops->write(&b.h.store, (struct store_at){nobodys, 0, &changes}), 0);
        own.root = root_is_nobodys;
        b.h.store.ops = &own;
        assert_int_equal(alfs_mount(&third, &b.h.store, third_name, tables, TABLES, TABLES, false),
                         0);
        (void)third_fill(&b, &third, dirty);
        uint32_t root = nobodys; /* no order yet */
        assert_int_equal(b.h.store.ops->writeback(&b.h.store, &root, 1, true), 0);
        b.h.store.ops = ops;
        if (named) {
            assert_int_equal(xn_root_add(&b.v.x, &b.h.who, 0, third_name, nobodys, 0), 0);
            assert_int_equal(alfs_sync(&third), 0);
        } else {
            assert_int_equal(store_sync(&b.h.store, false), 0);
        }
        host_volume_close(&b.v); /* a crash */
        both_open(&b);
        both_mount(&b);
        check_all(&b, named); /* not named: nothing is left of it */
        host_volume_close(&b.v);
        both_open(&b);
        long mounted = alfs_mount(&third, &b.h.store, third_name, tables, TABLES, TABLES, false);
        assert_int_equal(mounted, named ? 0 : -E_NOT_FOUND);
        if (named)
            assert_int_equal(third.files_used, 70);
        both_mount(&b);
    }
    host_volume_close(&b.v);
    both_end(&b);
    free(tables);
}

/* The same of the design "udf", by the functions of both compilers. */
static int by_clang(void **state) {
    (void)state;
    way = "clang";
    return 0;
}
static int by_gcc(void **state) {
    (void)state;
    way = "gcc";
    return 0;
}
static void each_is_its_model_by_functions(void **state) {
    each_is_its_model_beside_the_other(state);
}
static void each_crash_leaves_both_by_functions(void **state) {
    each_crash_leaves_both(state);
}
static void fuzzing_one_damages_nothing_by_functions(void **state) {
    fuzzing_one_never_damages_the_other(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_its_model_beside_the_other),
        cmocka_unit_test(each_crash_leaves_both),
        cmocka_unit_test(a_temporary_one_has_no_order_and_is_gone_after_a_crash),
        cmocka_unit_test(a_tree_that_nothing_owns_becomes_a_file_system_by_its_name),
        cmocka_unit_test(fuzzing_one_never_damages_the_other),
        cmocka_unit_test_setup(each_is_its_model_by_functions, by_clang),
        cmocka_unit_test_setup(each_crash_leaves_both_by_functions, by_gcc),
        cmocka_unit_test_setup(fuzzing_one_damages_nothing_by_functions, by_gcc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
