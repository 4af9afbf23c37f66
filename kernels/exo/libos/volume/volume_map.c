/* SPDX-License-Identifier: MIT */
/* volume_map.c -- pages of memory that show a file's blocks: the very frames of the registry, by
 * XN's leave, when they are touched. A child has none of them, and touches them anew. */
#include "exo/libos/volume/volume_own.h"

#include "exo/defence.h"
#include "exo/libos/exos/area/area.h"
#include "exo/libos/exos/files/mmap.h"
#include "exo/libos/exos/files/shared.h"
#include "exo/libos/exos/memory/fault.h"
#include "exo/libos/exos/memory/map.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/trap_frame.h"

#define COPY_AT (SCRATCH - PAGE) /* a page that is copied is made here */

/* Of each descriptor that memory keeps: where its file's first page would be. */
static uint64_t base[MAPPED_FDS];

long volume_mapped(int fd, uint64_t at, uint64_t index, bool writes) {
    base[fd - EXOS_FDS] = at - index * PAGE;
    const struct volume_node *n = node_at(open_file_of(fd)->at.node);
    return n && writes && volume_is_text(n->volume, &n->id) ? -E_BUSY : 0;
}

/* How many mappings of the block there are beside this process's window; those that write it. */
static uint32_t shown(struct xn_store *x, uint32_t block, bool writes) {
    const volatile struct xn_entry *e = xn_entry(x, block);
    const struct xn_page *p = xn_page_of(x, block);
    if (!e || !e->frame)
        return 0;
    const volatile struct exo_frame *f = exposed_frame(e->frame);
    return writes ? f->writers - (p && p->writable) : f->readers + f->writers - (p && p->mapped);
}

/* The same beside all processes' windows. */
static bool is_shown(unsigned v, uint32_t block, bool writes) {
    struct xn_store *x = xn_store_of(volume_store(v));
    return shown(x, block, writes) && (!volume_alone(v) || shown(x, block, writes));
}

long volume_is_shown(unsigned v, struct cffs_id id, uint64_t index) {
    struct cffs *fs = &volumes->volume[v].fs;
    struct cffs_stat s;
    struct store_child child;
    long error = id.slot ? cffs_stat(fs, id, &s) : 0;
    for (; !error && id.slot && DEFENDED(VOLUME_SHOWN) && index * PAGE < s.size; index++) {
        error = cffs_block(fs, id, index, &child);
        if (!error && child.at.count && is_shown(v, child.at.block, false))
            error = -E_BUSY;
    }
    return error;
}

/* Where the index-th block of the file is, in core; a hole gets one where `make`. */
static long bring(unsigned v, struct cffs_id id, uint64_t index, bool make,
                  struct store_child *child) {
    struct cffs *fs = &volumes->volume[v].fs;
    struct cffs_stat s;
    unsigned char *bytes;
    long error = cffs_stat(fs, id, &s);
    if (!error && index >= (s.size + PAGE - 1) / PAGE)
        error = -E_NOT_FOUND;
    if (!error)
        error = cffs_block(fs, id, index, child);
    if (!error && !child->at.count && make && cffs_write(fs, id, index * PAGE, "", 1) == 1)
        error = cffs_block(fs, id, index, child);
    if (error || !child->at.count)
        return error;
    error = store_get(fs->store, child, 0, STORE_READ, &bytes);
    if (!error)
        store_put(fs->store, child->at.block);
    return error;
}

/* The block's frame is at this page of the environment (0: this one). */
static long show(unsigned v, uint64_t env, const struct store_child *child, uint64_t at,
                 uint64_t bits) {
    struct xn_store *x = xn_store_of(volume_store(v));
    long result;
    if (bits & EXO_WRITE)
        xn_note_dirty(x, child->at.block);
    do
        result = exo_xn_block(xn_how(x, EXO_XN_MAP), EXO_XN_AT(child->parent, child->partition),
                              env << 32 | child->at.block, at, bits);
    while (xn_again(x, &result));
    return result;
}

long volume_show(unsigned v, struct cffs_id id, uint64_t index, uint64_t env, uint64_t at,
                 uint64_t bits) {
    struct store_child child;
    long error = bring(v, id, index, false, &child);
    if (!error && !child.at.count)
        error = -E_NOT_FOUND;
    if (!error && is_shown(v, child.at.block, true))
        error = -E_BUSY;
    return error ? error : show(v, env, &child, at, bits);
}

/* A page of a private mapping is this process's own from now on. */
static bool copy(uint64_t at, uint64_t bits) {
    if (frames_map(0, 0, 0, COPY_AT, 1, EXO_WRITE | EXO_NO_EXEC))
        return false;
    memcpy((void *)COPY_AT, (const void *)at, PAGE);
    const uint64_t frame = exposed_entry(COPY_AT) & EXO_FRAME_OF;
    bool done = !memory_map((struct exo_pages){at, frame | EXO_PRESENT | bits, 1});
    (void)memory_map((struct exo_pages){COPY_AT, 0, 1});
    return done;
}

static bool fill(const struct area *a, uint64_t at, const struct volume_node *n) {
    const bool shared = a->kind == AREA_SHARED, writes = a->rights & EXOS_WRITE;
    const uint64_t no_exec = a->rights & EXOS_EXECUTE ? 0 : EXO_NO_EXEC;
    const uint64_t bits = !writes ? 0 : shared ? EXO_WRITE : EXOS_COPIED;
    struct store_child child;
    long error = shared && writes && volume_is_text(n->volume, &n->id) ? -E_BUSY : 0;
    if (!error)
        error = bring(n->volume, n->id, (at - base[a->fd - EXOS_FDS]) / PAGE, shared, &child);
    if (!error && !child.at.count) /* a hole */
        error = frames_map(0, 0, 0, at, 1, (writes ? EXO_WRITE : 0) | EXO_NO_EXEC);
    else if (!error)
        error = show(n->volume, 0, &child, at, bits | no_exec | EXOS_OWN);
    return !error || error == -E_EXISTS;
}

static bool fault(uint64_t at, uint64_t error) {
    const struct area *a = mmap_area(at);
    const struct open_file *f = a && a->fd >= EXOS_FDS ? open_file_of(a->fd) : NULL;
    const uint64_t entry = exposed_entry(at);
    if (!f || f->at.tree != TREE_OTHER || volumes->lock.holder == (uint64_t)exo_env_self())
        return false;
    if (entry & EXO_PRESENT)
        return (error & TRAP_PAGE_WRITE) && (entry & EXOS_COPIED) &&
               copy(at, EXO_WRITE | EXO_NO_EXEC);
    volumes_enter();
    const struct volume_node *n = node_at(f->at.node);
    bool done = n && !volume_open(n->volume) && fill(a, at, n);
    volumes_leave();
    return done;
}

void volume_map_begin(void) {
    fault_of_file = fault;
}
