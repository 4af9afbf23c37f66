/* SPDX-License-Identifier: MIT */
/* cffs.c -- C-FFS on a volume that XN protects, of each design, end to end. */
#include "volume.h"

#include "exo/libos/cffs/cffs.h"
#include "exo/libos/cffs/cffs_declared.h"
#include "exo/libos/cffs/cffs_format.h"
#include "exo/xn/type/body.h"
#include "lib/format.h"
#include "lib/string.h"

#define FILES 60
#define BYTES 9000 /* of the long ones: more than two blocks */

static const char fs_name[16] = "cffs";
static struct cffs fs;
static unsigned char content[BYTES], found[BYTES];

static struct cffs_name name_of(char *text, unsigned i) {
    return (struct cffs_name){text, format_text(text, 24, "file %u", i)};
}

static size_t length_of(unsigned i) {
    return i % 7 ? 100 + i * 20 : BYTES;
}

static void fill(unsigned i) {
    for (unsigned k = 0; k < BYTES; k++)
        content[k] = (unsigned char)(i * 31 + k * 7 + k / 256);
}

static long write_file(struct cffs_id directory, unsigned i) {
    char text[24];
    struct cffs_id id;
    long error = cffs_create(&fs, directory, name_of(text, i), 0600, &id);
    if (error)
        return error;
    fill(i);
    long written = cffs_write(&fs, id, 0, content, length_of(i));
    return written < 0 ? written : written == (long)length_of(i) ? 0 : -E_FULL;
}

static long check_file(struct cffs_id directory, unsigned i) {
    char text[24];
    struct cffs_id id;
    long error = cffs_lookup(&fs, directory, name_of(text, i), &id, NULL);
    if (error)
        return error;
    long n = cffs_read(&fs, id, 0, found, sizeof found);
    fill(i);
    return n < 0                                                              ? n
           : n == (long)length_of(i) && !memcmp(found, content, length_of(i)) ? 0
                                                                              : -E_DAMAGED;
}

static struct cffs_id folder(struct check *c) {
    struct cffs_id id = {0};
    const struct cffs_name name = {"folder", 6};
    long error = cffs_lookup(&fs, cffs_root(&fs), name, &id, NULL);
    if (error == -E_NOT_FOUND)
        error = cffs_mkdir(&fs, cffs_root(&fs), name, 0700, &id);
    if (error)
        check_fail(c, "no folder: %s", error_sentence((int)error));
    return id;
}

static void said(struct check *c, const char *what, unsigned i, long error) {
    if (error && !c->failed)
        check_fail(c, "%s %u: %s (block %u %s)", what, i, error_sentence((int)error),
                   fs.damage.block, fs.damage.field ? fs.damage.field : "");
}

/* A new file system on a volume of this design, mounted; false: the check is skipped, or failed. */
static bool begin(struct check *c, enum xn_design design) {
    static unsigned char body[XN_BODY_BYTES_MAX];
    struct store *s = &xn_store.store;
    if (!volume_empty(c, design))
        return false;
    said(c, "types", 0, cffs_declare(s, cffs_functions, body));
    said(c, "format", 0, cffs_format(s, fs_name, 1, false));
    said(c, "mount", 0, cffs_mount(&fs, s, fs_name, false));
    return !c->failed;
}

/* Files survive a boot, and those that were synced a crash. */
static void survive(struct check *c, enum xn_design design) {
    if (!begin(c, design))
        return;
    struct store *s = &xn_store.store;
    struct cffs_id in = folder(c);
    for (unsigned i = 0; i < FILES && !c->failed; i++)
        said(c, "write", i, write_file(in, i));
    for (unsigned i = 0; i < FILES && !c->failed; i++)
        said(c, "read", i, check_file(in, i));
    said(c, "unmount", 0, cffs_unmount(&fs));
    said(c, "close", 0, xn_store_close(&xn_store));
    /* A boot. */
    if (c->failed || !volume_again(c))
        return;
    CHECK_THAT(c, cffs_mount(&fs, s, fs_name, false) == 0);
    in = folder(c);
    for (unsigned i = 0; i < FILES && !c->failed; i++)
        said(c, "read again", i, check_file(in, i));
    for (unsigned i = 0; i < FILES && !c->failed; i += 2) {
        char text[24];
        said(c, "unlink", i, cffs_unlink(&fs, in, name_of(text, i)));
    }
    said(c, "sync", 0, cffs_sync(&fs));
    for (unsigned i = FILES; i < FILES + 10 && !c->failed; i++)
        said(c, "write", i, write_file(in, i)); /* and is lost */
    /* A crash: what was not synced may be there or not. */
    if (c->failed || !volume_again(c))
        return;
    CHECK_THAT(c, cffs_mount(&fs, s, fs_name, false) == 1);
    in = folder(c);
    for (unsigned i = 0; i < FILES && !c->failed; i++) {
        long error = check_file(in, i);
        said(c, "after the crash", i, i % 2 ? error : error == -E_NOT_FOUND ? 0 : -E_EXISTS);
    }
    said(c, "unmount", 0, cffs_unmount(&fs));
    said(c, "close", 0, xn_store_close(&xn_store));
    volume_end();
}

