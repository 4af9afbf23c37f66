/* SPDX-License-Identifier: MIT */
/* exo_cffs_test.c -- C-FFS against a plain model, after crashes, with requests that fail, full
 * disks and quotas. STEPS=N: so many steps of the model. */
#include "volume.h"

#include "unit.h"

enum { FILES = 60, DIRS = 4, BYTES = 200000 };

struct model {
    bool there;
    uint8_t dir;
    size_t size;
    unsigned char *bytes;
    struct cffs_id id;
};

static uint64_t seed = 88172645463325252ul;
static uint32_t below(uint32_t n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 20) % n;
}

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
    assert_true(volume_used(&v) <= 8); /* the root's blocks */
    volume_end(&v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_steps_as_in_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
