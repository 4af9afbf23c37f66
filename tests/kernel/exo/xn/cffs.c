/* SPDX-License-Identifier: MIT */
/* cffs.c -- C-FFS on a volume that XN protects, end to end. */
#include "volume.h"

#include "exo/libos/cffs/cffs.h"
#include "exo/libos/cffs/cffs_declared.h"
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

CHECK(xn_cffs, "xn/files_of_c_ffs_survive_a_boot_and_those_that_were_synced_a_crash") {
    if (!volume_begin(c))
        return;
    struct store *s = &xn_store.store;
    said(c, "types", 0, cffs_declare(s));
    said(c, "format", 0, cffs_format(s, fs_name, 1, false));
    said(c, "mount", 0, cffs_mount(&fs, s, fs_name, false));
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
