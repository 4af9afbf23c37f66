/* SPDX-License-Identifier: MIT */
/* files_model.h -- a file system against a plain model of files, after crashes, with requests that
 * fail, and with many names. What includes it has included a header before that has `struct volume`
 * and the calls of its file system as fs_... (volume.h, alfs_volume.h). STEPS=N: so many steps. */
#ifndef TESTS_UNIT_EXO_DISK_FILES_MODEL_H
#define TESTS_UNIT_EXO_DISK_FILES_MODEL_H

#include "exo/disk_writes.h"
#include "random.h"
#include "unit.h"

enum { FILES = 60, DIRS = 4, BYTES = 200000 };

enum { NAMES = 5000 };

struct model {
    bool there;
    uint8_t dir;
    size_t size;
    unsigned char *bytes;
    file_id id;
};

static inline unsigned steps(unsigned usual) {
    const char *text = getenv("STEPS");
    return text ? (unsigned)atoi(text) : usual;
}

static file_id dirs[DIRS];

static inline void dirs_make(struct volume *v) {
    dirs[0] = fs_root(v);
    for (unsigned i = 1; i < DIRS; i++) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(fs_make(v, dirs[i > 2 ? 2 : 0], text, true, &dirs[i]), 0);
    }
}

static inline void compare(struct volume *v, struct model *m, unsigned i) {
    static unsigned char got[BYTES + 8192];
    char text[16];
    snprintf(text, sizeof text, "file%u", i);
    for (unsigned d = 0; d < DIRS; d++) {
        file_id id;
        long found = fs_lookup(v, dirs[d], text, &id);
        assert_int_equal(found, m->there && m->dir == d ? 0 : -E_NOT_FOUND);
        if (found < 0)
            continue;
        assert_int_equal(fs_read(v, id, 0, got, sizeof got), m->size);
        assert_memory_equal(got, m->bytes, m->size);
        m->id = id;
    }
}

static inline void step_write(struct volume *v, struct model *m) {
    static unsigned char data[40000];
    size_t at = below(10) ? below((uint32_t)m->size + 5000) : below(BYTES - 40000), bytes;
    bytes = below(3) ? below(6000) : below(sizeof data);
    if (at + bytes > BYTES)
        return;
    memset(data, (int)below(255) + 1, bytes);
    assert_int_equal(fs_write(v, m->id, at, data, bytes), bytes);
    if (bytes == 0)
        return;
    memcpy(m->bytes + at, data, bytes);
    if (at + bytes > m->size)
        m->size = at + bytes;
}

static inline void step_rename(struct volume *v, struct model *models, unsigned i) {
    unsigned to = below(FILES), dir = below(DIRS);
    struct model *m = &models[i], *over = &models[to];
    char text[16], other[16];
    snprintf(text, sizeof text, "file%u", i);
    snprintf(other, sizeof other, "file%u", to);
    if (to == i) {
        file_id now;
        assert_int_equal(fs_rename(v, dirs[m->dir], text, dirs[dir], other, &now), 0);
        m->dir = (uint8_t)dir;
        m->id = now;
        return;
    }
    if (over->there)
        dir = over->dir;
    file_id now;
    assert_int_equal(fs_rename(v, dirs[m->dir], text, dirs[dir], other, &now), 0);
    unsigned char *bytes = over->bytes;
    *over = *m;
    over->id = now;
    over->dir = (uint8_t)dir;
    m->bytes = bytes;
    m->there = false;
    m->id = (file_id){0}; /* is the other's now */
    memset(m->bytes, 0, BYTES);
    m->size = 0;
}

