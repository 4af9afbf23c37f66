/* SPDX-License-Identifier: MIT */
/* exo_xn_two_test.c -- two library file systems on one volume of XN, C-FFS and alfs, by the
 * kernel's own code: each is what a plain model is while the other works; and whatever is done to
 * one, with bytes that its author never meant, the other stays as it was. ROUNDS=N. */
#include "xn_two.h"

#include "exo/disk_writes.h"
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

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
        cmocka_unit_test(fuzzing_one_never_damages_the_other),
        cmocka_unit_test_setup(each_is_its_model_by_functions, by_clang),
        cmocka_unit_test_setup(each_crash_leaves_both_by_functions, by_gcc),
        cmocka_unit_test_setup(fuzzing_one_damages_nothing_by_functions, by_gcc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