CHECK(xn_cffs, "xn/files_of_c_ffs_survive_a_boot_and_those_that_were_synced_a_crash") {
    survive(c, XN_TEMPLATE);
}

CHECK(xn_cffs_udf, "xn/files_of_c_ffs_survive_where_functions_tell_what_is_owned") {
    survive(c, XN_UDF);
}

CHECK(xn_cffs_self, "xn/files_of_c_ffs_survive_where_metadata_describe_themselves") {
    survive(c, XN_SELF);
}

CHECK(xn_cffs_capability,
      "xn/files_of_c_ffs_survive_where_the_kernel_keeps_a_word_for_each_block") {
    survive(c, XN_CAPABILITY);
}

/* --- Random steps, compared with a plain model --- */

enum { NAMES = 12, LONGEST = 30000, STEPS = 400 };
static struct model {
    bool there;
    uint32_t size;
    struct cffs_id id;
    unsigned char bytes[LONGEST];
} models[NAMES];
static unsigned char got[LONGEST + 1];
static uint64_t seed;

static uint32_t below(uint32_t n) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 20) % n;
}

static long step_write(struct model *m) {
    uint32_t at = below(m->size + 3000), bytes = 1 + below(9000);
    if (at + bytes > LONGEST)
        return 0;
    memset(content, (int)below(255) + 1, sizeof content);
    memcpy(m->bytes + at, content, bytes);
    m->size = at + bytes > m->size ? at + bytes : m->size;
    long n = cffs_write(&fs, m->id, at, content, bytes);
    return n < 0 ? n : n == (long)bytes ? 0 : -E_FULL;
}

static long step_truncate(struct model *m) {
    uint32_t size = below(LONGEST);
    if (size < m->size)
        memset(m->bytes + size, 0, m->size - size);
    m->size = size;
    return cffs_truncate(&fs, m->id, size);
}

/* Names are in one of two directories, by their number. */
static struct cffs_id place(struct cffs_id in, unsigned i) {
    return i % 2 ? in : cffs_root(&fs);
}

static long step_rename(struct cffs_id in, unsigned i, unsigned to) {
    char from[24], into[24];
    struct cffs_id old, now;
    if (i == to)
        return 0;
    long error = cffs_rename(&fs, place(in, i), name_of(from, i), place(in, to), name_of(into, to),
                             &old, &now);
    models[to] = models[i];
    models[to].id = now;
    memset(&models[i], 0, sizeof models[i]);
    return error;
}

static long step(struct cffs_id in, unsigned i) {
    char text[24];
    struct model *m = &models[i];
    if (!m->there) {
        m->there = true;
        return cffs_create(&fs, place(in, i), name_of(text, i), 0600, &m->id);
    }
    switch (below(10)) {
    case 0:
        memset(m, 0, sizeof *m);
        return cffs_unlink(&fs, place(in, i), name_of(text, i));
    case 1:
    case 2:
        return step_truncate(m);
    case 3:
    case 4:
        return step_rename(in, i, below(NAMES));
    case 5:
        return cffs_fsync(&fs, m->id);
    default:
        return step_write(m);
    }
}

static long compare(struct cffs_id in, unsigned i) {
    char text[24];
    const struct model *m = &models[i];
    struct cffs_id id;
    long error = cffs_lookup(&fs, place(in, i), name_of(text, i), &id, NULL);
    if (error || !m->there)
        return m->there ? error : error == -E_NOT_FOUND ? 0 : -E_EXISTS;
    long n = cffs_read(&fs, id, 0, got, sizeof got);
    return n < 0 ? n : n == m->size && !memcmp(got, m->bytes, m->size) ? 0 : -E_DAMAGED;
}

