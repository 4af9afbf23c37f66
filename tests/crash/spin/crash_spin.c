/* SPDX-License-Identifier: MIT */
/* crash_spin.c -- the process that works while its writes are logged, and the one that goes on
 * after a crash: file system 0 is the ext2 on the first disk, 1 the wfs on the second one.
 *
 *     crash=format       1 is made
 *     crash=continue     both are mounted, worked on and unmounted
 *     crash=WORKLOAD     of work.c */
#include "../work.h"

#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"
#include "measure/session.h"
#include "spin/user/files.h"
#include "user/agent.h"
#include "user/program.h"

#define SYSTEMS 2

static const char place[SYSTEMS][24] = {"/svc/volumes/zero", "/svc/volumes/one"};
static bool is_there[SYSTEMS];
static const char *told; /* what the machine was told */

static unsigned number(const char *path) {
    return (unsigned)(path[0] - '0') % SYSTEMS;
}

/* One of two, as calls have two paths. */
static const char *placed(const char *path, unsigned which) {
    static char at[2][FILE_PATH_MAX];
    const char *where = place[number(path)];
    const size_t length = strlen(where), rest = strlen(path + 1);
    memcpy(at[which], where, length);
    memcpy(at[which] + length, path + 1, rest + 1);
    if (rest == 1)
        at[which][length] = '\0'; /* the volume itself */
    return at[which];
}

static long fs_make(const char *path) {
    long file = file_open(placed(path, 0), FILE_HOW_CREATE | FILE_HOW_NEW);
    return file < 0 ? file : file_close(file);
}

static long fs_mkdir(const char *path) {
    return file_mkdir(placed(path, 0));
}

static long fs_unlink(const char *path) {
    return file_unlink(placed(path, 0));
}

static long fs_rmdir(const char *path) {
    return file_rmdir(placed(path, 0));
}

static long fs_rename(const char *from, const char *to) {
    return file_rename(placed(from, 0), placed(to, 1));
}

static long fs_link(const char *path, const char *to) {
    return file_link(placed(path, 0), placed(to, 1));
}

static long fs_write(const char *path, uint64_t at, const void *from, size_t bytes) {
    long file = file_open(placed(path, 0), FILE_HOW_WRITE);
    if (file < 0)
        return file;
    long written = file_write(file, from, bytes, at), error = file_close(file);
    return error < 0 ? error : written;
}

static long fs_truncate(const char *path, uint64_t bytes) {
    long file = file_open(placed(path, 0), FILE_HOW_WRITE);
    if (file < 0)
        return file;
    long cut = file_truncate(file, bytes), error = file_close(file);
    return error < 0 ? error : cut;
}

static long fs_fsync(const char *path) {
    long file = file_open(placed(path, 0), 0);
    if (file < 0)
        return file;
    long synced = file_sync(file), error = file_close(file);
    return error < 0 ? error : synced;
}

static uint64_t fs_flushes(const char *path) {
    struct file_counts counts = {0};
    file_counts(place[number(path)], &counts);
    return counts.flushes;
}

static const struct work_fs operations = {.make = fs_make,
                                          .mkdir = fs_mkdir,
                                          .unlink = fs_unlink,
                                          .rmdir = fs_rmdir,
                                          .rename = fs_rename,
                                          .link = fs_link,
                                          .write = fs_write,
                                          .truncate = fs_truncate,
                                          .fsync = fs_fsync,
                                          .sync = fs_fsync,
                                          .flushes = fs_flushes};

static long mount(unsigned i, bool format) {
    struct file_mount m = {.format = format};
    memcpy(m.system, i ? "wfs" : "ext2", 5);
    memcpy(m.disk, i ? "disk1" : "disk0", 6);
    memcpy(m.path, place[i], sizeof place[i]);
    long error = file_mount(&m);
    is_there[i] = !error;
    return error;
}

static void go_on(struct check *c) {
    work_fs = &operations;
    for (unsigned i = 0; i < SYSTEMS; i++) {
        const char *system = i ? "1/" : "0/", *file = i ? "1/went on" : "0/went on",
                   *directory = i ? "1/went on, too" : "0/went on, too";
        if (!is_there[i])
            continue;
        work_unlink(file);
        work_rmdir(directory);
        CHECK_THAT(c, work_mkdir(directory) == 0);
        work_file(file, 9000, 1);
        CHECK_THAT(c, work_sync(system) == 0);
        CHECK_THAT(c, work_rmdir(directory) == 0);
        CHECK_THAT(c, work_unlink(file) == 0);
    }
}

CHECK(crash, "crash/work") {
    char what[64];
    work_word(told, what);
    const bool is_new = !strcmp(what, "format");
    long error = is_new ? 0 : mount(0, false);
    if (error) {
        check_fail(c, "no ext2: %s", error_sentence((int)error));
        return;
    }
    error = mount(1, is_new); /* if there is one */
    if (is_new)
        CHECK_THAT(c, error == 0);
    if (!strcmp(what, "continue"))
        go_on(c);
    else if (!is_new && work_run(&operations, what))
        check_fail(c, "there is no workload `%s`", what);
    if (is_new || !strcmp(what, "continue"))
        for (unsigned i = 0; i < SYSTEMS; i++)
            if (is_there[i])
                CHECK_THAT(c, file_unmount(place[i]) == 0);
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    told = words;
    session_follow(&program_agent, (enum session_phase)a, (unsigned)b, words);
    return 0;
}