static inline void step_file(struct volume *v, struct model *models, unsigned i) {
    struct model *m = &models[i];
    unsigned char byte;
    char text[16];
    snprintf(text, sizeof text, "file%u", i);
    if (!m->there) {
        file_id before = m->id;
        m->dir = (uint8_t)below(DIRS);
        assert_int_equal(fs_make(v, dirs[m->dir], text, false, &m->id), 0);
        m->there = true;
        if (memcmp(&before, &(file_id){0}, sizeof before) != 0) /* an old descriptor */
            assert_true(fs_read(v, before, 0, &byte, 1) < 0);
        return;
    }
    size_t size;
    switch (below(12)) {
    case 0:
        assert_int_equal(fs_remove(v, dirs[m->dir], text, false), 0);
        assert_int_equal(fs_read(v, m->id, 0, &byte, 1), -E_NOT_FOUND);
        m->there = false;
        memset(m->bytes, 0, BYTES);
        m->size = 0;
        break;
    case 1:
    case 2:
        size = below(BYTES);
        assert_int_equal(fs_truncate(v, m->id, size), 0);
        if (size < m->size)
            memset(m->bytes + size, 0, m->size - size);
        m->size = size;
        break;
    case 3:
        step_rename(v, models, i);
        break;
    case 4:
        assert_int_equal(fs_fsync(v, m->id), 0);
        break;
    default:
        step_write(v, m);
    }
}

static inline void reopen(struct volume *v) {
    assert_int_equal(volume_close(v), 0);
    assert_int_equal(volume_open(v), 0);
    uint32_t used = volume_used(v);
    assert_int_equal(volume_check(v, false), 0);
    assert_int_equal(volume_used(v), used);
    dirs[0] = fs_root(v);
    for (unsigned i = 1; i < DIRS; i++) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(fs_lookup(v, dirs[i > 2 ? 2 : 0], text, &dirs[i]), 0);
    }
}

/* Of a new volume; no more blocks than `left` stay when all is removed. */
static inline void random_steps(struct volume *v, uint32_t left) {
    static struct model models[FILES];
    memset(models, 0, sizeof models);
    assert_int_equal(volume_format(v), 0);
    dirs_make(v);
    for (unsigned i = 0; i < FILES; i++)
        models[i].bytes = calloc(1, BYTES);
    for (unsigned n = 0, end = steps(20000); n < end; n++) {
        unsigned i = below(FILES);
        step_file(v, models, i);
        compare(v, &models[i], i);
        if (below(2000) == 0)
            reopen(v);
        else if (below(500) == 0)
            assert_int_equal(fs_sync(v), 0);
    }
    reopen(v);
    for (unsigned i = 0; i < FILES; i++)
        compare(v, &models[i], i);
    for (unsigned i = 0; i < FILES; i++) {
        char text[16];
        snprintf(text, sizeof text, "file%u", i);
        if (models[i].there)
            assert_int_equal(fs_remove(v, dirs[models[i].dir], text, false), 0);
        free(models[i].bytes);
    }
    for (unsigned i = DIRS - 1; i > 0; i--) {
        char text[8];
        snprintf(text, sizeof text, "d%u", i);
        assert_int_equal(fs_remove(v, dirs[i > 2 ? 2 : 0], text, true), 0);
    }
    assert_int_equal(fs_sync(v), 0);
    assert_true(volume_used(v) <= left);
    volume_end(v);
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

static inline void promise(struct disk_writes *log, const char *name, const char *other,
                           unsigned char byte) {
    struct promise *p = &promises[promise_count++];
    *p = (struct promise){.log = log->count, .until = ~0u, .byte = byte};
    snprintf(p->name[0], sizeof p->name[0], "%s", name);
    snprintf(p->name[1], sizeof p->name[1], "%s", other);
}

/* Files come, are synced, renamed (over each other, to another directory), and go. */
static inline void crash_workload(struct volume *v, struct disk_writes *log) {
    file_id sub, id;
    const file_id root = fs_root(v);
    assert_int_equal(fs_make(v, root, "sub", true, &sub), 0);
    assert_int_equal(fs_make(v, root, "churn0", false, &id), 0);
    for (unsigned n = 0; n < 120; n++) {
        char text[16], other[16], gone[16];
        for (unsigned k = 0; k < 6; k++) /* so that a log is cleaned */
            assert_int_equal(fs_rename(v, root, k % 2 ? "churn1" : "churn0", root,
                                       k % 2 ? "churn0" : "churn1", NULL),
                             0);
        snprintf(gone, sizeof gone, "n%u", n > 42 ? n - 42 : n + 999);
        if (n % 4 == 0 && n > 0) { /* what went to the other directory goes: its blocks are used */
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[1], gone) && promises[i].until == ~0u)
                    promises[i].until = log->count;
            assert_int_equal(fs_remove(v, sub, gone, false), 0);
        }
        unsigned char data[9000];
        snprintf(text, sizeof text, "n%u", n);
        snprintf(other, sizeof other, "n%u", n > 41 ? n - 41 : n + 1000);
        memset(data, (int)n + 1, sizeof data);
        assert_int_equal(fs_make(v, root, text, false, &id), 0);
        assert_int_equal(fs_write(v, id, 0, data, 100 + below(8000)) > 0, 1);
        if (n % 3 == 0) {
            assert_int_equal(fs_fsync(v, id), 0);
            promise(log, text, n % 2 ? other : text, data[0]);
        }
        if (n % 2) { /* what has the other name is gone; whoever was promised it is not any more */
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[0], other) ||
                    (promises[i].name[1][0] && !strcmp(promises[i].name[1], other) &&
                     strcmp(promises[i].name[0], text) != 0))
                    promises[i].until =
                        promises[i].until < log->count ? promises[i].until : log->count;
            file_id to = n % 4 == 1 ? root : sub, now;
            assert_int_equal(fs_rename(v, root, text, to, other, &now), 0);
        } else if (n % 10 == 0 && n > 0) {
            assert_int_equal(fs_remove(v, root, text, false), 0);
            for (unsigned i = 0; i < promise_count; i++)
                if (!strcmp(promises[i].name[0], text) || !strcmp(promises[i].name[1], text))
                    promises[i].until = log->count;
        }
        if (n % 25 == 24)
            assert_int_equal(fs_sync(v), 0);
    }
    assert_int_equal(fs_sync(v), 0);
}

