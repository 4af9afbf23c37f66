/* SPDX-License-Identifier: MIT */
/* shared.h -- what all processes of an ExOS share of files, at EXOS_FILES: changed in critical
 * sections (critical.h), and told by process, so that a process that dies holds nothing: its row is
 * swept away by whoever needs what it had (open_file.c).
 *
 * A process that spoils these pages spoils files, offsets and pipes for all of this ExOS. Numbers
 * are checked where they are used, so it makes nobody touch other memory by that; and it could end
 * the others anyway, whose capability it has. */
#ifndef EXO_LIBOS_EXOS_SHARED_H
#define EXO_LIBOS_EXOS_SHARED_H

#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/process/process.h"

/* A file, wherever it lies. */
enum tree { TREE_RAM, TREE_BOOT, TREE_OTHER, TREE_NAMELESS };
struct vnode {
    uint32_t tree;
    uint32_t node;
};
static inline bool vnode_same(struct vnode a, struct vnode b) {
    return a.tree == b.tree && a.node == b.node;
}

#define TYPE_BOOT  RAMFS_TYPES /* beside those of ramfs.h */
#define FILE_TYPES (RAMFS_TYPES + 1)

struct open_file {
    uint32_t users; /* descriptors of all processes; 0: this entry is free */
    uint32_t flags;
    struct vnode at;
    uint64_t offset;
    uint32_t lock; /* enum exos_lock */
    uint32_t unused;
};
#define OPEN_FILES 1024u

/* What a process has. Descriptors above EXOS_FDS are of its regions of memory. */
#define MAPPED_FDS 16
#define ROW_FDS    (EXOS_FDS + MAPPED_FDS)
struct row {
    uint64_t pid; /* 0: nobody's */
    struct vnode directory;
    uint16_t file[ROW_FDS]; /* number of an open file + 1; 0: none */
    uint8_t cloexec[ROW_FDS];
};

struct mount {
    struct vnode covered, root;
    uint64_t used;
};
#define MOUNTS 8

/* Each change that somebody may wait for is counted with those of other files, by its node. */
#define EVENTS 32u

struct shared_files {
    uint64_t pages; /* of ram; those of this structure lie before */
    uint64_t event[EVENTS];
    struct mount mount[MOUNTS];
    struct open_file file[OPEN_FILES];
    struct row row[PROCESSES];
} __attribute__((aligned(4096)));

#define files      ((struct shared_files *)EXOS_FILES)
#define files_tree ((struct ramfs *)(EXOS_FILES + sizeof(struct shared_files)))

static inline volatile uint64_t *files_event(struct vnode at) {
    return &files->event[at.node % EVENTS];
}

/* open_file.c: descriptors. All but open_file_of() within a critical section. */
struct row *row_own(void);
/* Null: there is no such descriptor. */
struct open_file *open_file_of(int fd);
/* A descriptor of an open file, from `least` up to below `end`. -E_FULL. */
long descriptor_new(struct open_file *f, int least, int end, bool cloexec);
void descriptor_close(struct row *r, int fd);
/* A new open file, which nobody uses yet. -E_FULL: null. */
struct open_file *open_file_new(struct vnode at, unsigned flags);
/* Gives one back that nobody used. */
void open_file_drop(struct open_file *f);
/* The rows of processes that have ended are no more. True: there were some. */
bool open_files_sweep(void);
/* Rows follow processes from now on. */
void open_files_begin(void);
/* The next program of a process does not have what exec closes. */
void open_files_go_on(void);

/* tree.c: names. Within a critical section. */
long tree_list(struct vnode directory, uint64_t *place, struct ramfs_entry *entry);
unsigned tree_type(struct vnode at); /* 0: there is none */
/* What the path leads to. */
long path_find(const char *path, struct vnode *at);
/* Whether something is mounted in its place. */
bool tree_is_covered(struct vnode at);
/* Somebody needs the file, or does so no more. */
void vnode_use(struct vnode at);
void vnode_leave(struct vnode at);
/* What struct exos_stat tells of it. 0; -E_NOT_FOUND. */
long vnode_stat(struct vnode at, void *stat);
/* A new file or directory of this name: its node. */
long vnode_make(struct vnode directory, struct ramfs_name name, uint64_t type);
/* The directory of the path's last name, and that name. */
long path_parent(const char *path, struct vnode *directory, struct ramfs_name *last);

#endif
