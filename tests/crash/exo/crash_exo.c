/* SPDX-License-Identifier: MIT */
/* crash_exo.c -- the environment that works while its writes are logged, and the one that goes on
 * after a crash: file systems 0, 1 and 2, and the temporary 3, are C-FFS's on a volume that XN
 * protects.
 *
 *     crash=format       0 and 1 are made
 *     crash=continue     all that are there are mounted, checked, worked on, checked and unmounted
 *     crash=WORKLOAD     of work.c */
#include "../work.h"
#include "crash_volume.h"

#include "exo/libos/cffs/check/cffs_check.h"

#include "exo/libos/cffs/cffs_declared.h"
#include "exo/libos/cffs/cffs_own.h"
#include "exo/libos/console/commands.h"
#include "exo/libos/exposed.h"
#include "exo/libos/measure.h"
#include "exo/libos/xcp/xcp.h"
#include "exo/libos/yield.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/session.h"
#include "user/program.h"

#define SYSTEMS   4
#define ATTACHED  2
#define TEMPORARY 3
#define UID       7

static const char name[SYSTEMS][16] = {"zero", "one", "two", "three"};
static struct cffs cffs[SYSTEMS];
static struct name_hints hints[SYSTEMS];
static bool is_there[SYSTEMS];

/* --- Paths --- */

static struct cffs *fs_of(const char *path) {
    return &cffs[(unsigned)(path[0] - '0') % SYSTEMS];
}

/* The directory that has the path's last name, and that name. */
static long walk(const char *path, struct cffs_id *directory, struct cffs_name *last) {
    struct cffs *fs = fs_of(path);
    *directory = cffs_root(fs);
    for (path++;;) {
        const char *end = ++path;
        while (*end && *end != '/')
            end++;
        *last = (struct cffs_name){path, (size_t)(end - path)};
        if (!*end)
            return 0;
        long error = cffs_lookup(fs, *directory, *last, directory, NULL);
        if (error)
            return error;
        path = end;
    }
}

static long find(const char *path, struct cffs_id *id) {
    struct cffs_name last;
    long error = walk(path, id, &last);
    return error ? error : cffs_lookup(fs_of(path), *id, last, id, NULL);
}

/* --- Operations --- */

static long fs_make(const char *path) {
    struct cffs_id directory, id;
    struct cffs_name last;
    long error = walk(path, &directory, &last);
    return error ? error : cffs_create(fs_of(path), directory, last, 0600, &id);
}

static long fs_mkdir(const char *path) {
    struct cffs_id directory, id;
    struct cffs_name last;
    long error = walk(path, &directory, &last);
    return error ? error : cffs_mkdir(fs_of(path), directory, last, 0700, &id);
}

static long fs_unlink(const char *path) {
    struct cffs_id directory;
    struct cffs_name last;
    long error = walk(path, &directory, &last);
    return error ? error : cffs_unlink(fs_of(path), directory, last);
}

static long fs_rmdir(const char *path) {
    struct cffs_id directory;
    struct cffs_name last;
    long error = walk(path, &directory, &last);
    return error ? error : cffs_rmdir(fs_of(path), directory, last);
}

static long fs_rename(const char *from, const char *to) {
    struct cffs_id directory, other, old, now;
    struct cffs_name last, new_name;
    long error = walk(from, &directory, &last);
    if (!error)
        error = walk(to, &other, &new_name);
    return error ? error : cffs_rename(fs_of(from), directory, last, other, new_name, &old, &now);
}

static long fs_write(const char *path, uint64_t at, const void *from, size_t bytes) {
    struct cffs_id id;
    long error = find(path, &id);
    return error ? error : cffs_write(fs_of(path), id, at, from, bytes);
}

static long fs_truncate(const char *path, uint64_t bytes) {
    struct cffs_id id;
    long error = find(path, &id);
    return error ? error : cffs_truncate(fs_of(path), id, bytes);
}

static long fs_fsync(const char *path) {
    struct cffs_id id;
    long error = find(path, &id);
    return error ? error : cffs_fsync(fs_of(path), id);
}

static long fs_sync(const char *path) {
    return is_there[(unsigned)(path[0] - '0') % SYSTEMS] ? cffs_sync(fs_of(path)) : -E_NOT_FOUND;
}

static long fs_quota(const char *path, uint64_t blocks) {
    struct cffs *fs = fs_of(path);
    fs->uid = UID;
    return cffs_set_quota(fs, UID, 0, (uint32_t)blocks);
}