CHECK(xn_cffs_model, "xn/random_steps_of_c_ffs_are_a_plain_models_on_each_design") {
    for (enum xn_design design = 0; design < XN_DESIGNS && !c->failed; design++) {
        if (!begin(c, design))
            return;
        static struct name_hints hints;
        memset(&hints, 0, sizeof hints);
        memset(models, 0, sizeof models);
        fs.hints = &hints;
        seed = 88172645463325252ul + design;
        struct cffs_id in = folder(c);
        for (unsigned i = 0; i < STEPS && !c->failed; i++) {
            said(c, "step", i, step(in, below(NAMES)));
            for (unsigned k = 0; i % 8 == 0 && k < NAMES && !c->failed; k++)
                said(c, "name", k, compare(in, k));
        }
        said(c, "unmount", 0, cffs_unmount(&fs));
        said(c, "close", 0, xn_store_close(&xn_store));
        if (c->failed || !volume_again(c))
            return;
        CHECK_THAT(c, cffs_mount(&fs, &xn_store.store, fs_name, false) == 0);
        in = folder(c);
        for (unsigned k = 0; k < NAMES && !c->failed; k++)
            said(c, "name afterwards", k, compare(in, k));
        volume_end();
    }
}

CHECK(xn_cffs_users, "xn/who_has_another_users_capability_changes_no_file_of_c_ffs") {
    const struct cap own = {.rights = CAP_ALL, .valid = 1, .length = 4, .name = {7, 7, 7, 7}},
                     other = {.rights = CAP_ALL, .valid = 1, .length = 4, .name = {7, 7, 7, 8}},
                     within = {.rights = CAP_ALL, .valid = 1, .length = 5, .name = {7, 7, 7, 7, 1}};
    if (!begin(c, XN_UDF))
        return;
    fs.uid = 0x07070707;
    said(c, "write", 1, write_file(cffs_root(&fs), 1));
    char text[24];
    struct cffs_id id = {0};
    struct store_child data = {0};
    said(c, "lookup", 1, cffs_lookup(&fs, cffs_root(&fs), name_of(text, 1), &id, NULL));
    said(c, "block", 1, cffs_block(&fs, id, 0, &data));
    said(c, "hide", 1, xn_hide(&xn_store, data.at.block));
    exo_cap_forge(0, 5, own);
    exo_cap_forge(0, 6, other);
    exo_cap_forge(0, 7, within);
    const uint32_t at = (id.slot + 1) * fs.slot;
    const uint64_t size = 7, zero = 0;
    struct xn_changes shorter = changed(at + fs.inode_at, &size, sizeof size);
    struct xn_changes freed = changed(at, &zero, 4);
    for (unsigned slot = 6; slot <= 7; slot++) {
        CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_WRITE, 0, slot), EXO_XN_AT(id.block, id.slot), 0,
                                    &shorter, 0, NULL) == -E_PERM);
        CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_FREE, 0, slot), EXO_XN_AT(id.block, id.slot),
                                    data.at.block | 1ul << 32 | (uint64_t)XN_BYTES << 48, &freed, 0,
                                    NULL) == -E_PERM);
        CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(EXO_XN_MAP, 0, slot), EXO_XN_AT(id.block, id.slot),
                                   data.at.block, HERE, DATA) == -E_PERM);
    }
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_WRITE, 0, 5), EXO_XN_AT(id.block, id.slot), 0,
                                &shorter, 0, NULL) == 0);
    CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(EXO_XN_MAP, 0, 5), EXO_XN_AT(id.block, id.slot),
                               data.at.block, HERE, DATA) == 0);
    volume_end();
}

/* Who is killed between a call of XN's and a note of it would leave a block that nobody writes: so
 * the note comes first, and is there where XN refuses. */
CHECK(cffs_noted, "xn/what_may_become_dirty_is_noted_before_xn_is_asked") {
    struct xn_changes all = {.count = 1, .change = {{.at = 0, .bytes = 64}}};
    uint32_t dirty;
    if (!begin(c, XN_TEMPLATE))
        return;
    struct store *s = &xn_store.store;
    const uint32_t block = fs.root, bit = block % 64;
    volatile uint64_t *const note = &xn_store.dirty[block / 64];
    said(c, "sync", 0, cffs_sync(&fs));
    CHECK_THAT(c, !(*note >> bit & 1) && s->ops->dirty(s, 0, &dirty, 1) == 0);
    all.change[0].at = STORE_BLOCK - 1; /* beyond its end */
    CHECK_THAT(c, s->ops->write(s, (struct store_at){block, 0, &all}) < 0);
    CHECK_THAT(c, *note >> bit & 1);
    CHECK_THAT(c, s->ops->dirty(s, 0, &dirty, 1) == 0); /* but it is not dirty */
    CHECK_THAT(c, s->ops->write(s, (struct store_at){UINT32_MAX, 0, &all}) < 0);
    said(c, "unmount", 0, cffs_unmount(&fs));
    said(c, "close", 0, xn_store_close(&xn_store));
}
