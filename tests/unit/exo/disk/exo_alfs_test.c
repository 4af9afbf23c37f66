/* SPDX-License-Identifier: MIT */
/* exo_alfs_test.c -- alfs against a plain model, after crashes, with requests that fail, and full
 * disks. STEPS=N: so many steps of the model. */
#include "alfs_volume.h"

#include "exo/disk_writes.h"
#include "random.h"
#include "unit.h"

enum { FILES = 60, DIRS = 4, BYTES = 200000 };

struct model {
    bool there;
    uint8_t dir;
    size_t size;
    unsigned char *bytes;
    struct alfs_id id;
};

static unsigned steps(unsigned usual) {
    const char *text = getenv("STEPS");
    return text ? (unsigned)atoi(text) : usual;
}

static struct alfs_id dirs[DIRS];

static void dirs_make(struct volume *v) {
    dirs[0] = alfs_root();
    for (unsigned i = 1; i < DIRS; i++) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(
            alfs_create(&v->fs, dirs[i > 2 ? 2 : 0], name_of(text), ALFS_DIR, 0755, &dirs[i]), 0);
    }
}

static void compare(struct volume *v, struct model *m, unsigned i) {
    static unsigned char got[BYTES + 8192];
    char text[16];
    snprintf(text, sizeof text, "file%u", i);
    for (unsigned d = 0; d < DIRS; d++) {
        struct alfs_id id;
        long found = alfs_lookup(&v->fs, dirs[d], name_of(text), &id);
        assert_int_equal(found, m->there && m->dir == d ? 0 : -E_NOT_FOUND);
        if (found < 0)
            continue;
        assert_int_equal(alfs_read(&v->fs, id, 0, got, sizeof got), m->size);
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
    assert_int_equal(alfs_write(&v->fs, m->id, at, data, bytes), bytes);
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
        assert_int_equal(
            alfs_rename(&v->fs, dirs[m->dir], name_of(text), dirs[dir], name_of(other)), 0);
        m->dir = (uint8_t)dir;
        return;
    }
    if (over->there)
        dir = over->dir;
    assert_int_equal(alfs_rename(&v->fs, dirs[m->dir], name_of(text), dirs[dir], name_of(other)),
                     0);
    unsigned char *bytes = over->bytes;
    *over = *m;
    over->dir = (uint8_t)dir;
    m->bytes = bytes;
    m->there = false;
    m->id = (struct alfs_id){0}; /* is the other's now */
    memset(m->bytes, 0, BYTES);
    m->size = 0;
}

static void step_file(struct volume *v, struct model *models, unsigned i) {
    struct model *m = &models[i];
    unsigned char byte;
    char text[16];
    snprintf(text, sizeof text, "file%u", i);
    if (!m->there) {
        struct alfs_id before = m->id;
        m->dir = (uint8_t)below(DIRS);
        assert_int_equal(alfs_create(&v->fs, dirs[m->dir], name_of(text), ALFS_FILE, 0644, &m->id),
                         0);
        m->there = true;
        if (before.inode != 0) /* an old descriptor */
            assert_true(alfs_read(&v->fs, before, 0, &byte, 1) < 0);
        return;
    }
    size_t size;
    switch (below(12)) {
    case 0:
        assert_int_equal(alfs_remove(&v->fs, dirs[m->dir], name_of(text), ALFS_FILE), 0);
        assert_int_equal(alfs_read(&v->fs, m->id, 0, &byte, 1), -E_NOT_FOUND);
        m->there = false;
        memset(m->bytes, 0, BYTES);
        m->size = 0;
        break;
    case 1:
    case 2:
        size = below(BYTES);
        assert_int_equal(alfs_truncate(&v->fs, m->id, size), 0);
        if (size < m->size)
            memset(m->bytes + size, 0, m->size - size);
        m->size = size;
        break;
    case 3:
        step_rename(v, models, i);
        break;
    case 4:
        assert_int_equal(alfs_fsync(&v->fs, m->id), 0);
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
    dirs[0] = alfs_root();
    for (unsigned i = 1; i < DIRS; i++) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(alfs_lookup(&v->fs, dirs[i > 2 ? 2 : 0], name_of(text), &dirs[i]), 0);
    }
}

