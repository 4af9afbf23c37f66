/* SPDX-License-Identifier: MIT */
/* spin_wfs_test.c -- the extension wfs over an image: random calls against a plain model, and what
 * the volume is then, by its bytes; damaged images; and what power cuts leave. WFS_STEPS,
 * WFS_DAMAGED and WFS_CUTS (steps) say how many. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../tools/wfs/wfs_fsck.h"
#include "../../wfs/check.h"
#include "../../wfs/disk.h"
#include "lib/error.h"
#include "spin/extensions/wfs/format.h"
#include "unit.h"

enum {
    DISK = 1 << 20,
    NAMES = 48,
    FILES = 32,
    DIRECTORIES = 3,
    MOST = 60000,
    STEPS = 6000,
    DAMAGED = 1000,
    CUTS = 1500
};

/* A file of the model; a name leads to one, by its place. */
struct file {
    bool used;
    unsigned long number;
    unsigned names;
    uint8_t bytes[MOST];
    size_t length;
};

struct model {
    struct volume v;
    unsigned long directory[DIRECTORIES];
    struct file file[FILES];
    int name[DIRECTORIES][NAMES]; /* of each directory: which file, or -1 */
    unsigned full;
};

static uint8_t disk[DISK];
static uint64_t seed = 11;

static uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % below);
}

/* Names of all lengths, the longest one that there may be. */
static const char *text(unsigned n) {
    static char names[2][64];
    static unsigned turn;
    char *t = names[turn++ % 2];
    snprintf(t, 64, "%u", n);
    size_t length = n % 7 ? strlen(t) + n : 55;
    memset(t + strlen(t), 'x', 63 - strlen(t));
    t[length > 55 ? 55 : length] = '\0';
    return t;
}

static void begin(struct model *m, bool keeps) {
    memset(m, 0, sizeof *m);
    m->v.keeps = keeps;
    memset(m->name, -1, sizeof m->name);
    memset(disk, 0xa5, sizeof disk);
    assert_int_equal(disk_format(disk, DISK), 0);
    assert_int_equal(disk_mount(&m->v, disk, DISK, true), 0);
    m->directory[0] = m->v.root;
    for (unsigned i = 1; i < DIRECTORIES; i++) {
        long d = file_create(&m->v, m->directory[i - 1], "d", FILE_DIRECTORY);
        assert_true(d > 0);
        m->directory[i] = (unsigned long)d;
    }
}

static void create(struct model *m, unsigned d, unsigned n) {
    int f = 0;
    while (f < FILES && m->file[f].used)
        f++;
    if (f == FILES)
        return;
    long number = file_create(&m->v, m->directory[d], text(n), FILE_PLAIN);
    if (m->name[d][n] >= 0) {
        assert_int_equal(number, -E_EXISTS);
        return;
    }
    assert_true(number > 0);
    m->file[f] = (struct file){.used = true, .number = (unsigned long)number, .names = 1};
    m->name[d][n] = f;
}

static void lost(struct model *m, int f) {
    if (!--m->file[f].names)
        m->file[f].used = false;
}

static void unlink_one(struct model *m, unsigned d, unsigned n) {
    long r = file_remove(&m->v, m->directory[d], text(n), false);
    assert_int_equal(r, m->name[d][n] < 0 ? -E_NOT_FOUND : 0);
    if (!r)
        lost(m, m->name[d][n]);
    m->name[d][n] = -1;
}

static void rename_one(struct model *m, unsigned d, unsigned n, unsigned e, unsigned o) {
    const int f = m->name[d][n], g = m->name[e][o];
    long r = file_move(&m->v, m->directory[d], text(n), m->directory[e], text(o));
    assert_int_equal(r, f < 0 ? -E_NOT_FOUND : 0);
    if (f < 0 || f == g)
        return;
    if (g >= 0)
        lost(m, g);
    m->name[e][o] = f;
    m->name[d][n] = -1;
}

static void link_one(struct model *m, int f, unsigned d, unsigned n) {
    long r = file_add_link(&m->v, m->directory[d], text(n), m->file[f].number);
    assert_int_equal(r, m->name[d][n] >= 0 ? -E_EXISTS : 0);
    if (!r) {
        m->name[d][n] = f;
        m->file[f].names++;
    }
}

static void write_some(struct model *m, struct file *f) {
    uint8_t bytes[20000];
    size_t at = draw((uint32_t)f->length + 1), n = draw(sizeof bytes) + 1;
    if (at + n > MOST)
        return;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)draw(256);
    long wrote = file_write(&m->v, f->number, at, bytes, n);
    if (wrote == -E_FULL || (wrote >= 0 && (size_t)wrote < n))
        m->full++;
    assert_true(wrote >= 0 || wrote == -E_FULL);
    memcpy(f->bytes + at, bytes, wrote > 0 ? (size_t)wrote : 0);
    if (wrote > 0 && at + (size_t)wrote > f->length)
        f->length = at + (size_t)wrote;
}

static void read_all(struct model *m, const struct file *f) {
    static uint8_t bytes[MOST];
    assert_int_equal(file_read(&m->v, f->number, 0, bytes, MOST), f->length);
    assert_memory_equal(bytes, f->bytes, f->length);
}

