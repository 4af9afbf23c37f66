/* SPDX-License-Identifier: MIT */
/* volumes.c -- see volumes.h: how processes take turns, and how volumes begin and end. */
#include "exo/libos/volume/volume_own.h"

#include "exo/defence.h"
#include "exo/libos/cffs/cffs_declared.h"
#include "exo/libos/disk/exo_disk.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/exos/process/exec.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/process/signal.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/xn/type/body.h"
#include "lib/error.h"
#include "lib/string.h"

static const char root_name[16] = "cffs";
#define SEED 4711 /* of names' hashes: the same work leaves the same disk */

/* This process's window on a volume. */
static struct here {
    struct xn_store xn;
    uint64_t epoch;
    uint64_t memory[2048];
} here[VOLUMES];

struct store *volume_store(unsigned v) {
    return &here[v].xn.store;
}

/* --- Windows --- */

static void close_window(uint64_t env, unsigned v) {
    const struct exo_pages all = {VOLUME_WINDOW(v), 0, XN_MAP_PAGES + VOLUME_PAGES};
    for (uint64_t done = 0; done < all.count;) {
        long some = exo_page_update(0, env, 0, &all, 1, done);
        if (some <= 0)
            return;
        done += (uint64_t)some;
    }
}

/* Windows of other processes show nothing any more, and they know by the epoch. */
static bool alone(struct xn_store *x) {
    const unsigned v = (unsigned)((struct here *)x - here);
    const uint64_t self = (uint64_t)exo_env_self();
    struct volume *volume = &volumes->volume[v];
    if (volume->windows <= 1 || !DEFENDED(VOLUME_ALONE))
        return false;
    for (const struct process *p = PROCESS_FIRST; p < PROCESS_END; p++)
        if (p->pid && p->env && p->env != self)
            close_window(p->env, v);
    while (frames_await()) /* so are those of processes that have ended */
        continue;
    volume->windows = 1;
    here[v].epoch = volume->epoch = ++volumes->epochs;
    return true;
}

bool volume_alone(unsigned v) {
    return alone(&here[v].xn);
}

/* The window is there, or is opened: also of a child, which has its parent's memory but not that.
 * The volume is mounted if need be. */
static long open_window(unsigned v) {
    struct here *h = &here[v];
    struct volume *volume = &volumes->volume[v];
    const struct xn_sharing sharing = {volume->dirty, EXOS_OWN, alone};
    if (h->epoch == volume->epoch && exposed_entry(VOLUME_WINDOW(v)) & EXO_PRESENT)
        return 0;
    close_window(0, v);
    *h = (struct here){.epoch = volume->epoch};
    long error = xn_store_join(&h->xn, volume->disk, 0, VOLUME_WINDOW(v) + XN_MAP_PAGES * PAGE,
                               VOLUME_PAGES, h->memory, &sharing);
    volume->windows += !error;
    h->epoch = error ? 0 : h->epoch;
    if (!error)
        volume_cache_again(v);
    return error;
}

/* --- Turns --- */

static long mend(struct cffs *fs, struct cffs_checking *c);

long volume_open(unsigned v) {
    struct volume *volume = &volumes->volume[v];
    if (v >= VOLUMES || !volume->used)
        return -E_NOT_FOUND;
    long error = open_window(v);
    volume->fs.store = &here[v].xn.store;
    return error;
}

/* Who had the lock was killed: what it had begun is finished, or nothing is written any more. */
static void mend_all(void) {
    for (unsigned v = 0; v < VOLUMES; v++) {
        struct cffs *fs = &volumes->volume[v].fs;
        struct cffs_checking c = {.repair = true};
        if (volume_open(v))
            continue;
        xn_store_adopt(&here[v].xn); /* he may have changed blocks that he did not note as dirty */
        if (mend(fs, &c))
            fs->read_only = true;
    }
}

void volumes_enter(void) {
    signals_hold();
    if (lock_take(&volumes->lock) && DEFENDED(VOLUME_MEND))
        mend_all();
}

void volumes_leave(void) {
    lock_give(&volumes->lock);
    signals_release();
}

/* --- The file system as a whole --- */

/* So many bytes of memory at SCRATCH, until they are given back. */
static long scratch(uint64_t bytes) {
    return frames_map(0, 0, 0, SCRATCH, (bytes + PAGE - 1) / PAGE, EXO_WRITE | EXO_NO_EXEC);
}

