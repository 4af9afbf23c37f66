/* SPDX-License-Identifier: MIT */
/* exo_cffs_test.c -- C-FFS against a plain model, after crashes, with requests that fail, full
 * disks and quotas. STEPS=N: so many steps of the model. */
#include "volume.h"

#include "exo/disk_writes.h"
#include "random.h"
#include "unit.h"

enum { FILES = 60, DIRS = 4, BYTES = 200000 };

struct model {
    bool there;
    uint8_t dir;
    size_t size;
    unsigned char *bytes;
    struct cffs_id id;
};

static unsigned steps(unsigned usual) {
    const char *text = getenv("STEPS");
    return text ? (unsigned)atoi(text) : usual;
}

static struct cffs_id dirs[DIRS];

static void dirs_make(struct volume *v) {
    dirs[0] = cffs_root(&v->fs);
    for (unsigned i = 1; i < DIRS; i++) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(cffs_mkdir(&v->fs, dirs[i > 2 ? 2 : 0], name_of(text), 0755, &dirs[i]), 0);
    }
}

static void compare(struct volume *v, struct model *m, unsigned i) {
    static unsigned char got[BYTES + 8192];
    char text[16];
    snprintf(text, sizeof text, "file%u", i);
    for (unsigned d = 0; d < DIRS; d++) {
        struct cffs_id id;
        enum cffs_kind kind;
        long found = cffs_lookup(&v->fs, dirs[d], name_of(text), &id, &kind);
        assert_int_equal(found, m->there && m->dir == d ? 0 : -E_NOT_FOUND);
        if (found < 0)
            continue;
        assert_int_equal(cffs_read(&v->fs, id, 0, got, sizeof got), m->size);
        assert_memory_equal(got, m->bytes, m->size);
        m->id = id;
    }
}

static void step_write(struct volume *v, struct model *m) {
    static unsigned char data[40000];
    size_t at = below(10) ? below((uint32_t)m->size + 5000) : below(BYTES - 40000), bytes;
    bytes = below(3) ? below(6000) : below(sizeof data);
    if (at + bytes > BYTES)
        return;
    memset(data, (int)below(255) + 1, bytes);
    assert_int_equal(cffs_write(&v->fs, m->id, at, data, bytes), bytes);
    if (bytes == 0)
        return;
    memcpy(m->bytes + at, data, bytes);
    if (at + bytes > m->size)
        m->size = at + bytes;
}

static void step_rename(struct volume *v, struct model *models, unsigned i) {
    unsigned to = below(FILES), dir = below(DIRS);
    struct model *m = &models[i], *over = &models[to];
    char text[16], other[16];
    snprintf(text, sizeof text, "file%u", i);
    snprintf(other, sizeof other, "file%u", to);
    if (to == i) {
        struct cffs_id old, now;
        assert_int_equal(
            cffs_rename(&v->fs, dirs[m->dir], name_of(text), dirs[dir], name_of(other), &old, &now),
            0);
        m->dir = (uint8_t)dir;
        m->id = now;
        return;
    }
    if (over->there)
        dir = over->dir;
    struct cffs_id old, now;
    assert_int_equal(
        cffs_rename(&v->fs, dirs[m->dir], name_of(text), dirs[dir], name_of(other), &old, &now), 0);
    unsigned char *bytes = over->bytes;
    *over = *m;
    over->id = now;
    over->dir = (uint8_t)dir;
    m->bytes = bytes;
    m->there = false;
    m->id = (struct cffs_id){0}; /* is the other's now */
    memset(m->bytes, 0, BYTES);
    m->size = 0;
}

