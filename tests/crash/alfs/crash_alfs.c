/* SPDX-License-Identifier: MIT */
/* crash_alfs.c -- as crash_exo.c, of alfs: file systems 0 and 1 are alfs's on one volume that XN
 * protects.
 *
 *     crash=format       0 and 1 are made
 *     crash=continue     both are mounted, checked, worked on, checked and unmounted
 *     crash=WORKLOAD     of work.c */
#include "../exo/crash_volume.h"
#include "../work.h"

#include "exo/libos/alfs/alfs.h"
#include "exo/libos/console/commands.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/measure.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/session.h"
#include "user/program.h"

#define SYSTEMS   2
#define FILES     2000
#define EXTENTS   2000
#define TABLES_AT 0x550000000000
#define PAGE      4096ul

static const char name[SYSTEMS][16] = {"zero", "one"};
static struct alfs alfs[SYSTEMS];

/* --- Paths --- */

static struct alfs *fs_of(const char *path) {
    return &alfs[(unsigned)(path[0] - '0') % SYSTEMS];
}

/* The directory that has the path's last name, and that name. */
static long walk(const char *path, struct alfs_id *directory, struct alfs_name *last) {
    const struct alfs *fs = fs_of(path);
    *directory = alfs_root();
    for (path++;;) {
        const char *end = ++path;
        while (*end && *end != '/')
            end++;
        *last = (struct alfs_name){path, (size_t)(end - path)};
        if (!*end)
            return 0;
        long error = alfs_lookup(fs, *directory, *last, directory);
        if (error)
            return error;
        path = end;
    }
}

static long find(const char *path, struct alfs_id *id) {
    struct alfs_name last;
    long error = walk(path, id, &last);
    return error ? error : alfs_lookup(fs_of(path), *id, last, id);
}

/* --- Operations --- */

static long create(const char *path, enum alfs_kind kind) {
    struct alfs_id directory;
    struct alfs_name last;
    long error = walk(path, &directory, &last);
    return error ? error : alfs_create(fs_of(path), directory, last, kind, 0600, NULL);
}

static long remove(const char *path, enum alfs_kind kind) {
    struct alfs_id directory;
    struct alfs_name last;
    long error = walk(path, &directory, &last);
    return error ? error : alfs_remove(fs_of(path), directory, last, kind);
}

static long fs_make(const char *path) {
    return create(path, ALFS_FILE);
}

static long fs_mkdir(const char *path) {
    return create(path, ALFS_DIR);
}

static long fs_unlink(const char *path) {
    return remove(path, ALFS_FILE);
}

static long fs_rmdir(const char *path) {
    return remove(path, ALFS_DIR);
}

static long fs_rename(const char *from, const char *to) {
    struct alfs_id directory, other;
    struct alfs_name last, new_name;
    long error = walk(from, &directory, &last);
    if (!error)
        error = walk(to, &other, &new_name);
    return error ? error : alfs_rename(fs_of(from), directory, last, other, new_name);
}

static long fs_write(const char *path, uint64_t at, const void *from, size_t bytes) {
    struct alfs_id id;
    long error = find(path, &id);
    return error ? error : alfs_write(fs_of(path), id, at, from, bytes);
}

static long fs_truncate(const char *path, uint64_t bytes) {
    struct alfs_id id;
    long error = find(path, &id);
    return error ? error : alfs_truncate(fs_of(path), id, bytes);
}

static long fs_fsync(const char *path) {
    struct alfs_id id;
    long error = find(path, &id);
    return error ? error : alfs_fsync(fs_of(path), id);
}

/* Of both: a promise is of all. */
static long fs_sync(const char *path) {
    (void)path;
    long error = alfs_sync(&alfs[0]);
    return error ? error : alfs_sync(&alfs[1]);
}

static uint64_t fs_flushes(const char *path) {
    (void)path;
    return volume_flushes();
}

/* --- Volumes --- */