static void random_steps_as_in_a_model(void **state) {
    (void)state;
    struct volume v;
    static struct model models[FILES];
    volume_new(&v, 8192, 300);
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
            assert_int_equal(alfs_sync(&v.fs), 0);
    }
    reopen(&v);
    for (unsigned i = 0; i < FILES; i++)
        compare(&v, &models[i], i);
    for (unsigned i = 0; i < FILES; i++) {
        char text[16];
        snprintf(text, sizeof text, "file%u", i);
        if (models[i].there)
            assert_int_equal(alfs_remove(&v.fs, dirs[models[i].dir], name_of(text), ALFS_FILE), 0);
        free(models[i].bytes);
    }
    for (unsigned i = DIRS - 1; i > 0; i--) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(alfs_remove(&v.fs, dirs[i > 2 ? 2 : 0], name_of(text), ALFS_DIR), 0);
    }
    assert_int_equal(alfs_sync(&v.fs), 0);
    assert_true(volume_used(&v) <= 9); /* the root, an index, the log */
    volume_end(&v);
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
    struct alfs_id sub, id;
    const struct alfs_id root = alfs_root();
    assert_int_equal(alfs_create(&v->fs, root, name_of("sub"), ALFS_DIR, 0755, &sub), 0);
    assert_int_equal(alfs_create(&v->fs, root, name_of("churn0"), ALFS_FILE, 0644, NULL), 0);
    for (unsigned n = 0; n < 120; n++) {
        char text[16], other[16], gone[16];
        for (unsigned k = 0; k < 6; k++) /* so that the log is compacted */
            assert_int_equal(alfs_rename(&v->fs, root, name_of(k % 2 ? "churn1" : "churn0"), root,
                                         name_of(k % 2 ? "churn0" : "churn1")),
                             0);
        snprintf(gone, sizeof gone, "n%u", n > 42 ? n - 42 : n + 999);
        if (n % 4 == 0 && n > 0) { /* what went to the other directory goes: its blocks are used */
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[1], gone) && promises[i].until == ~0u)
                    promises[i].until = log->count;
            assert_int_equal(alfs_remove(&v->fs, sub, name_of(gone), ALFS_FILE), 0);
        }
        unsigned char data[9000];
        snprintf(text, sizeof text, "n%u", n);
        snprintf(other, sizeof other, "n%u", n > 41 ? n - 41 : n + 1000);
        memset(data, (int)n + 1, sizeof data);
        assert_int_equal(alfs_create(&v->fs, root, name_of(text), ALFS_FILE, 0644, &id), 0);
        assert_int_equal(alfs_write(&v->fs, id, 0, data, 100 + below(8000)) > 0, 1);
        if (n % 3 == 0) {
            assert_int_equal(alfs_fsync(&v->fs, id), 0);
            promise(log, text, n % 2 ? other : text, data[0]);
        }
        if (n % 2) { /* what has the other name is gone; whoever was promised it is not any more */
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[0], other) ||
                    (promises[i].name[1][0] && !strcmp(promises[i].name[1], other) &&
                     strcmp(promises[i].name[0], text) != 0))
                    promises[i].until =
                        promises[i].until < log->count ? promises[i].until : log->count;
            struct alfs_id to = n % 4 == 1 ? root : sub;
            assert_int_equal(alfs_rename(&v->fs, root, name_of(text), to, name_of(other)), 0);
        } else if (n % 10 == 0 && n > 0) {
            assert_int_equal(alfs_remove(&v->fs, root, name_of(text), ALFS_FILE), 0);
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[0], text) || !strcmp(promises[i].name[1], text))
                    promises[i].until = log->count;
        }
        if (n % 25 == 24)
            assert_int_equal(alfs_sync(&v->fs), 0);
    }
    assert_int_equal(alfs_sync(&v->fs), 0);
}