static void step_file(struct volume *v, struct model *models, unsigned i) {
    struct model *m = &models[i];
    unsigned char byte;
    char text[16];
    snprintf(text, sizeof text, "file%u", i);
    if (!m->there) {
        struct cffs_id before = m->id;
        m->dir = (uint8_t)below(DIRS);
        assert_int_equal(cffs_create(&v->fs, dirs[m->dir], name_of(text), 0644, &m->id), 0);
        m->there = true;
        if (before.slot != 0) /* an old descriptor */
            assert_true(cffs_read(&v->fs, before, 0, &byte, 1) < 0);
        return;
    }
    size_t size;
    switch (below(12)) {
    case 0:
        assert_int_equal(cffs_unlink(&v->fs, dirs[m->dir], name_of(text)), 0);
        assert_int_equal(cffs_read(&v->fs, m->id, 0, &byte, 1), -E_NOT_FOUND);
        m->there = false;
        memset(m->bytes, 0, BYTES);
        m->size = 0;
        break;
    case 1:
    case 2:
        size = below(BYTES);
        assert_int_equal(cffs_truncate(&v->fs, m->id, size), 0);
        if (size < m->size)
            memset(m->bytes + size, 0, m->size - size);
        m->size = size;
        break;
    case 3:
        step_rename(v, models, i);
        break;
    case 4:
        assert_int_equal(cffs_fsync(&v->fs, m->id), 0);
        break;
    default:
        step_write(v, m);
    }
}

static void reopen(struct volume *v) {
    assert_int_equal(volume_close(v), 0);
    assert_int_equal(volume_open(v), 0);
    uint32_t used = volume_used(v);
    assert_int_equal(volume_check(v, false), 0);
    assert_int_equal(volume_used(v), used);
    dirs[0] = cffs_root(&v->fs);
    enum cffs_kind kind;
    for (unsigned i = 1; i < DIRS; i++) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(cffs_lookup(&v->fs, dirs[i > 2 ? 2 : 0], name_of(text), &dirs[i], &kind),
                         0);
    }
}

static void random_steps(bool plain) {
    struct volume v;
    static struct model models[FILES];
    volume_new(&v, 8192, 300);
    v.plain = plain;
    memset(models, 0, sizeof models);
    assert_int_equal(volume_format(&v), 0);
    dirs_make(&v);
    for (unsigned i = 0; i < FILES; i++)
        models[i].bytes = calloc(1, BYTES);
    for (unsigned n = 0, end = steps(20000); n < end; n++) {
        unsigned i = below(FILES);
        step_file(&v, models, i);
        compare(&v, &models[i], i);
        if (below(2000) == 0)
            reopen(&v);
        else if (below(500) == 0)
            assert_int_equal(cffs_sync(&v.fs), 0);
    }
    reopen(&v);
    for (unsigned i = 0; i < FILES; i++)
        compare(&v, &models[i], i);
    for (unsigned i = 0; i < FILES; i++) {
        char text[16];
        snprintf(text, sizeof text, "file%u", i);
        if (models[i].there)
            assert_int_equal(cffs_unlink(&v.fs, dirs[models[i].dir], name_of(text)), 0);
        free(models[i].bytes);
    }
    for (unsigned i = DIRS - 1; i > 0; i--) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(cffs_rmdir(&v.fs, dirs[i > 2 ? 2 : 0], name_of(text)), 0);
    }
    assert_int_equal(cffs_sync(&v.fs), 0);
    assert_true(volume_used(&v) <= (plain ? 30 : 8)); /* the root's blocks, and the inodes' */
    volume_end(&v);
}

static void random_steps_as_in_a_model(void **state) {
    (void)state;
    random_steps(false);
}

static void random_steps_without_the_techniques(void **state) {
    (void)state;
    random_steps(true);
}

/* --- Crashes: each prefix of the log of writes, and of what was not flushed any part, torn --- */

enum { CRASH_BLOCKS = 200 };

/* What is durable from entry `log` on: by then this name leads to a file of these bytes. */
struct promise {
    unsigned log, until;
    char name[2][16]; /* one of them, of a rename that is not durable */
    unsigned char byte;
};
enum { PROMISES = 400 };
static struct promise promises[PROMISES];
static unsigned promise_count;

static void promise(struct disk_writes *log, const char *name, const char *other,
                    unsigned char byte) {
    struct promise *p = &promises[promise_count++];
    *p = (struct promise){.log = log->count, .until = ~0u, .byte = byte};
    snprintf(p->name[0], sizeof p->name[0], "%s", name);
    snprintf(p->name[1], sizeof p->name[1], "%s", other);
}