static inline bool kept(struct volume *v, const struct promise *p) {
    file_id at[2] = {fs_root(v), {0}}, id;
    unsigned found = 0;
    if (fs_lookup(v, at[0], "sub", &at[1]) < 0)
        return false;
    for (unsigned n = 0; n < 2; n++)
        for (unsigned d = 0; d < 2; d++) {
            unsigned char byte = 0;
            if ((n == 0 || strcmp(p->name[0], p->name[1]) != 0) &&
                fs_lookup(v, at[d], p->name[n], &id) == 0 && fs_read(v, id, 0, &byte, 1) == 1 &&
                byte == p->byte)
                found++;
        }
    return found == 1;
}

/* Of a new volume of CRASH_BLOCKS. */
static inline void crashes(struct volume *v) {
    static struct disk_writes log;
    promise_count = 0;
    memset(v->bytes, 0x5a, (size_t)CRASH_BLOCKS * STORE_BLOCK); /* somebody's old blocks */
    assert_int_equal(volume_format(v), 0);
    static unsigned char fill[62 * STORE_BLOCK]; /* so that what is freed is soon used */
    file_id full;
    assert_int_equal(fs_make(v, fs_root(v), "full", false, &full), 0);
    assert_int_equal(fs_write(v, full, 0, fill, sizeof fill), sizeof fill);
    assert_int_equal(fs_sync(v), 0);
    unsigned char *base = malloc((size_t)CRASH_BLOCKS * STORE_BLOCK);
    memcpy(base, v->bytes, (size_t)CRASH_BLOCKS * STORE_BLOCK);
    v->disk.seen = disk_writes_note;
    v->disk.owner = &log;
    crash_workload(v, &log);
    fs_worked(v);
    v->disk.seen = NULL;
    for (unsigned n = 1; n <= log.count; n++)
        for (unsigned draw = 0; draw < 4; draw++) {
            disk_writes_torn(&log, n, 4, v->bytes, base, (size_t)CRASH_BLOCKS * STORE_BLOCK);
            long opened = volume_open(v);
            if (opened < 0)
                fail_msg("after %u writes: %ld: block %u: %s", n, opened, v->fs.damage.block,
                         v->fs.damage.field);
            for (unsigned i = 0; i < promise_count; i++)
                if (promises[i].log < n && n <= promises[i].until && !kept(v, &promises[i]))
                    fail_msg("after %u of %u writes: %s or %s (%u to %u) is not there", n,
                             log.count, promises[i].name[0], promises[i].name[1], promises[i].log,
                             promises[i].until);
            assert_int_equal(volume_check(v, false), 0);
        }
    disk_writes_forget(&log);
    free(base);
    volume_end(v);
}

