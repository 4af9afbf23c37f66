/* SPDX-License-Identifier: MIT */
/* reboot.c -- a disk that the host made (build/host/xn mkfs), with a C-FFS and an alfs on one
 * volume: one boot writes files, another one reads them (tests/end/disk/exo_reboot_test.sh). Each
 * file is durable before the next one begins, so what is there after a cut is the first ones. */
#include "volume.h"

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/cffs/check/cffs_check.h"
#include "lib/format.h"
#include "lib/string.h"

#define FILES     400
#define BYTES     30000
#define TABLES    1024
#define TABLES_AT (HERE + 0x1000000)

static struct cffs cffs;
static struct alfs alfs;
static unsigned char content[BYTES], found[BYTES + 1];

static size_t length_of(unsigned i) {
    return i % 5 ? 200 + i % 40 * 77 : BYTES - i;
}

static void fill(unsigned i) {
    uint64_t x = i * 0x9e3779b97f4a7c15 + 1;
    for (size_t k = 0; k < length_of(i); k++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        content[k] = (unsigned char)(x >> 24);
    }
}

static struct cffs_name name_of(char text[24], unsigned i) {
    return (struct cffs_name){text, format_text(text, 24, "file %u", i)};
}

/* What is in both: a file of the host's. */
static const char hosts[] = "hello\n";

static long mount(void) {
    static const char name[2][16] = {"cffs", "alfs"};
    struct store *s = &xn_store.store;
    const uint64_t pages = (alfs_bytes(TABLES, TABLES) + PAGE - 1) / PAGE;
    struct cffs_checking c = {.repair = true, .memory = (void *)(TABLES_AT + pages * PAGE)};
    const uint64_t worklist = ((uint64_t)s->blocks * 8 + PAGE - 1) / PAGE;
    if (!exposed_entry(TABLES_AT) && frames_map(0, 0, 0, TABLES_AT, pages + worklist, DATA))
        return -E_NO_MEMORY;
    long error = cffs_mount(&cffs, s, name[0], false);
    if (error == 1)
        error = cffs_check(&cffs, &c);
    return error ? error : alfs_mount(&alfs, s, name[1], (void *)TABLES_AT, TABLES, TABLES, false);
}

/* One file of each, durable. */
static long write_both(unsigned i) {
    char text[24];
    struct cffs_id c;
    struct alfs_id a;
    const struct cffs_name name = name_of(text, i);
    const long bytes = (long)length_of(i);
    fill(i);
    long error = cffs_create(&cffs, cffs_root(&cffs), name, 0600, &c);
    if (!error && cffs_write(&cffs, c, 0, content, length_of(i)) != bytes)
        error = -E_FULL;
    if (!error)
        error = cffs_fsync(&cffs, c);
    if (!error)
        error = alfs_create(&alfs, alfs_root(), (struct alfs_name){name.at, name.length}, ALFS_FILE,
                            0600, &a);
    if (!error && alfs_write(&alfs, a, 0, content, length_of(i)) != bytes)
        error = -E_FULL;
    return error ? error : alfs_fsync(&alfs, a);
}

/* 1: it is there, and as it was written; 0: it is not there. */
static long read_one(unsigned i, bool of_alfs) {
    char text[24];
    struct cffs_id c;
    struct alfs_id a;
    const struct cffs_name name = name_of(text, i);
    const struct alfs_name same = {name.at, name.length};
    long error = of_alfs ? alfs_lookup(&alfs, alfs_root(), same, &a)
                         : cffs_lookup(&cffs, cffs_root(&cffs), name, &c, NULL);
    if (error)
        return error == -E_NOT_FOUND ? 0 : error;
    long n = of_alfs ? alfs_read(&alfs, a, 0, found, sizeof found)
                     : cffs_read(&cffs, c, 0, found, sizeof found);
    fill(i);
    return n < 0                                                              ? n
           : n == (long)length_of(i) && !memcmp(found, content, length_of(i)) ? 1
                                                                              : -E_DAMAGED;
}

static long hosts_file(bool of_alfs) {
    struct cffs_id c;
    struct alfs_id a;
    long error =
        of_alfs ? alfs_lookup(&alfs, alfs_root(), (struct alfs_name){"hello", 5}, &a)
                : cffs_lookup(&cffs, cffs_root(&cffs), (struct cffs_name){"hello", 5}, &c, NULL);
    long n = error     ? error
             : of_alfs ? alfs_read(&alfs, a, 0, found, sizeof found)
                       : cffs_read(&cffs, c, 0, found, sizeof found);
    return n == sizeof hosts - 1 && !memcmp(found, hosts, sizeof hosts - 1) ? 0
           : n < 0                                                          ? n
                                                                            : -E_DAMAGED;
}

static bool begin(struct check *c) {
    if (!volume_there(c))
        return false;
    long error = mount();
    if (error == -E_NOT_FOUND)
        check_skip(c, "the volume has no C-FFS and alfs");
    else if (error)
        check_fail(c, "not mounted: %s", error_sentence((int)error));
    for (unsigned fs = 0; fs < 2 && !error; fs++)
        if ((error = hosts_file(fs)))
            check_fail(c, "the host's file in %s: %s", fs ? "alfs" : "C-FFS",
                       error_sentence((int)error));
    return !error;
}

CHECK(reboot_write, "reboot/what_the_host_made_is_read_and_files_are_written") {
    if (!begin(c))
        return;
    for (unsigned i = 0; i < FILES && !c->failed; i++) {
        long error = write_both(i);
        if (error)
            check_fail(c, "file %u: %s", i, error_sentence((int)error));
    }
    CHECK_THAT(c, !cffs_unmount(&cffs) && !alfs_unmount(&alfs));
    CHECK_THAT(c, !xn_store_close(&xn_store));
    volume_end();
}

/* How many files are there, whole: the first ones. After a cut one more may be there in part. */
static unsigned count(struct check *c, bool of_alfs, bool cut) {
    unsigned whole = 0;
    while (whole < FILES && read_one(whole, of_alfs) == 1)
        whole++;
    for (unsigned i = whole + cut; i < FILES && !c->failed; i++)
        if (read_one(i, of_alfs) != 0)
            check_fail(c, "file %u of %s: %u of the files before it are whole", i,
                       of_alfs ? "alfs" : "C-FFS", whole);
    return whole;
}

CHECK(reboot_read_all, "reboot/all_files_are_read_after_another_boot") {
    if (!begin(c))
        return;
    unsigned of_cffs = count(c, false, false), of_alfs = count(c, true, false);
    if (!c->failed && (of_cffs != FILES || of_alfs != FILES))
        check_fail(c, "%u and %u of %u files are there", of_cffs, of_alfs, FILES);
    volume_end();
}

CHECK(reboot_read_cut, "reboot/the_files_that_were_synced_before_a_cut_are_read") {
    if (!begin(c))
        return;
    unsigned of_cffs = count(c, false, true), of_alfs = count(c, true, true);
    bool in_order = of_alfs == of_cffs || of_alfs + 1 == of_cffs;
    if (!c->failed && (!of_cffs || of_cffs == FILES || !in_order))
        check_fail(c, "%u and %u of %u files are there", of_cffs, of_alfs, FILES);
    volume_end();
}