/* Files come, are synced, renamed (over each other, to another directory), and go. */
static void crash_workload(struct volume *v, struct disk_writes *log) {
    struct cffs_id sub, id;
    const struct cffs_id root = cffs_root(&v->fs);
    assert_int_equal(cffs_mkdir(&v->fs, root, name_of("sub"), 0755, &sub), 0);
    for (unsigned n = 0; n < 120; n++) {
        char text[16], other[16], gone[16];
        snprintf(gone, sizeof gone, "n%u", n > 42 ? n - 42 : n + 999);
        if (n % 4 == 0 && n > 0) { /* what went to the other directory goes: its blocks are used */
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[1], gone) && promises[i].until == ~0u)
                    promises[i].until = log->count;
            assert_int_equal(cffs_unlink(&v->fs, sub, name_of(gone)), 0);
        }
        unsigned char data[9000];
        snprintf(text, sizeof text, "n%u", n);
        snprintf(other, sizeof other, "n%u", n > 41 ? n - 41 : n + 1000);
        memset(data, (int)n + 1, sizeof data);
        assert_int_equal(cffs_create(&v->fs, root, name_of(text), 0644, &id), 0);
        assert_int_equal(cffs_write(&v->fs, id, 0, data, 100 + below(8000)) > 0, 1);
        if (n % 3 == 0) {
            assert_int_equal(cffs_fsync(&v->fs, id), 0);
            promise(log, text, n % 2 ? other : text, data[0]);
        }
        if (n % 2) { /* what has the other name is gone; whoever was promised it is not any more */
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[0], other) ||
                    (promises[i].name[1][0] && !strcmp(promises[i].name[1], other) &&
                     strcmp(promises[i].name[0], text) != 0))
                    promises[i].until =
                        promises[i].until < log->count ? promises[i].until : log->count;
            struct cffs_id to = n % 4 == 1 ? root : sub, old, now;
            assert_int_equal(
                cffs_rename(&v->fs, root, name_of(text), to, name_of(other), &old, &now), 0);
        } else if (n % 10 == 0 && n > 0) {
            assert_int_equal(cffs_unlink(&v->fs, root, name_of(text)), 0);
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[0], text) || !strcmp(promises[i].name[1], text))
                    promises[i].until = log->count;
        }
        if (n % 25 == 24)
            assert_int_equal(cffs_sync(&v->fs), 0);
    }
    assert_int_equal(cffs_sync(&v->fs), 0);
}

static bool kept(struct volume *v, const struct promise *p) {
    struct cffs_id at[2] = {cffs_root(&v->fs), {0, 0, 0}}, id;
    unsigned found = 0;
    if (cffs_lookup(&v->fs, at[0], name_of("sub"), &at[1], NULL) < 0)
        return false;
    for (unsigned n = 0; n < 2; n++)
        for (unsigned d = 0; d < 2; d++) {
            unsigned char byte = 0;
            if ((n == 0 || strcmp(p->name[0], p->name[1]) != 0) &&
                cffs_lookup(&v->fs, at[d], name_of(p->name[n]), &id, NULL) == 0 &&
                cffs_read(&v->fs, id, 0, &byte, 1) == 1 && byte == p->byte)
                found++;
        }
    return found == 1;
}