/* Each name of the directory once, and no other. */
static void list(struct model *m, unsigned d) {
    unsigned found = d + 1 < DIRECTORIES ? 0 : 1, wanted = 1;
    for (unsigned n = 0; n < NAMES; n++)
        wanted += m->name[d][n] >= 0;
    unsigned long next = 0;
    while (!file_entries(&m->v, m->directory[d], next))
        for (unsigned long at = 0; at < m->v.call.count; found++) {
            const struct file_entry *e = (const void *)&m->v.call.listed[at];
            assert_true(e->cookie > next);
            next = e->cookie;
            at += FILE_ENTRY_WORDS(e->name_bytes);
        }
    assert_int_equal(found, wanted);
}

static void again(struct model *m) {
    assert_int_equal(disk_unmount(&m->v), 0);
    const char *wrong = wfs_check(disk, DISK, false);
    if (wrong)
        fail_msg("%s", wrong);
    assert_int_equal(disk_mount(&m->v, disk, DISK, true), 0);
}

static void step(struct model *m) {
    const unsigned d = draw(DIRECTORIES), n = draw(NAMES);
    const int f = m->name[d][n];
    switch (draw(16)) {
    case 0:
    case 1:
    case 2:
        create(m, d, n);
        break;
    case 3:
        unlink_one(m, d, n);
        break;
    case 4:
        rename_one(m, d, n, draw(DIRECTORIES), draw(NAMES));
        break;
    case 5:
        if (f >= 0)
            link_one(m, f, draw(DIRECTORIES), draw(NAMES));
        break;
    case 6:
        list(m, d);
        break;
    case 7:
        if (!draw(20) && !m->v.keeps)
            again(m);
        break;
    case 8:
        if (f >= 0) {
            const size_t to = draw((uint32_t)m->file[f].length + 1);
            assert_int_equal(file_truncate(&m->v, m->file[f].number, to), 0);
            m->file[f].length = to;
        }
        break;
    case 9:
    case 10:
        if (f >= 0)
            read_all(m, &m->file[f]);
        break;
    default:
        if (f >= 0)
            write_some(m, &m->file[f]);
        break;
    }
    const long found = file_lookup(&m->v, m->directory[d], text(n));
    const int now = m->name[d][n];
    assert_int_equal(found, now < 0 ? -E_NOT_FOUND : (long)m->file[now].number);
}

static unsigned long number_of(const char *variable, unsigned long usual) {
    const char *s = getenv(variable);
    return s ? strtoul(s, NULL, 10) : usual;
}

static void random_calls_do_what_a_plain_model_does(void **state) {
    static struct model m;
    (void)state;
    begin(&m, false);
    for (unsigned long i = number_of("WFS_STEPS", STEPS); i; i--)
        step(&m);
    for (unsigned d = 0; d < DIRECTORIES; d++)
        for (unsigned n = 0; n < NAMES; n++)
            unlink_one(&m, d, n);
    again(&m);
    for (unsigned i = DIRECTORIES; --i;)
        assert_int_equal(file_remove(&m.v, m.directory[i - 1], "d", true), 0);
    again(&m);
    disk_unmount(&m.v);
    print_message("# %u times it was full\n", m.full);
}

/* Another's bytes are never those of a file that is cut: a damaged volume ends calls with errors,
 * or answers. */
static void a_superblock_whose_parts_do_not_fit_is_refused(void **state) {
    static struct model m;
    struct wfs_super good;
    (void)state;
    begin(&m, false);
    disk_unmount(&m.v);
    memcpy(&good, disk, sizeof good);
    for (unsigned i = 0; i < 11; i++) {
        struct wfs_super s = good;
        struct volume v = {.keeps = false};
        s.magic += i == 0;
        s.map += i == 1;
        s.nodes = i == 2 ? s.map : s.nodes;
        s.names = i == 3 ? s.nodes : s.names;
        s.data = i == 4 ? s.names : i == 5 ? s.blocks + 1 : s.data;
        s.blocks = i == 6 ? UINT32_MAX : s.blocks;
        s.node_count = i == 7 ? 1 : i == 8 ? (s.names - s.nodes) * 32 + 1 : s.node_count;
        s.name_count = i == 9 ? 0 : i == 10 ? (s.data - s.names) * 64 + 1 : s.name_count;
        memcpy(disk, &s, sizeof s);
        assert_int_equal(disk_mount(&v, disk, DISK, true), i ? -E_DAMAGED : -E_INVALID);
    }
    memcpy(disk, &good, sizeof good);
    assert_int_equal(disk_mount(&m.v, disk, DISK, true), 0);
    disk_unmount(&m.v);
}

static unsigned long mended; /* by fsck, of those of a power cut */

static void unheard(const char *finding) {
    (void)finding;
}

/* What fsck makes of the disk: where it mends it there is nothing left to mend, nor to be found by
 * other code. */