static bool kept(struct volume *v, const struct promise *p) {
    struct alfs_id at[2] = {alfs_root(), {0, 0}}, id;
    unsigned found = 0;
    if (alfs_lookup(&v->fs, at[0], name_of("sub"), &at[1]) < 0)
        return false;
    for (unsigned n = 0; n < 2; n++)
        for (unsigned d = 0; d < 2; d++) {
            unsigned char byte = 0;
            if ((n == 0 || strcmp(p->name[0], p->name[1]) != 0) &&
                alfs_lookup(&v->fs, at[d], name_of(p->name[n]), &id) == 0 &&
                alfs_read(&v->fs, id, 0, &byte, 1) == 1 && byte == p->byte)
                found++;
        }
    return found == 1;
}

static void each_crash_leaves_what_was_promised(void **state) {
    (void)state;
    struct volume v;
    static struct disk_writes log;
    volume_new(&v, CRASH_BLOCKS, 200);
    memset(v.bytes, 0x5a, (size_t)CRASH_BLOCKS * STORE_BLOCK); /* somebody's old blocks */
    assert_int_equal(volume_format(&v), 0);
    static unsigned char fill[62 * STORE_BLOCK]; /* so that what is freed is soon used */
    struct alfs_id full;
    assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of("full"), ALFS_FILE, 0644, &full), 0);
    assert_int_equal(alfs_write(&v.fs, full, 0, fill, sizeof fill), sizeof fill);
    assert_int_equal(alfs_sync(&v.fs), 0);
    unsigned char *base = malloc((size_t)CRASH_BLOCKS * STORE_BLOCK);
    memcpy(base, v.bytes, (size_t)CRASH_BLOCKS * STORE_BLOCK);
    v.disk.seen = disk_writes_note;
    v.disk.owner = &log;
    crash_workload(&v, &log);
    assert_true(v.fs.log[v.fs.head].number > v.fs.logs + 4); /* some were given up */
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

/* --- Failures --- */

static long some_work(struct volume *v) {
    static unsigned char data[60000];
    struct alfs_id id, sub;
    const struct alfs_id root = alfs_root();
    long error = alfs_create(&v->fs, root, name_of("sub"), ALFS_DIR, 0755, &sub);
    for (unsigned n = 0; n < 40 && error >= 0; n++) {
        char text[16];
        snprintf(text, sizeof text, "n%u", n);
        error = alfs_create(&v->fs, n % 2 ? root : sub, name_of(text), ALFS_FILE, 0644, &id);
        if (error == 0)
            error = alfs_write(&v->fs, id, 0, data, n == 20 ? sizeof data : 1000);
        if (error >= 0 && n % 8 == 0)
            error = alfs_fsync(&v->fs, id);
        if (error >= 0 && n % 8 == 3)
            error = alfs_rename(&v->fs, root, name_of(text), sub, name_of("n0"));
        if (error >= 0 && n % 8 == 5)
            error = alfs_remove(&v->fs, root, name_of(text), ALFS_FILE);
    }
    return error < 0 ? error : alfs_sync(&v->fs);
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
        assert_int_equal(alfs_sync(&v.fs), 0); /* it goes on */
        assert_int_equal(volume_close(&v), 0);
        assert_int_equal(volume_open(&v), 0);
        assert_int_equal(volume_check(&v, false), 0);
    }
    volume_end(&v);
}