static void crashes(bool plain) {
    struct volume v;
    static struct disk_writes log;
    volume_new(&v, CRASH_BLOCKS, 200);
    v.plain = plain;
    promise_count = 0;
    memset(v.bytes, 0x5a, (size_t)CRASH_BLOCKS * STORE_BLOCK); /* somebody's old blocks */
    assert_int_equal(volume_format(&v), 0);
    static unsigned char fill[62 * STORE_BLOCK]; /* so that what is freed is soon used */
    struct cffs_id full;
    assert_int_equal(cffs_create(&v.fs, cffs_root(&v.fs), name_of("full"), 0644, &full), 0);
    assert_int_equal(cffs_write(&v.fs, full, 0, fill, sizeof fill), sizeof fill);
    assert_int_equal(cffs_sync(&v.fs), 0);
    unsigned char *base = malloc((size_t)CRASH_BLOCKS * STORE_BLOCK);
    memcpy(base, v.bytes, (size_t)CRASH_BLOCKS * STORE_BLOCK);
    v.disk.seen = disk_writes_note;
    v.disk.owner = &log;
    crash_workload(&v, &log);
    v.disk.seen = NULL;
    for (unsigned n = 1; n <= log.count; n++)
        for (unsigned draw = 0; draw < 4; draw++) {
            disk_writes_torn(&log, n, 4, v.bytes, base, (size_t)CRASH_BLOCKS * STORE_BLOCK);
            long opened = volume_open(&v);
            if (opened < 0)
                fail_msg("after %u writes: %ld: block %u: %s", n, opened, v.fs.damage.block,
                         v.fs.damage.field);
            for (unsigned i = 0; i < promise_count; i++)
                if (promises[i].log < n && n <= promises[i].until && !kept(&v, &promises[i]))
                    fail_msg("after %u of %u writes: %s or %s (%u to %u) is not there", n,
                             log.count, promises[i].name[0], promises[i].name[1], promises[i].log,
                             promises[i].until);
            assert_int_equal(volume_check(&v, false), 0);
        }
    disk_writes_forget(&log);
    free(base);
    volume_end(&v);
}

static void each_crash_leaves_what_was_promised(void **state) {
    (void)state;
    crashes(false);
}

static void each_crash_leaves_it_without_the_techniques(void **state) {
    (void)state;
    crashes(true);
}

static void what_is_no_name_is_refused(void **state) {
    (void)state;
    static const struct cffs_name wrong[] = {{"", 0}, {"a/b", 3}, {"/", 1}, {"a/", 2}, {"\0b", 2}};
    char longest[CFFS_NAME + 1];
    struct volume v;
    struct cffs_id id, old, root;
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    root = cffs_root(&v.fs);
    memset(longest, 'n', sizeof longest);
    assert_int_equal(cffs_create(&v.fs, root, name_of("a"), 0644, &id), 0);
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(cffs_create(&v.fs, root, wrong[i], 0644, &id), -E_INVALID);
        assert_int_equal(cffs_mkdir(&v.fs, root, wrong[i], 0755, &id), -E_INVALID);
        assert_int_equal(cffs_unlink(&v.fs, root, wrong[i]), -E_INVALID);
        assert_int_equal(cffs_rename(&v.fs, root, name_of("a"), root, wrong[i], &old, &id),
                         -E_INVALID);
    }
    struct cffs_name name = {longest, CFFS_NAME + 1};
    assert_int_equal(cffs_create(&v.fs, root, name, 0644, &id), -E_TOO_LONG);
    name.length = CFFS_NAME;
    assert_int_equal(cffs_create(&v.fs, root, name, 0644, &id), 0);
    volume_end(&v);
}

static void what_is_freed_stays_allocated_until_the_disk_knows(void **state) {
    (void)state;
    struct volume v;
    struct cffs_id id;
    struct store_child child;
    volume_new(&v, 64, 40);
    assert_int_equal(volume_format(&v), 0);
    for (unsigned synced = 0; synced < 2; synced++) {
        assert_int_equal(cffs_create(&v.fs, cffs_root(&v.fs), name_of("a"), 0644, &id), 0);
        assert_int_equal(cffs_write(&v.fs, id, 0, "a", 1), 1);
        if (synced)
            assert_int_equal(cffs_sync(&v.fs), 0);
        assert_int_equal(cffs_block(&v.fs, id, 0, &child), 0);
        assert_int_equal(cffs_unlink(&v.fs, cffs_root(&v.fs), name_of("a")), 0);
        assert_int_equal(store_is_free(&v.raw.store, child.at.block), !synced);
        assert_int_equal(cffs_sync(&v.fs), 0);
        assert_true(store_is_free(&v.raw.store, child.at.block));
    }
    volume_end(&v);
}

/* The disk as the first flush leaves it. */
struct snapshot {
    const unsigned char *from;
    unsigned char *to;
    bool taken;
};