static uint64_t fs_flushes(const char *path) {
    (void)path;
    return volume_flushes();
}

static long fs_copy(const char *from, const char *to) {
    static uint32_t memory[256];
    struct xcp_file file = {.name = {NULL, 0}};
    long error = fs_make(to);
    if (!error)
        error = find(from, &file.from);
    if (!error)
        error = find(to, &file.to);
    return error ? error : xcp_files(fs_of(from), &file, 1, memory, 256);
}

/* --- Data that two files exchange, by their directory's block and by nothing else --- */

static long pointer_of(const char *path, struct slot *s, uint32_t *block) {
    struct cffs_id id;
    long error = find(path, &id);
    if (!error)
        error = slot_get(fs_of(path), id, s);
    if (!error) {
        *block = pointer_at(s->bytes, slot_spot(&cffs[0], s, 0).at);
        store_put(&xn.store, s->block);
    }
    return error;
}

static long swap(struct spot a, struct spot b, uint32_t block_a, uint32_t block_b) {
    static struct edit to_a, to_b;
    const struct xn_extent both[2] = {{block_a, 1, XN_BYTES, 0}, {block_b, 1, XN_BYTES, 0}};
    struct cffs *fs = &cffs[0];
    long error;
    edit_begin(&to_a);
    edit_begin(&to_b);
    edit_pointers(&fs->meta, &to_a, a, block_b, 1, XN_BYTES);
    edit_pointers(&fs->meta, &to_b, b, block_a, 1, XN_BYTES);
    do
        error = exo_xn_change(xn_how(&xn, XN_SWAP), EXO_XN_AT(a.block, a.partition), (uint64_t)both,
                              &to_a.changes, EXO_XN_AT(b.block, b.partition), &to_b.changes);
    while (xn_again(&xn, &error));
    xn_note_dirty(&xn, a.block);
    return error;
}

static long fs_exchange(const char *path, const char *other) {
    struct slot a, b;
    uint32_t block_a = 0, block_b = 0;
    long error = pointer_of(path, &a, &block_a);
    if (!error)
        error = pointer_of(other, &b, &block_b);
    if (!error && (a.block != b.block || !block_a || !block_b))
        error = -E_INVALID;
    if (!error)
        error = xn_hide(&xn, block_a);
    if (!error)
        error = xn_hide(&xn, block_b);
    return error ? error
                 : swap(slot_spot(&cffs[0], &a, 0), slot_spot(&cffs[0], &b, 0), block_a, block_b);
}

/* --- Volumes --- */

/* Mounts it: 1, if it was not left clean. */
static long begin(unsigned i) {
    long error = cffs_mount(&cffs[i], &xn.store, name[i], false);
    is_there[i] = error >= 0;
    memset(&hints[i], 0, sizeof hints[i]);
    cffs[i].hints = &hints[i];
    return error;
}

/* A tree that nothing owns grows: the root is written, what it leads to is not; then the tree gets
 * a name. */
static long grow_and_attach(unsigned i) {
    static struct cffs grown;
    const struct cffs_name below = {"grown", 5}, deeper = {"deeper", 6};
    uint32_t root = store_find_free(&xn.store, xn.store.first, 1);
    const struct cffs_head head = {.magic = CFFS_MAGIC,
                                   .generation = 1,
                                   .parent = root,
                                   .mode = 0777,
                                   .clean = 1,
                                   .seed = cffs[0].seed,
                                   .next_generation = 1u << 20};
    struct cffs_id id;
    grown = cffs[0];
    grown.root = root;
    long error = root ? volume_act(EXO_XN_NEW, root, CFFS_DIRECTORY, 0) : -E_FULL;
    if (!error)
        do
            error = exo_xn_block(xn_how(&xn, EXO_XN_INSERT), 0, root, xn_frame(&xn), 0);
        while (xn_again(&xn, &error));
    if (!error)
        error = meta_begin(&grown, root, CFFS_DIRECTORY, &head);
    if (!error)
        error = cffs_mkdir(&grown, (struct cffs_id){root, 0, 1}, below, 0700, &id);
    if (!error)
        error = cffs_mkdir(&grown, id, deeper, 0700, &id);
    xn_note_dirty(&xn, root);
    if (!error)
        error = xn.store.ops->writeback(&xn.store, &(uint32_t){root}, 1, true);
    if (error < 0)
        return error;
    error = volume_act(EXO_XN_ROOT_ADD, (uint64_t)name[i], root, 0);
    xn_store_adopt(&xn);
    return error;
}