static enum wfs_state mends(uint8_t *on, unsigned long *count) {
    enum wfs_state had = wfs_fsck(on, DISK, true, unheard);
    if (had > WFS_MENDED)
        return had;
    const char *wrong = wfs_check(on, DISK, false);
    if (wrong)
        fail_msg("mended: %s", wrong);
    assert_int_equal(wfs_fsck(on, DISK, false, unheard), WFS_WELL);
    *count += had == WFS_MENDED;
    return had;
}

static void damaged_disks_harm_nobody(void **state) {
    static struct model m;
    static uint8_t whole[DISK];
    static uint8_t bytes[9000];
    unsigned long damaged = 0, kept = 0, disks = number_of("WFS_DAMAGED", DAMAGED);
    (void)state;
    begin(&m, false);
    for (unsigned i = 0; i < 400; i++)
        step(&m);
    disk_unmount(&m.v);
    memcpy(whole, disk, DISK);
    for (unsigned long k = 0; k < disks; k++) {
        struct volume v = {.keeps = false};
        memcpy(disk, whole, 64 << 10);
        for (unsigned n = 1 + draw(12); n; n--)
            disk[draw(4) ? draw(48 << 10) : draw(64)] = draw(2) ? 0xff : (uint8_t)draw(256);
        if (disk_mount(&v, disk, DISK, true)) {
            damaged++;
            continue;
        }
        for (unsigned i = 0; i < 20; i++) {
            const unsigned long f = draw(2) ? draw(60) : m.file[draw(FILES)].number;
            long r = 0;
            switch (draw(8)) {
            case 0:
                r = file_create(&v, f, text(draw(NAMES)), FILE_PLAIN);
                break;
            case 1:
                r = file_remove(&v, v.root, text(draw(NAMES)), draw(2));
                break;
            case 2:
                r = file_move(&v, v.root, text(draw(NAMES)), f, text(draw(NAMES)));
                break;
            case 3:
                r = file_write(&v, f, draw(60000), bytes, sizeof bytes);
                break;
            case 4:
                r = file_read(&v, f, draw(60000), bytes, sizeof bytes);
                break;
            case 5:
                r = file_truncate(&v, f, draw(60000));
                break;
            case 6:
                r = file_add_link(&v, v.root, text(draw(NAMES)), f);
                break;
            default:
                r = file_entries(&v, f, draw(600));
            }
            assert_true(r > -E_COUNT);
            damaged += r == -E_DAMAGED;
        }
        disk_unmount(&v);
        mends(disk, &kept);
    }
    print_message("# %lu disks could be mended\n", kept);
    print_message("# %lu times damage was told of, on %lu disks\n", damaged, disks);
    assert_true(damaged > disks / 20);
}

/* --- Power cuts --- */

static void apply(uint8_t *to, const struct written *w) {
    if (w->block != FLUSH)
        memcpy(to + (size_t)w->block * 4096, w->bytes, 4096);
}

/* What the disk is when all before this write are on it, but for one since the last flush. */
static void cut(const uint8_t *flushed, const struct written *w, size_t since, size_t until,
                size_t lacks) {
    static uint8_t state[DISK];
    memcpy(state, flushed, DISK);
    for (size_t i = since; i < until; i++)
        if (i != lacks)
            apply(state, &w[i]);
    const char *wrong = wfs_check(state, DISK, true);
    if (wrong)
        fail_msg("cut before write %zu, without %zu: %s", until, lacks, wrong);
    if (mends(state, &mended) > WFS_MENDED)
        fail_msg("cut before write %zu, without %zu: it is not mended", until, lacks);
}

static void a_power_cut_leaves_a_volume_that_is_whole(void **state) {
    static struct model m;
    static uint8_t flushed[DISK];
    size_t since = 0, cuts = 0;
    (void)state;
    begin(&m, true);
    assert_int_equal(disk_sync(&m.v), 0);
    memcpy(flushed, disk, DISK);
    const size_t first = m.v.count;
    for (unsigned long i = number_of("WFS_CUTS", CUTS); i; i--) {
        step(&m);
        if (!draw(16))
            assert_int_equal(disk_sync(&m.v), 0);
    }
    assert_int_equal(disk_sync(&m.v), 0);
    since = first;
    for (size_t i = first; i <= m.v.count; i++) {
        for (size_t lacks = since; lacks < i; lacks += 1 + (i - since) / 8, cuts++)
            cut(flushed, m.v.log, since, i, lacks);
        cut(flushed, m.v.log, since, i, SIZE_MAX);
        if (i == m.v.count || m.v.log[i].block != FLUSH)
            continue;
        for (; since < i; since++)
            apply(flushed, &m.v.log[since]);
        since = i + 1;
    }
    print_message("# %zu states of %zu writes\n", cuts, m.v.count - first);
    print_message("# fsck had something to mend in %lu\n", mended);
    assert_true(cuts > 500 && mended > 50);
    disk_unmount(&m.v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_calls_do_what_a_plain_model_does),
        cmocka_unit_test(a_superblock_whose_parts_do_not_fit_is_refused),
        cmocka_unit_test(damaged_disks_harm_nobody),
        cmocka_unit_test(a_power_cut_leaves_a_volume_that_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