static void take_at_flush(void *owner, uint32_t block, const unsigned char *page) {
    struct snapshot *s = owner;
    (void)block;
    if (page == NULL && !s->taken)
        memcpy(s->to, s->from, 64ul * STORE_BLOCK);
    s->taken |= page == NULL;
}

static void a_name_that_is_taken_over_is_the_newer_files(void **state) {
    (void)state;
    static unsigned char kept_bytes[64 * STORE_BLOCK];
    struct volume v;
    struct cffs_id id, first;
    unsigned char byte;
    for (unsigned older = 0; older < 2; older++) { /* before the other in the block, or behind */
        volume_new(&v, 64, 40);
        assert_int_equal(volume_format(&v), 0);
        static const char *const names[] = {"from", "b", "c", "d", "e", "over"};
        for (unsigned i = 0; i < 6; i++) {
            const char *name = names[older ? 5 - i : i];
            assert_int_equal(cffs_create(&v.fs, cffs_root(&v.fs), name_of(name), 0, &id), 0);
            assert_int_equal(cffs_write(&v.fs, id, 0, name, 1), 1);
        }
        assert_int_equal(cffs_sync(&v.fs), 0);
        struct snapshot snapshot = {v.bytes, kept_bytes, false};
        v.disk.seen = take_at_flush;
        v.disk.owner = &snapshot;
        assert_int_equal(cffs_rename(&v.fs, cffs_root(&v.fs), name_of("from"), cffs_root(&v.fs),
                                     name_of("over"), &first, &id),
                         0);
        assert_true(snapshot.taken);
        v.disk.seen = NULL;
        memcpy(v.bytes, kept_bytes, sizeof kept_bytes);
        assert_int_equal(volume_open(&v), 0);
        assert_int_equal(v.checked.repaired, 1);
        assert_int_equal(cffs_lookup(&v.fs, cffs_root(&v.fs), name_of("over"), &id, NULL), 0);
        assert_int_equal(cffs_read(&v.fs, id, 0, &byte, 1), 1);
        assert_int_equal(byte, 'f');
        volume_end(&v);
    }
}

/* --- Failures --- */

static long some_work(struct volume *v) {
    static unsigned char data[60000];
    struct cffs_id id, sub;
    const struct cffs_id root = cffs_root(&v->fs);
    long error = cffs_mkdir(&v->fs, root, name_of("sub"), 0755, &sub);
    for (unsigned n = 0; n < 40 && error >= 0; n++) {
        char text[16];
        snprintf(text, sizeof text, "n%u", n);
        error = cffs_create(&v->fs, n % 2 ? root : sub, name_of(text), 0644, &id);
        if (error == 0)
            error = cffs_write(&v->fs, id, 0, data, n == 20 ? sizeof data : 1000);
        if (error >= 0 && n % 8 == 0)
            error = cffs_fsync(&v->fs, id);
        if (error >= 0 && n % 8 == 3)
            error = cffs_rename(&v->fs, root, name_of(text), sub, name_of("n0"), NULL, NULL);
        if (error >= 0 && n % 8 == 5)
            error = cffs_unlink(&v->fs, root, name_of(text));
    }
    return error < 0 ? error : cffs_sync(&v->fs);
}

static void each_request_fails_once(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 60);
    uint64_t requests = 1;
    for (uint64_t n = 1; n <= requests; n++) {
        assert_int_equal(volume_format(&v), 0);
        v.disk.requests = 0;
        v.disk.fails = n;
        long error = some_work(&v);
        requests = n == 1 ? 400 : v.disk.requests > n ? requests : n;
        v.disk.fails = 0;
        if (error < 0)
            assert_int_equal(error, -E_DAMAGED);
        assert_int_equal(cffs_sync(&v.fs), 0); /* it goes on */
        assert_int_equal(volume_close(&v), 0);
        assert_int_equal(volume_open(&v), 0);
        assert_int_equal(volume_check(&v, false), 0);
    }
    volume_end(&v);
}