static void scratch_gone(uint64_t bytes) {
    const struct exo_pages gone = {SCRATCH, 0, (bytes + PAGE - 1) / PAGE};
    for (uint64_t done = 0; done < gone.count;) {
        long some = exo_page_update(0, 0, 0, &gone, 1, done);
        done += some > 0 ? (uint64_t)some : gone.count;
    }
    exos_freed();
}

static long mend(struct cffs *fs, struct cffs_checking *c) {
    const uint64_t bytes = fs->store->blocks * 8ul;
    long error = scratch(bytes);
    c->memory = (void *)SCRATCH;
    if (!error)
        error = cffs_check(fs, c);
    scratch_gone(bytes);
    return error;
}

long volume_of(const char *path) {
    struct exos_stat s;
    long error = exos_stat(path, &s);
    for (unsigned v = 0; v < VOLUMES && !error; v++)
        if (volumes->volume[v].used && s.id >> 32 == v + 1)
            return v;
    return error ? error : -E_NOT_FOUND;
}

long volume_check(const char *path, struct cffs_checking *c) {
    long v = volume_of(path);
    if (v < 0)
        return v;
    volumes_enter();
    long error = volume_open((unsigned)v);
    if (!error)
        error = mend(&volumes->volume[v].fs, c);
    volumes_leave();
    return error;
}

long volume_sync(void) {
    long error = 0;
    volumes_enter();
    for (unsigned v = 0; v < VOLUMES && !error; v++)
        if (volumes->volume[v].used && !(error = volume_open(v))) {
            (void)alone(&here[v].xn);
            xn_store_adopt(&here[v].xn); /* what was written by mappings, too */
            error = cffs_sync(&volumes->volume[v].fs);
        }
    volumes_leave();
    return error;
}

/* --- Making, mounting --- */

static long free_volume(unsigned disk) {
    long v = -E_FULL;
    for (unsigned i = VOLUMES; i-- > 0;)
        if (!volumes->volume[i].used)
            v = i;
        else if (volumes->volume[i].disk == disk)
            return -E_BUSY;
    return v;
}

static long is_allowed(const char *type, unsigned disk) {
    if (strcmp(type, "cffs") != 0 || disk >= env_info()->disks)
        return -E_NOT_FOUND;
    return exposed_disk(disk)->blocks > VOLUME_BLOCKS ? -E_TOO_LONG : 0;
}

static long format_xn(unsigned disk) {
    static struct exo_raw_disk raw;
    static unsigned char page[PAGE] __attribute__((aligned(4096)));
    unsigned char *at = page;
    const uint32_t blocks = (uint32_t)exposed_disk(disk)->blocks;
    long error = exo_raw_disk_open(&raw, disk, 0, blocks, 0, 0, 0);
    for (uint32_t i = 0; !error; i++) {
        int more = xn_format(blocks, XN_UDF, STORE_SECTOR, i, page);
        if (more)
            return more < 0 ? more : raw.raw.flush(&raw.raw);
        error = raw.raw.transfer(&raw.raw, true, i, 1, &at);
    }
    return error;
}

/* Of what the disk had nothing is in core: a mount that failed leaves what it read. */
static long forget(unsigned disk) {
    long error;
    do
        error = exo_xn_volume(EXO_XN_HOW(EXO_XN_ABANDON, disk, 0), 0, 0, 0);
    while (error == -E_AGAIN);
    return error;
}

static long make(unsigned v) {
    struct store *s = &here[v].xn.store;
    long error = forget(volumes->volume[v].disk);
    if (!error)
        error = format_xn(volumes->volume[v].disk);
    if (!error)
        error = open_window(v);
    if (!error)
        error = scratch(XN_BODY_BYTES_MAX);
    if (!error)
        error = cffs_declare(s, cffs_functions, (void *)SCRATCH);
    scratch_gone(XN_BODY_BYTES_MAX);
    if (!error)
        error = cffs_format(s, root_name, SEED, false);
    return error ? error : xn_store_close(&here[v].xn);
}

static void begin(unsigned v, unsigned disk) {
    struct volume *volume = &volumes->volume[v];
    memset(volume->dirty, 0, sizeof volume->dirty);
    memset(&volume->hints, 0, sizeof volume->hints);
    volume->disk = (uint8_t)disk;
    volume->windows = 0;
    volume->epoch = ++volumes->epochs;
}

