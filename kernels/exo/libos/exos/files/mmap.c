/* SPDX-License-Identifier: MIT */
/* mmap.c -- see mmap.h. Rights are in the page tables themselves, and say to the handler of faults
 * what to do; the list of areas says what is whose. */
#include "exo/libos/exos/files/mmap.h"

#include "exo/defence.h"
#include "exo/libos/exos/area/area.h"
#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/other_tree.h"
#include "exo/libos/exos/memory/map.h"
#include "exo/libos/exos/process/critical.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "lib/error.h"
#include "lib/string.h"

#define LOWEST  0x100000000000ul
#define HIGHEST 0x500000000000ul
#define BREAK   0x0c0000000000ul
#define RIGHTS  (EXO_WRITE | EXO_NO_EXEC)

static struct areas areas;

const struct area *mmap_area(uint64_t at) {
    return area_find(&areas, at);
}

static bool are_pages(uint64_t at, uint64_t bytes) {
    return at % PAGE == 0 && bytes && bytes % PAGE == 0 && at < EXOS_FILES &&
           bytes <= EXOS_FILES - at;
}

/* Whether the kernel has pages with these rights; *bits are their entries'. */
static bool bits_of(unsigned rights, uint64_t *bits) {
    *bits = (rights & EXOS_WRITE ? EXO_WRITE : 0) | (rights & EXOS_EXECUTE ? 0 : EXO_NO_EXEC);
    return (rights & EXOS_READ) && !((rights & EXOS_WRITE) && (rights & EXOS_EXECUTE));
}

/* Descriptors of files of which no page is mapped any more are closed. */
static void close_unused(void) {
    for (int fd = EXOS_FDS; fd < (int)ROW_FDS; fd++) {
        bool used = false;
        for (unsigned i = 0; i < areas.count; i++)
            used = used || areas.area[i].fd == fd;
        if (!used && row_own()->file[fd])
            descriptor_close(row_own(), fd);
    }
}

/* --- Files --- */

/* What an area keeps of the open file: a descriptor of its own. */
static long keep(int fd, unsigned rights, unsigned how) {
    struct open_file *f = open_file_of(fd);
    if (!f)
        return -E_NOT_FOUND;
    if (tree_type(f->at) != RAMFS_FILE)
        return -E_INVALID;
    if (!(f->flags & EXOS_READ) ||
        ((how & EXOS_MAP_SHARED) && (rights & EXOS_WRITE) && !(f->flags & EXOS_WRITE)))
        return -E_PERM;
    return DEFENDED(MAP_KEEPS) ? descriptor_new(f, EXOS_FDS, ROW_FDS, false) : fd;
}

/* The entry of the index-th page of the file; 0: it has no such page. */
static uint64_t entry_of_file(int fd, uint64_t index, uint64_t bits, bool shared) {
    struct exos_stat s;
    critical_begin();
    const struct open_file *f = open_file_of(fd);
    long page = -E_NOT_FOUND;
    if (f && !vnode_stat(f->at, &s) && index < (s.size + PAGE - 1) / PAGE)
        page = ramfs_page(files_tree, f->at.node, index);
    critical_end();
    if (page < 0)
        return 0;
    uint64_t frame = exposed_entry((uint64_t)files_tree + (uint64_t)page * PAGE) & EXO_FRAME_OF;
    if (shared || !DEFENDED(MAP_PRIVATE))
        return frame | EXO_PRESENT | EXOS_SHARED | bits;
    return frame | EXO_PRESENT | (bits & EXO_NO_EXEC) | (bits & EXO_WRITE ? EXOS_COPIED : 0);
}

static long map_file(uint64_t at, uint64_t bytes, uint64_t bits, bool shared, int fd,
                     uint64_t offset) {
    const struct open_file *f = open_file_of(fd);
    long error = memory_map((struct exo_pages){at, 0, bytes / PAGE});
    if (!error && f && f->at.tree == TREE_OTHER)
        return other_tree->mapped(fd, at, offset / PAGE, shared && (bits & EXO_WRITE));
    for (uint64_t n = 0; !error && n < bytes / PAGE; n++) {
        uint64_t entry = entry_of_file(fd, offset / PAGE + n, bits, shared);
        if (entry)
            error = memory_map((struct exo_pages){at + n * PAGE, entry, 1});
    }
    return error;
}

/* --- Zeroes --- */

static long map_zeroes(uint64_t at, uint64_t bytes, uint64_t bits, bool shared) {
    if (!shared)
        return exos_map_zero(at, bytes / PAGE, bits);
    long error = exos_unmap(at, bytes / PAGE);
    if (!error)
        error = frames_map(0, 0, 0, at, bytes / PAGE, EXO_WRITE | EXO_NO_EXEC | EXOS_SHARED);
    if (error)
        return error;
    memset((void *)at, 0, bytes);
    return memory_protect((struct exo_protect){at, bytes / PAGE, RIGHTS & ~bits, bits & RIGHTS});
}