static void a_full_disk_and_a_quota_refuse_and_keep_the_books(void **state) {
    (void)state;
    static unsigned char data[4096];
    for (uint32_t blocks = 16; blocks < 90; blocks++)
        for (unsigned quota = 0; quota < 2; quota++) {
            struct volume v;
            volume_new(&v, quota ? 512 : blocks, 64);
            assert_int_equal(volume_format(&v), 0);
            if (quota)
                assert_int_equal(cffs_set_quota(&v.fs, 0, blocks - 14), 0);
            long error = 0;
            for (unsigned n = 0; error >= 0; n++) {
                char text[16];
                struct cffs_id id;
                snprintf(text, sizeof text, "n%u", n);
                error = n % 7 ? cffs_create(&v.fs, cffs_root(&v.fs), name_of(text), 0644, &id)
                              : cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of(text), 0755, NULL);
                for (unsigned i = 0; error == 0 && n % 7 && i < n % 11; i++) {
                    error = cffs_write(&v.fs, id, i * 4096ul, data, sizeof data);
                    error = error > 0 ? 0 : error;
                }
            }
            assert_int_equal(error, quota ? -E_QUOTA : -E_FULL);
            assert_int_equal(volume_close(&v), 0);
            assert_int_equal(volume_open(&v), 0);
            uint32_t used = volume_used(&v);
            assert_int_equal(volume_check(&v, false), 0);
            assert_int_equal(volume_used(&v), used);
            if (quota)
                assert_int_equal(v.fs.quota[0].used, used - 1); /* the root's first block is free */
            volume_end(&v);
        }
}

/* Files, indexes, and all blocks of directories, but for the root's first one. */
static void a_quota_that_comes_late_counts_what_is_there(void **state) {
    (void)state;
    static const unsigned char bytes[9 * STORE_BLOCK];
    struct volume v;
    struct cffs_id many, id;
    volume_new(&v, 2048, 500);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of("many"), 0755, &many), 0);
    for (unsigned n = 0; n < 600; n++) {
        char text[16];
        snprintf(text, sizeof text, "name%u", n);
        assert_int_equal(cffs_create(&v.fs, many, name_of(text), 0644, &id), 0);
    }
    assert_int_equal(cffs_write(&v.fs, id, 0, bytes, sizeof bytes), sizeof bytes);
    assert_int_equal(cffs_set_quota(&v.fs, 0, 0), 0);
    assert_int_equal(v.fs.quota[0].used, volume_used(&v) - 1);
    assert_int_equal(volume_check(&v, false), 0);
    v.fs.quota[0].used++; /* as after a crash */
    assert_int_equal(volume_check(&v, false), -E_DAMAGED);
    assert_string_equal(v.fs.damage.field, "quota");
    assert_int_equal(volume_check(&v, true), 0);
    assert_int_equal(v.fs.quota[0].used, volume_used(&v) - 1);
    volume_end(&v);
}

/* --- Many names; damage --- */

static void a_directory_of_many_names(void **state) {
    (void)state;
    enum { NAMES = 5000 };
    struct volume v;
    volume_new(&v, 8192, 2000);
    assert_int_equal(volume_format(&v), 0);
    for (unsigned n = 0; n < NAMES; n++) {
        char text[16];
        snprintf(text, sizeof text, "name%u", n);
        assert_int_equal(cffs_create(&v.fs, cffs_root(&v.fs), name_of(text), 0644, NULL), 0);
    }
    static bool seen[NAMES];
    uint64_t place = 0;
    struct cffs_entry entry;
    unsigned count = 0;
    while (cffs_list(&v.fs, cffs_root(&v.fs), &place, &entry) == 0) {
        unsigned n = (unsigned)strtoul(entry.name + 4, NULL, 10);
        assert_true(n < NAMES && !seen[n]);
        seen[n] = true;
        count++;
    }
    assert_int_equal(count, NAMES);
    assert_true(volume_used(&v) < 3 * NAMES / 30);
    assert_int_equal(volume_check(&v, false), 0);
    volume_end(&v);
}