/* --- Failures; many names --- */

static inline long some_work(struct volume *v) {
    static unsigned char data[60000];
    file_id id, sub;
    const file_id root = fs_root(v);
    long error = fs_make(v, root, "sub", true, &sub);
    for (unsigned n = 0; n < 40 && error >= 0; n++) {
        char text[16];
        snprintf(text, sizeof text, "n%u", n);
        error = fs_make(v, n % 2 ? root : sub, text, false, &id);
        if (error == 0)
            error = fs_write(v, id, 0, data, n == 20 ? sizeof data : 1000);
        if (error >= 0 && n % 8 == 0)
            error = fs_fsync(v, id);
        if (error >= 0 && n % 8 == 3)
            error = fs_rename(v, root, text, sub, "n0", NULL);
        if (error >= 0 && n % 8 == 5)
            error = fs_remove(v, root, text, false);
    }
    return error < 0 ? error : fs_sync(v);
}

static inline void each_request_fails(struct volume *v) {
    uint64_t requests = 1;
    for (uint64_t n = 1; n <= requests; n++) {
        assert_int_equal(volume_format(v), 0);
        v->disk.requests = 0;
        v->disk.fails = n;
        long error = some_work(v);
        requests = n == 1 ? 400 : v->disk.requests > n ? requests : n;
        v->disk.fails = 0;
        if (error < 0)
            assert_int_equal(error, -E_DAMAGED);
        assert_int_equal(fs_sync(v), 0); /* it goes on */
        assert_int_equal(volume_close(v), 0);
        assert_int_equal(volume_open(v), 0);
        assert_int_equal(volume_check(v, false), 0);
    }
    volume_end(v);
}

/* A directory of so many, in fewer blocks than `most`. */
static inline void many_names(struct volume *v, uint32_t most) {
    assert_int_equal(volume_format(v), 0);
    for (unsigned n = 0; n < NAMES; n++) {
        char text[16];
        snprintf(text, sizeof text, "name%u", n);
        assert_int_equal(fs_make(v, fs_root(v), text, false, NULL), 0);
    }
    static bool seen[NAMES];
    uint64_t place = 0;
    file_entry entry;
    unsigned count = 0;
    while (fs_list(v, fs_root(v), &place, &entry) == 0) {
        unsigned n = (unsigned)strtoul(entry.name + 4, NULL, 10);
        assert_true(n < NAMES && !seen[n]);
        seen[n] = true;
        count++;
    }
    assert_int_equal(count, NAMES);
    assert_true(volume_used(v) < most);
    assert_int_equal(volume_check(v, false), 0);
    volume_end(v);
}

static inline void look_around(struct volume *v, file_id directory, unsigned depth) {
    static unsigned char data[5000];
    uint64_t place = 0;
    file_entry entry;
    for (unsigned n = 0; n < 200 && fs_list(v, directory, &place, &entry) == 0; n++)
        if (fs_is_directory(&entry) && depth < 3)
            look_around(v, entry.id, depth + 1);
        else
            (void)fs_read(v, entry.id, 0, data, sizeof data);
}

#endif
