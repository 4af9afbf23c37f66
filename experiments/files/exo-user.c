/* SPDX-License-Identifier: MIT */
/* exo-user.c -- C-FFS, a library, in the environment that uses it: over a volume that XN protects,
 * over a disk that nobody does, and over blocks that the disk's owner gave away. All are put on the
 * boot's first disk. */
#include "exo-user.h"

#include "exo/libos/cffs/cffs_declared.h"
#include "exo-volume.h"
#include "workload_rows.h"
#include "exo/xn/type/body.h"

#define SEED      13
#define OPEN_MOST 4

static struct cffs fs;
static struct name_hints hints;
static bool is_plain; /* without the two techniques */
static struct cffs_id file_id[OPEN_MOST];
static bool file_open[OPEN_MOST];
void (*exo_files_forgotten)(struct store *store);

/* --- The volume --- */

static long cffs_begin(void) {
    long error = cffs_mount(&fs, store, name, false);
    memset(&hints, 0, sizeof hints);
    fs.hints = &hints;
    fs.plain = is_plain;
    fs.grouped = !is_plain;
    return error;
}

static const char *exo_mount(const char *which) {
    static unsigned char body[XN_BODY_BYTES_MAX];
    is_plain = !strcmp(which, "cffs_plain");
    const char *why = volume_make(!strcmp(which, "cffs_raw")   ? VOLUME_RAW
                                  : !strcmp(which, "cffs_pxn") ? VOLUME_PXN
                                                               : VOLUME_XN,
                                  XN_UDF);
    if (why)
        return why;
    exo_files_forgotten = NULL;
    files_must(!is_protected || !cffs_declare(store, cffs_functions, body));
    files_must(!cffs_format(store, name, SEED, false));
    files_must(!cffs_begin());
    return NULL;
}

static void exo_unmount(void) {
    files_must(!cffs_unmount(&fs));
    volume_end();
}

/* --- Files --- */

#define FS(word)                       cffs_##word
#define FS_ROOT                        cffs_root(&fs)
#define FS_LOOKUP(directory, name, id) cffs_lookup(&fs, directory, name, id, NULL)
#include "exo-paths.h"

static int exo_open(const char *path, enum files_how how) {
    struct cffs_id directory, *id;
    struct cffs_name last;
    int file = 0;
    while (file < OPEN_MOST && file_open[file])
        file++;
    if (file == OPEN_MOST)
        return -E_FULL;
    id = &file_id[file];
    long error = walk(path, &directory, &last);
    if (!error)
        error = how == FILES_CREATE ? cffs_create(&fs, directory, last, 0600, id)
                                    : cffs_lookup(&fs, directory, last, id, NULL);
    if (!error)
        error = cffs_use(&fs, *id);
    file_open[file] = !error;
    return error ? (int)error : file;
}

static int exo_close(int file) {
    cffs_leave(&fs, file_id[file]);
    file_open[file] = false;
    return 0;
}

static long exo_read(int file, void *to, unsigned long bytes, uint64_t at) {
    return cffs_read(&fs, file_id[file], at, to, bytes);
}

static long exo_write(int file, const void *from, unsigned long bytes, uint64_t at) {
    return cffs_write(&fs, file_id[file], at, from, bytes);
}

static int exo_fsync(int file) {
    return (int)cffs_fsync(&fs, file_id[file]);
}

static int exo_sync(void) {
    return (int)cffs_sync(&fs);
}

static int exo_unlink(const char *path) {
    struct cffs_id directory;
    struct cffs_name last;
    long error = walk(path, &directory, &last);
    return (int)(error ? error : cffs_unlink(&fs, directory, last));
}

static int exo_stat(const char *path, uint64_t *bytes) {
    struct cffs_id id;
    struct cffs_stat stat = {0};
    long error = find(path, &id);
    if (!error)
        error = cffs_stat(&fs, id, &stat);
    *bytes = stat.size;
    return (int)error;
}

static int exo_mkdir(const char *path) {
    struct cffs_id directory, made;
    struct cffs_name last;
    long error = walk(path, &directory, &last);
    return (int)(error ? error : cffs_mkdir(&fs, directory, last, 0700, &made));
}

static int exo_rmdir(const char *path) {
    struct cffs_id directory;
    struct cffs_name last;
    long error = walk(path, &directory, &last);
    return (int)(error ? error : cffs_rmdir(&fs, directory, last));
}

static int exo_rename(const char *from, const char *to) {
    struct cffs_id directory, other, old, now;
    struct cffs_name last, new_name;
    long error = walk(from, &directory, &last);
    if (!error)
        error = walk(to, &other, &new_name);
    return (int)(error ? error : cffs_rename(&fs, directory, last, other, new_name, &old, &now));
}

static long exo_list(const char *path) {
    struct cffs_id directory;
    struct cffs_entry entry;
    uint64_t place = 0;
    long count = 0, error = find(path, &directory);
    while (!error && !(error = cffs_list(&fs, directory, &place, &entry)))
        count++;
    return error == -E_NOT_FOUND ? count : error;
}

/* --- Memory --- */

/* XN knows whose a block is when somebody came to it from a root. */
static long reach(struct cffs_id directory, struct cffs_id wanted) {
    struct cffs_entry entry;
    struct cffs_id id;
    uint64_t place = 0;
    while (!cffs_list(&fs, directory, &place, &entry)) {
        const struct cffs_name its = {entry.name, entry.length};
        if (cffs_lookup(&fs, directory, its, &id, NULL))
            continue;
        if (!memcmp(&id, &wanted, sizeof id))
            return cffs_use(&fs, id);
        if (entry.kind == CFFS_DIR && !reach(id, wanted))
            return 0;
    }
    return -E_NOT_FOUND;
}

struct cffs *exo_files_cffs(void) {
    return &fs;
}

void exo_files_again(void) {
    files_must(!cffs_unmount(&fs) && !store_close());
    files_must(!store_open() && !cffs_begin());
}

static void exo_forget(int file) {
    cffs_leave(&fs, file_id[file]);
    exo_files_again();
    files_must(!reach(cffs_root(&fs), file_id[file]));
    if (exo_files_forgotten)
        exo_files_forgotten(store);
}

static void exo_counts(struct files_counts *c) {
    if (is_protected)
        xn_counts(&xn);
    *c =
        (struct files_counts){store->counts.requests, store->counts.sectors, store->counts.flushes};
}

const struct files exo_files = {
    exo_mount,  exo_unmount, exo_open,  exo_close, exo_read,   exo_write, exo_fsync,  exo_sync,
    exo_unlink, exo_stat,    exo_mkdir, exo_rmdir, exo_rename, exo_list,  exo_forget, exo_counts};

FILES_ROWS(exo_files, "cffs,cffs_raw,cffs_pxn,cffs_plain")
FILES_COUNT_ROWS(exo_files, "cffs,cffs_raw,cffs_pxn,cffs_plain")
FILES_COLD_ROWS(exo_files, "cffs,cffs_raw,cffs_pxn,cffs_plain")
FILES_GROWTH_ROWS(exo_files, "100,1000,10000,100000", "cffs,cffs_raw,cffs_pxn")