static void look_around(struct volume *v, struct cffs_id directory, unsigned depth) {
    static unsigned char data[5000];
    uint64_t place = 0;
    struct cffs_entry entry;
    for (unsigned n = 0; n < 200 && cffs_list(&v->fs, directory, &place, &entry) == 0; n++)
        if (entry.kind == CFFS_DIR && depth < 3)
            look_around(v, entry.id, depth + 1);
        else
            (void)cffs_read(&v->fs, entry.id, 0, data, sizeof data);
}

/* A block of a directory with names is freed by an attempt to remove it, and becomes a file's: who
 * copied the block into that file has no name in the directory. */
static void a_name_is_not_found_in_a_block_that_the_directory_had(void **state) {
    (void)state;
    struct volume v;
    struct cffs_id d, id;
    struct store_child child = {0};
    static unsigned char copy[STORE_BLOCK];
    char text[16];
    volume_new(&v, 256, 200);
    assert_int_equal(volume_format(&v), 0);
    const struct cffs_id root = cffs_root(&v.fs);
    assert_int_equal(cffs_mkdir(&v.fs, root, name_of("d"), 0755, &d), 0);
    char gone[16] = "";
    uint32_t first = 0;
    for (unsigned i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "n%u", i);
        assert_int_equal(cffs_create(&v.fs, d, name_of(text), 0644, &id), 0);
    }
    for (unsigned i = 0; i < 4 && first == 0; i++) /* the links are behind the head */
        memcpy(&first, store_look(&v.raw.store, d.block) + v.fs.slot + i * v.fs.pointer, 4);
    for (unsigned i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "n%u", i);
        assert_int_equal(cffs_lookup(&v.fs, d, name_of(text), &id, NULL), 0);
        if (id.block != d.block && id.block != first)
            continue; /* so that the directory is not empty, as is seen when `first` is free */
        if (id.block == first && gone[0] == '\0') {
            memcpy(copy, store_look(&v.raw.store, first), sizeof copy);
            memcpy(gone, text, sizeof gone);
        }
        assert_int_equal(cffs_unlink(&v.fs, d, name_of(text)), 0);
    }
    assert_int_not_equal(gone[0], '\0');
    for (unsigned i = 0; i < 250; i++) {
        snprintf(text, sizeof text, "f%u", i);
        assert_int_equal(cffs_create(&v.fs, root, name_of(text), 0644, NULL), 0);
    }
    assert_int_equal(cffs_rmdir(&v.fs, root, name_of("d")), -E_EXISTS);
    assert_int_equal(cffs_sync(&v.fs), 0);
    for (unsigned i = 0; i < 250 && child.at.block != first; i++) {
        snprintf(text, sizeof text, "f%u", i);
        assert_int_equal(cffs_lookup(&v.fs, root, name_of(text), &id, NULL), 0);
        assert_int_equal(cffs_write(&v.fs, id, 0, copy, sizeof copy), sizeof copy);
        assert_int_equal(cffs_block(&v.fs, id, 0, &child), 0);
    }
    assert_int_equal(child.at.block, first);
    assert_int_equal(cffs_lookup(&v.fs, d, name_of(gone), &id, NULL), -E_NOT_FOUND);
    volume_end(&v);
}

static void a_damaged_disk_gives_errors_that_name_block_and_field(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(some_work(&v), 0);
    assert_int_equal(volume_close(&v), 0);
    unsigned char *good = malloc(512ul * STORE_BLOCK);
    memcpy(good, v.bytes, 512ul * STORE_BLOCK);
    unsigned found = 0;
    for (unsigned n = 0, end = steps(3000); n < end; n++) {
        memcpy(v.bytes, good, 512ul * STORE_BLOCK);
        for (unsigned k = 1 + below(6); k > 0; k--)
            v.bytes[below(40 * STORE_BLOCK)] = (unsigned char)(below(3) ? below(64) : below(256));
        if (volume_open(&v) < 0)
            continue;
        long error = volume_check(&v, n % 2);
        if (error == -E_DAMAGED) {
            assert_non_null(v.fs.damage.field);
            assert_true(v.fs.damage.block < v.blocks);
            found++;
        }
        look_around(&v, cffs_root(&v.fs), 0);
        (void)some_work(&v);
    }
    assert_true(found > 0);
    free(good);
    volume_end(&v);
}