long volume_format(const char *type, unsigned disk) {
    long v = is_allowed(type, disk);
    if (v)
        return v;
    volumes_enter();
    const uint32_t state = exposed_xn()->volume[disk].state;
    v = state != XN_ABSENT && state != XN_MOUNTING ? -E_BUSY : free_volume(disk);
    if (v >= 0) {
        begin((unsigned)v, disk);
        v = make((unsigned)v);
    }
    volumes_leave();
    return v;
}

static long start(unsigned v) {
    struct volume *volume = &volumes->volume[v];
    struct cffs_checking c = {.repair = true};
    const bool others = exposed_xn()->volume[volume->disk].state != XN_ABSENT;
    long error = open_window(v);
    if (error)
        return error;
    error = cffs_mount(&volume->fs, &here[v].xn.store, root_name, false);
    if (error < 0) { /* the volume has no such root: it is left as it was */
        if (!others)
            (void)xn_store_close(&here[v].xn);
        return error;
    }
    volume->fs.hints = &volume->hints;
    cffs_leave(&volume->fs, cffs_root(&volume->fs)); /* by whom it is left, it is held again */
    if (error == 1 && mend(&volume->fs, &c))
        volume->fs.read_only = true;
    long node = node_of(v, cffs_root(&volume->fs), CFFS_DIR);
    if (node < 0)
        return node;
    node_at((uint32_t)node)->users++;
    volume->root = (uint32_t)node;
    volume->used = 1;
    return 0;
}

static long stop(unsigned v) {
    struct volume *volume = &volumes->volume[v];
    long error = volume_open(v);
    (void)alone(&here[v].xn);
    if (!error)
        error = cffs_use(&volume->fs, cffs_root(&volume->fs));
    if (!error)
        error = cffs_unmount(&volume->fs);
    if (!error)
        error = xn_store_close(&here[v].xn);
    if (error)
        return error;
    volume->used = 0;
    for (unsigned n = 0; n < VOLUME_NODES; n++)
        if (volumes->node[n].volume == v)
            volumes->node[n] = (struct volume_node){.generation = volumes->node[n].generation};
    return 0;
}

long volume_mount(const char *type, unsigned disk, const char *path) {
    long v = is_allowed(type, disk), error = v;
    if (error)
        return error;
    volumes_enter();
    v = free_volume(disk);
    if (v >= 0) {
        begin((unsigned)v, disk);
        error = start((unsigned)v);
    }
    volumes_leave();
    if (v < 0 || error)
        return v < 0 ? v : error;
    error = exos_mount(EXOS_TREE_OTHER + volumes->volume[v].root, path);
    if (error) {
        volumes_enter();
        (void)stop((unsigned)v);
        volumes_leave();
    }
    return error;
}

long volume_unmount(const char *path) {
    long v = volume_of(path);
    if (v < 0)
        return v;
    if (volume_is_used((unsigned)v) && !(open_files_sweep() && !volume_is_used((unsigned)v)))
        return -E_BUSY;
    long error = exos_unmount(path);
    if (error)
        return error;
    volumes_enter();
    /* Who came by the path before it was gone has a file of it now. */
    error = volume_is_used((unsigned)v) ? -E_BUSY : stop((unsigned)v);
    if (!error)
        volume_cache_end((unsigned)v);
    volumes_leave();
    if (error)
        (void)exos_mount(EXOS_TREE_OTHER + volumes->volume[v].root, path);
    return error;
}

/* --- This process --- */

static long executes(void) {
    return exec_keep(EXOS_VOLUMES, sizeof(struct shared_volumes) / PAGE);
}

long volumes_begin(void) {
    static struct process_hooks hooks = {.exec = executes};
    const uint64_t pages = sizeof(struct shared_volumes) / PAGE;
    const bool is_next = exposed_entry(EXOS_VOLUMES);
    long error = 0;
    if (!is_next) {
        error = frames_map(0, 0, 0, EXOS_VOLUMES, pages, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED);
        if (error)
            return error;
        memset(volumes, 0, sizeof *volumes);
    }
    hooks_add(&hooks);
    volume_tree_begin();
    volume_map_begin();
    volume_text_begin();
    if (is_next) /* what the program before had of volumes, and this one is not to have */
        open_files_go_on();
    return 0;
}