static long fs_begin(const char *path) {
    unsigned i = (unsigned)(path[0] - '0') % SYSTEMS;
    long error = i == ATTACHED ? grow_and_attach(i)
                               : cffs_format(&xn.store, name[i], 13 + i, i == TEMPORARY);
    return error ? error : begin(i);
}

/* The library goes on as if nothing had been. */
static long fs_leave(const char *path) {
    struct store_child root;
    unsigned char *bytes;
    (void)path;
    long error = volume_again();
    for (unsigned i = 0; i < SYSTEMS && !error; i++)
        if (is_there[i]) {
            error = xn.store.ops->root(&xn.store, name[i], &root);
            if (!error)
                error = store_get(&xn.store, &root, 0, STORE_READ, &bytes);
        }
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
                                          .copy = fs_copy,
                                          .exchange = fs_exchange,
                                          .quota = fs_quota,
                                          .begin = fs_begin,
                                          .leave = fs_leave,
                                          .flushes = fs_flushes};

static void said(struct check *c, const char *what, unsigned i, long error) {
    if (error < 0 && !c->failed)
        check_fail(c, "%s %s: %s (block %u %s)", what, name[i], error_sentence((int)error),
                   cffs[i].damage.block, cffs[i].damage.field ? cffs[i].damage.field : "");
}

static long no_claim(void *owner, uint32_t block, uint32_t count) {
    (void)owner, (void)block, (void)count;
    return 0;
}

/* What a crash left undone is finished, where `repair`; else there is nothing of that. */
static void check_all(struct check *c, bool repair) {
    static uint64_t memory[16384];
    for (unsigned i = 0; i < SYSTEMS; i++) {
        struct cffs_checking checking = {.claim = no_claim, .memory = memory, .repair = repair};
        if (is_there[i] && xn.store.blocks <= sizeof memory / sizeof *memory)
            said(c, "check", i, cffs_check(&cffs[i], &checking));
    }
}

static void unmount_all(struct check *c) {
    for (unsigned i = 0; i < SYSTEMS; i++)
        if (is_there[i])
            said(c, "unmount", i, cffs_unmount(&cffs[i]));
    CHECK_THAT(c, xn_store_close(&xn) == 0);
}

static void format(struct check *c) {
    static _Alignas(8) unsigned char body[XN_BODY_BYTES_MAX];
    said(c, "types of", 0, cffs_declare(&xn.store, cffs_functions, body));
    for (unsigned i = 0; i < 2; i++)
        said(c, "format", i, fs_begin(name[i][0] == 'z' ? "0/" : "1/"));
    unmount_all(c);
}

static void go_on(struct check *c) {
    for (unsigned i = 0; i < SYSTEMS; i++) {
        long found = begin(i);
        said(c, "mount", i, found == -E_NOT_FOUND && i > 1 ? 0 : found);
    }
    check_all(c, true);
    check_all(c, false);
    work_fs = &operations;
    if (!c->failed) {
        work_unlink("0/went on");
        work_rmdir("0/went on, too");
        long made = work_mkdir("0/went on, too");
        CHECK_THAT(c, made == 0 || made == -E_FULL);
        work_file("0/went on", 9000, 1);
        CHECK_THAT(c, work_sync("0/") == 0);
        CHECK_THAT(c, work_rmdir("0/went on, too") == (made ? -E_NOT_FOUND : 0));
        CHECK_THAT(c, work_unlink("0/went on") == 0 || made);
    }
    check_all(c, false);
    if (!c->failed)
        unmount_all(c);
}

CHECK(crash, "crash/work") {
    char what[64];
    work_word((const char *)env_info()->command_line, what);
    slice_handle();
    if (!volume_open(c))
        return;
    if (!strcmp(what, "format"))
        format(c);
    else if (!strcmp(what, "continue"))
        go_on(c);
    else {
        for (unsigned i = 0; i < 2 && !c->failed; i++)
            said(c, "mount", i, begin(i));
        if (!c->failed && work_run(&operations, what))
            check_fail(c, "there is no workload `%s`", what);
    }
}

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    char all[SESSION_WORDS_MAX];
    (void)a, (void)b;
    session_words(all, (const char *)env_info()->command_line, words);
    return measure_main(all, &console_commands);
}