/* A disk whose two directories are one: by turns the block would be each one's. */
static void a_block_of_two_directories_is_told_and_ends_the_check(void **state) {
    (void)state;
    struct volume v;
    struct cffs_id a, b;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of("a"), 0755, &a), 0);
    assert_int_equal(cffs_mkdir(&v.fs, cffs_root(&v.fs), name_of("b"), 0755, &b), 0);
    const uint32_t root = v.fs.root;
    assert_int_equal(volume_close(&v), 0);
    unsigned changed = 0;
    for (uint32_t at = 256; at < STORE_BLOCK; at += 4) { /* slots */
        uint32_t *word = (uint32_t *)(v.bytes + (size_t)root * STORE_BLOCK + at);
        changed += *word == b.block;
        *word = *word == b.block ? a.block : *word;
    }
    assert_int_equal(changed, 1);
    assert_int_equal(volume_open(&v), 0);
    assert_int_equal(volume_check(&v, true), -E_DAMAGED);
    assert_non_null(v.fs.damage.field);
    assert_true(v.checked.repaired < 100);
    volume_end(&v);
}

static void a_root_of_another_type_is_no_file_system(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    assert_int_equal(volume_close(&v), 0);
    struct raw_super *super = (struct raw_super *)v.bytes;
    assert_int_equal(super->root[0].at.type, 16);
    super->root[0].at.type = 17; /* an index of C-FFS's */
    assert_int_equal(volume_open(&v), -E_DAMAGED);
    assert_string_equal(v.fs.damage.field, "magic");
    volume_end(&v);
}

/* The store's operations believe nothing about which blocks there are. */
static void blocks_beyond_the_disk_are_refused(void **state) {
    (void)state;
    struct volume v;
    volume_new(&v, 512, 100);
    assert_int_equal(volume_format(&v), 0);
    struct store *s = &v.raw.store;
    const struct xn_changes nothing = {0};
    const struct store_at at = {v.fs.root, 0, &nothing}, beyond = {512, 0, &nothing};
    const struct xn_extent wrong[] = {
        {512, 1, 16, 0}, {UINT32_MAX, 1, 16, 0}, {500, 13, 0, 0}, {0, 1, 0, 0}, {100, 0, 0, 0}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(s->ops->alloc(s, at, wrong[i]), -E_INVALID);
        assert_int_equal(s->ops->free(s, at, wrong[i]), -E_INVALID);
        assert_int_equal(s->ops->move(s, at, at, wrong[i]), -E_INVALID);
    }
    assert_int_equal(s->ops->write(s, beyond), -E_INVALID);
    assert_int_equal(s->ops->depend(s, 512, v.fs.root), -E_INVALID);
    assert_int_equal(s->ops->depend(s, v.fs.root, UINT32_MAX), -E_INVALID);
    assert_int_equal(volume_close(&v), 0);
    volume_end(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_as_in_a_model),
        cmocka_unit_test(random_steps_without_the_techniques),
        cmocka_unit_test(what_is_no_name_is_refused),
        cmocka_unit_test(each_crash_leaves_what_was_promised),
        cmocka_unit_test(each_crash_leaves_it_without_the_techniques),
        cmocka_unit_test(what_is_freed_stays_allocated_until_the_disk_knows),
        cmocka_unit_test(a_name_that_is_taken_over_is_the_newer_files),
        cmocka_unit_test(each_request_fails_once),
        cmocka_unit_test(a_full_disk_and_a_quota_refuse_and_keep_the_books),
        cmocka_unit_test(a_quota_that_comes_late_counts_what_is_there),
        cmocka_unit_test(a_directory_of_many_names),
        cmocka_unit_test(a_name_is_not_found_in_a_block_that_the_directory_had),
        cmocka_unit_test(a_damaged_disk_gives_errors_that_name_block_and_field),
        cmocka_unit_test(a_block_of_two_directories_is_told_and_ends_the_check),
        cmocka_unit_test(a_root_of_another_type_is_no_file_system),
        cmocka_unit_test(blocks_beyond_the_disk_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