static void a_full_disk_refuses_and_keeps_the_books(void **state) {
    (void)state;
    static unsigned char data[4096];
    for (uint32_t blocks = 16; blocks < 160; blocks++) {
        struct volume v;
        volume_new(&v, blocks, 64);
        assert_int_equal(volume_format(&v), 0);
        long error = 0;
        unsigned made = 0;
        for (unsigned n = 0; error >= 0; n++) {
            char text[16];
            struct alfs_id id;
            snprintf(text, sizeof text, "n%u", n);
            error = n % 7 ? alfs_create(&v.fs, alfs_root(), name_of(text), ALFS_FILE, 0644, &id)
                          : alfs_create(&v.fs, alfs_root(), name_of(text), ALFS_DIR, 0755, NULL);
            made += error == 0;
            for (unsigned i = 0; error == 0 && n % 7 && i < n % 11; i++) {
                error = alfs_write(&v.fs, id, i * 4096ul, data, sizeof data);
                error = error > 0 ? 0 : error;
            }
        }
        assert_int_equal(error, -E_FULL);
        assert_int_equal(volume_close(&v), 0);
        assert_int_equal(volume_open(&v), 0);
        uint32_t used = volume_used(&v);
        assert_int_equal(volume_check(&v, false), 0);
        assert_int_equal(volume_used(&v), used);
        for (unsigned n = 0; n < made; n++) { /* what is full can be emptied */
            char text[16];
            snprintf(text, sizeof text, "n%u", n);
            assert_int_equal(n % 7 ? alfs_remove(&v.fs, alfs_root(), name_of(text), ALFS_FILE)
                                   : alfs_remove(&v.fs, alfs_root(), name_of(text), ALFS_DIR),
                             0);
        }
        assert_int_equal(alfs_sync(&v.fs), 0);
        assert_int_equal(alfs_sync(&v.fs), 0);
        assert_true(volume_used(&v) <= 6);
        volume_end(&v);
    }
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
        assert_int_equal(alfs_create(&v.fs, alfs_root(), name_of(text), ALFS_FILE, 0644, NULL), 0);
    }
    static bool seen[NAMES];
    uint64_t place = 0;
    struct alfs_entry entry;
    unsigned count = 0;
    while (alfs_list(&v.fs, alfs_root(), &place, &entry) == 0) {
        unsigned n = (unsigned)strtoul(entry.name + 4, NULL, 10);
        assert_true(n < NAMES && !seen[n]);
        seen[n] = true;
        count++;
    }
    assert_int_equal(count, NAMES);
    assert_true(volume_used(&v) < NAMES / 28);
    assert_int_equal(volume_check(&v, false), 0);
    volume_end(&v);
}

static void look_around(struct volume *v, struct alfs_id directory, unsigned depth) {
    static unsigned char data[5000];
    uint64_t place = 0;
    struct alfs_entry entry;
    for (unsigned n = 0; n < 200 && alfs_list(&v->fs, directory, &place, &entry) == 0; n++)
        if (entry.kind == ALFS_DIR && depth < 3)
            look_around(v, entry.id, depth + 1);
        else
            (void)alfs_read(&v->fs, entry.id, 0, data, sizeof data);
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
            v.bytes[below((n % 3 ? 8 : 40) * STORE_BLOCK)] =
                (unsigned char)(below(3) ? below(64) : below(256));
        v.fs.damage.field = NULL;
        long error = volume_open(&v);
        if (error == 0)
            error = volume_check(&v, n % 2);
        if (error == -E_DAMAGED && v.fs.damage.field != NULL) {
            assert_true(v.fs.damage.block < v.blocks);
            found++;
        }
        if (error == -E_DAMAGED || error == -E_NOT_FOUND)
            continue;
        look_around(&v, alfs_root(), 0);
        (void)some_work(&v);
    }
    assert_true(found > steps(3000) / 10);
    free(good);
    volume_end(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_as_in_a_model),
        cmocka_unit_test(each_crash_leaves_what_was_promised),
        cmocka_unit_test(each_request_fails_once),
        cmocka_unit_test(a_full_disk_refuses_and_keeps_the_books),
        cmocka_unit_test(a_directory_of_many_names),
        cmocka_unit_test(a_damaged_disk_gives_errors_that_name_block_and_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