static long mount(unsigned i) {
    const uint64_t bytes = (alfs_bytes(FILES, EXTENTS) + PAGE - 1) / PAGE * PAGE;
    return alfs_mount(&alfs[i], &xn.store, name[i], (void *)(TABLES_AT + i * bytes), FILES, EXTENTS,
                      false);
}

static long fs_leave(const char *path) {
    (void)path;
    long error = 0;
    for (unsigned i = 0; i < SYSTEMS && !error; i++)
        error = alfs_unmount(&alfs[i]);
    if (!error)
        error = volume_again();
    for (unsigned i = 0; i < SYSTEMS && !error; i++)
        error = mount(i);
    return error;
}

static const struct work_fs operations = {.make = fs_make,
                                          .mkdir = fs_mkdir,
                                          .unlink = fs_unlink,
                                          .rmdir = fs_rmdir,
                                          .rename = fs_rename,
                                          .write = fs_write,
                                          .truncate = fs_truncate,
                                          .fsync = fs_fsync,
                                          .sync = fs_sync,
                                          .leave = fs_leave,
                                          .flushes = fs_flushes};

static void said(struct check *c, const char *what, unsigned i, long error) {
    if (error < 0 && !c->failed)
        check_fail(c, "%s %s: %s (block %u %s)", what, name[i], error_sentence((int)error),
                   alfs[i].damage.block, alfs[i].damage.field ? alfs[i].damage.field : "");
}

static void check_all(struct check *c) {
    for (unsigned i = 0; i < SYSTEMS; i++) {
        struct alfs_checking checking = {.sums = true};
        said(c, "check", i, alfs_check(&alfs[i], &checking));
    }
}

static void unmount_all(struct check *c) {
    for (unsigned i = 0; i < SYSTEMS; i++)
        said(c, "unmount", i, alfs_unmount(&alfs[i]));
    CHECK_THAT(c, xn_store_close(&xn) == 0);
}

static void format(struct check *c) {
    static _Alignas(8) unsigned char body[XN_BODY_BYTES_MAX];
    said(c, "types of", 0, alfs_declare(&xn.store, alfs_functions, body));
    for (unsigned i = 0; i < SYSTEMS; i++)
        said(c, "format", i, alfs_format(&xn.store, name[i], 0, false));
    CHECK_THAT(c, xn_store_close(&xn) == 0);
}

static void go_on(struct check *c) {
    work_fs = &operations;
    check_all(c);
    for (unsigned round = 0; round < 40 && !c->failed; round++) { /* so that the log is compacted */
        work_unlink("0/went on");
        work_rmdir("0/went on, too");
        long made = work_mkdir("0/went on, too");
        CHECK_THAT(c, made == 0 || made == -E_FULL);
        work_file("0/went on", 9000, 1);
        CHECK_THAT(c, work_sync("0/") == 0);
        CHECK_THAT(c, work_rmdir("0/went on, too") == (made ? -E_NOT_FOUND : 0));
        CHECK_THAT(c, work_unlink("0/went on") == 0 || made);
    }
    check_all(c);
    if (!c->failed)
        unmount_all(c);
}

CHECK(crash, "crash/work") {
    const uint64_t pages = SYSTEMS * ((alfs_bytes(FILES, EXTENTS) + PAGE - 1) / PAGE);
    char what[64];
    work_word((const char *)env_info()->command_line, what);
    slice_handle();
    if (!volume_open(c))
        return;
    CHECK_THAT(c, !frames_map(0, 0, 0, TABLES_AT, pages, EXO_WRITE | EXO_NO_EXEC));
    if (!strcmp(what, "format")) {
        format(c);
        return;
    }
    for (unsigned i = 0; i < SYSTEMS && !c->failed; i++)
        said(c, "mount", i, mount(i));
    if (!c->failed && !strcmp(what, "continue"))
        go_on(c);
    else if (!c->failed && work_run(&operations, what))
        check_fail(c, "there is no workload `%s`", what);
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    char all[SESSION_WORDS_MAX];
    (void)a, (void)b;
    session_words(all, (const char *)env_info()->command_line, words);
    return measure_main(all, &console_commands);
}