/* --- The calls --- */

long exos_mmap(uint64_t at, uint64_t bytes, unsigned rights, unsigned how, int fd,
               uint64_t offset) {
    uint64_t bits;
    long error;
    bool shared = how & EXOS_MAP_SHARED;
    if (!(how & EXOS_MAP_FIXED))
        at = area_gap(&areas, LOWEST, HIGHEST, bytes);
    if (!bits_of(rights, &bits) || (at && !are_pages(at, bytes)) || offset % PAGE ||
        offset + bytes < offset)
        return -E_INVALID;
    struct area new = {at, at + bytes, rights, shared ? AREA_SHARED : AREA_PRIVATE, -1};
    if (fd >= 0) {
        critical_begin();
        long kept = keep(fd, rights, how);
        critical_end();
        if (kept < 0)
            return kept;
        new.fd = (int)kept;
    }
    if (!at || !area_add(&areas, new)) {
        error = -E_FULL; /* and what is there stays */
    } else {
        error = fd >= 0 ? map_file(at, bytes, bits, shared, new.fd, offset)
                        : map_zeroes(at, bytes, bits, shared);
        if (error)
            exos_munmap(at, bytes);
    }
    critical_begin();
    close_unused();
    critical_end();
    return error ? error : (long)at;
}

long exos_munmap(uint64_t at, uint64_t bytes) {
    if (!are_pages(at, bytes))
        return -E_INVALID;
    if (!area_cut(&areas, at, at + bytes))
        return -E_FULL;
    long error = exos_unmap(at, bytes / PAGE);
    critical_begin();
    close_unused();
    critical_end();
    return error;
}

/* What the entry of a page becomes; the frame that it has stays. */
static uint64_t with_rights(uint64_t entry, uint64_t bits) {
    uint64_t same = entry & ~(RIGHTS | EXOS_COPIED);
    if (!(entry & EXO_PRESENT))
        return entry & EXOS_ZERO ? EXOS_ZERO | bits : entry;
    if (entry & EXOS_SHARED)
        return same | bits;
    return same | (bits & EXO_NO_EXEC) | (bits & EXO_WRITE ? EXOS_COPIED : 0);
}

/* Pages that follow each other and have the same to change are changed by one call. */
static long change_run(uint64_t at, uint64_t pages, uint64_t from, uint64_t to) {
    if (from == to)
        return 0;
    if (from & EXO_PRESENT)
        return memory_protect((struct exo_protect){at, pages, from & ~to, to & ~from});
    return memory_map((struct exo_pages){at, to, pages});
}

/* Of an entry what a change of rights depends on. */
static uint64_t kind_of(uint64_t entry) {
    const uint64_t bits = EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC | EXO_SOFTWARE;
    return entry & EXO_PRESENT ? entry & bits : entry;
}

long exos_mprotect(uint64_t at, uint64_t bytes, unsigned rights) {
    uint64_t bits;
    long error = 0;
    if (!bits_of(rights, &bits) || !are_pages(at, bytes))
        return -E_INVALID;
    if (!area_covers(&areas, at, at + bytes))
        return -E_NOT_FOUND;
    for (unsigned i = 0; i < areas.count; i++) {
        const struct area *a = &areas.area[i];
        const struct open_file *f =
            a->kind == AREA_SHARED && a->fd >= 0 ? open_file_of(a->fd) : NULL;
        if (a->at < at + bytes && a->end > at && f && (rights & EXOS_WRITE) &&
            !(f->flags & EXOS_WRITE))
            return -E_PERM;
    }
    if (!area_set(&areas, at, at + bytes, rights))
        return -E_FULL;
    for (uint64_t end = at + bytes, n; !error && at < end; at += n * PAGE) {
        uint64_t kind = kind_of(exposed_entry(at));
        for (n = 1; at + n * PAGE < end && kind_of(exposed_entry(at + n * PAGE)) == kind;)
            n++;
        error = change_run(at, n, kind, with_rights(kind, bits));
    }
    return error;
}

long exos_brk(uint64_t end) {
    static uint64_t now = BREAK;
    uint64_t old = (now + PAGE - 1) & -PAGE, new = (end + PAGE - 1) & -PAGE;
    long error = 0;
    if (!end)
        return (long)now;
    if (end < BREAK || end > LOWEST)
        return -E_INVALID;
    if (new > old)
        error = exos_map_zero(old, (new - old) / PAGE, RIGHTS);
    else if (new < old)
        error = exos_unmap(new, (old - new) / PAGE);
    if (!error)
        now = end;
    return error ? error : (long)end;
}
