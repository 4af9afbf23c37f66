/* SPDX-License-Identifier: MIT */
/* exo-user-alfs.c -- alfs, a library, in the environment that uses it, over a volume that XN
 * protects: as exo-user.c, which has C-FFS. */
#include "exo/libos/alfs/alfs.h"
#include "exo-volume.h"
#include "workload_rows.h"

#define FILES     130000 /* in its tables */
#define EXTENTS   4000
#define TABLES_AT 0x550000000000
#define OPEN_MOST 4

static struct alfs fs;
static struct alfs_id file_id[OPEN_MOST];
static bool file_open[OPEN_MOST];

static long mount(void) {
    return alfs_mount(&fs, store, name, (void *)TABLES_AT, FILES, EXTENTS, false);
}

static const char *alfs_begin(const char *which) {
    const uint64_t pages = (alfs_bytes(FILES, EXTENTS) + PAGE - 1) / PAGE;
    static unsigned char body[XN_BODY_BYTES_MAX];
    (void)which;
    const char *why = volume_make(VOLUME_XN, XN_UDF);
    if (why)
        return why;
    if (!exposed_entry(TABLES_AT) &&
        frames_map(0, 0, 0, TABLES_AT, pages, EXO_WRITE | EXO_NO_EXEC)) {
        files_must(!store_close());
        return "the machine has too little memory";
    }
    files_must(!alfs_declare(store, alfs_functions, body) && !alfs_format(store, name, 0, false) &&
               !mount());
    return NULL;
}

static void alfs_end(void) {
    files_must(!alfs_unmount(&fs) && !store_close());
}

/* --- Files --- */

#define FS(word)                       alfs_##word
#define FS_ROOT                        alfs_root()
#define FS_LOOKUP(directory, name, id) alfs_lookup(&fs, directory, name, id)
#include "exo-paths.h"

static int alfs_open(const char *path, enum files_how how) {
    struct alfs_id directory, *id;
    struct alfs_name last;
    int file = 0;
    while (file < OPEN_MOST && file_open[file])
        file++;
    if (file == OPEN_MOST)
        return -E_FULL;
    id = &file_id[file];
    long error = walk(path, &directory, &last);
    if (!error)
        error = how == FILES_CREATE ? alfs_create(&fs, directory, last, ALFS_FILE, 0600, id)
                                    : alfs_lookup(&fs, directory, last, id);
    file_open[file] = !error;
    return error ? (int)error : file;
}

static int alfs_close(int file) {
    file_open[file] = false;
    return 0;
}

static long read_at(int file, void *to, unsigned long bytes, uint64_t at) {
    return alfs_read(&fs, file_id[file], at, to, bytes);
}

static long write_at(int file, const void *from, unsigned long bytes, uint64_t at) {
    return alfs_write(&fs, file_id[file], at, from, bytes);
}

static int sync_file(int file) {
    return (int)alfs_fsync(&fs, file_id[file]);
}

static int sync_all(void) {
    return (int)alfs_sync(&fs);
}

static int unlink_path(const char *path) {
    struct alfs_id directory;
    struct alfs_name last;
    long error = walk(path, &directory, &last);
    return (int)(error ? error : alfs_remove(&fs, directory, last, ALFS_FILE));
}

static int stat_path(const char *path, uint64_t *bytes) {
    struct alfs_id id;
    const struct alfs_file *f = NULL;
    long error = find(path, &id);
    if (!error)
        f = alfs_file(&fs, id);
    *bytes = f ? f->size : 0;
    return (int)error;
}

static int mkdir_path(const char *path) {
    struct alfs_id directory;
    struct alfs_name last;
    long error = walk(path, &directory, &last);
    return (int)(error ? error : alfs_create(&fs, directory, last, ALFS_DIR, 0700, NULL));
}

static int rmdir_path(const char *path) {
    struct alfs_id directory;
    struct alfs_name last;
    long error = walk(path, &directory, &last);
    return (int)(error ? error : alfs_remove(&fs, directory, last, ALFS_DIR));
}

static int rename_path(const char *from, const char *to) {
    struct alfs_id directory, other;
    struct alfs_name last, new_name;
    long error = walk(from, &directory, &last);
    if (!error)
        error = walk(to, &other, &new_name);
    return (int)(error ? error : alfs_rename(&fs, directory, last, other, new_name));
}

static long list_path(const char *path) {
    struct alfs_id directory;
    struct alfs_entry entry;
    uint64_t place = 0;
    long count = 0, error = find(path, &directory);
    while (!error && !(error = alfs_list(&fs, directory, &place, &entry)))
        count++;
    return error == -E_NOT_FOUND ? count : error;
}

static void fetch_nothing(struct store *s, uint32_t block, uint32_t count) {
    (void)s, (void)block, (void)count;
}

/* Mounted anew, no file is in memory; and none is read ahead. */
static void forget(int file) {
    static struct store_ops ops;
    (void)file;
    alfs_end();
    files_must(!store_open() && !mount());
    ops = *store->ops;
    ops.fetch = fetch_nothing;
    store->ops = &ops;
}

static void counts(struct files_counts *c) {
    xn_counts(&xn);
    *c =
        (struct files_counts){store->counts.requests, store->counts.sectors, store->counts.flushes};
}

static const struct files alfs_files = {
    alfs_begin,  alfs_end,  alfs_open,  alfs_close, read_at,     write_at,  sync_file, sync_all,
    unlink_path, stat_path, mkdir_path, rmdir_path, rename_path, list_path, forget,    counts};

FILES_ROWS(alfs_files, "alfs")
FILES_COUNT_ROWS(alfs_files, "alfs")
FILES_GROWTH_ROWS(alfs_files, "100,1000,10000,100000", "alfs")

/* Bytes of its tables, which are all that it has in memory but for blocks. */
BENCH(alfs_memory, "files/memory/of:volume,file,extent,open/fs:alfs") {
    enum { MANY = 65536 };
    char of[FILES_WORD];
    bench_word(b, "of", of, sizeof of);
    const size_t none = alfs_bytes(0, 0);
    bench_size(b, !strcmp(of, "volume")   ? sizeof(struct alfs) + none
                  : !strcmp(of, "file")   ? (alfs_bytes(MANY, 0) - none) / MANY
                  : !strcmp(of, "extent") ? (alfs_bytes(0, MANY) - none) / MANY
                                          : sizeof(struct alfs_id));
}
