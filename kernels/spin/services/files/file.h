/* SPDX-License-Identifier: MIT */
/* file.h -- files of volumes: names, open files, what is read and written. Paths begin with a
 * volume's (volume.h). All of it waits for the disk where it must, for its caller: a thread of the
 * kernel. Errors are those of the file system (file_system.h), besides what is said:
 * -E_NOT_FOUND: no volume, or no such name; -E_READ_ONLY; -E_IO; -E_DEAD: the extension has
 * failed; -E_TOO_LONG: a name. */
#ifndef SPIN_SERVICES_FILES_FILE_H
#define SPIN_SERVICES_FILES_FILE_H

#include "spin/services/files/file_policies.h"
#include "spin/services/files/volume.h"

#define FILES_KEPT 1024 /* of a volume, that nobody has open */

enum { FILE_OPEN_WRITE = 1, FILE_OPEN_CREATE = 2, FILE_OPEN_NEW = 4 /* there is none */ };

/* What is known of a file while somebody has it, and for a while after. */
struct file {
    struct directory directory; /* its holders, the name server's, are one of the file's */
    struct list link;           /* of its bucket */
    struct list idle;           /* of those that nobody holds */
    struct volume *volume;
    struct block_cache *cache; /* its own, the volume's, or none: changed under the mutex */
    struct block_cache *own;   /* by file_set_cache */
    bool uncached;             /* by the same */
    uint32_t holders;          /* more at any time, by who holds it; fewer under the mutex */
    uint64_t number;
    struct file_facts facts;
    bool stale;       /* the extension is asked for the facts */
    bool unlinked;    /* its last name is gone */
    uint64_t next;    /* page that is read next by who reads one after the other */
    uint64_t changes; /* how often its bytes were about to be changed */
};

/* A reference of somebody who has opened it. */
struct open_file {
    struct file *file;
    uint32_t holders; /* changed in one step */
    bool writes;
    uint64_t at; /* for who says no place */
};
extern const struct name_type name_file, name_open_file;

/* How often something was about to be changed in any volume, or one was mounted. */
extern volatile uint64_t file_changes;

#define FILE_AT UINT64_MAX /* where the last one ended */

int file_open(const char *path, unsigned how, struct open_file **o);
void file_close(struct open_file *o);
/* How many bytes; 0: the file ends there. The memory is the kernel's, or the current process's:
 * -E_FAULT. */
long file_read(struct open_file *o, void *to, size_t n, uint64_t at, bool user);
long file_write(struct open_file *o, const void *from, size_t n, uint64_t at, bool user);
/* -E_INVALID: a file of a volume without a cache grows by writing alone. */
int file_truncate(struct open_file *o, uint64_t bytes);
/* All of the volume that was changed is on the disk. */
int file_sync(struct open_file *o);
/* Entries of a directory from a cookie on, 0 at first, to memory of the kernel or the current
 * process. -E_NOT_FOUND: there are none; -E_FAULT. */
int file_list_some(struct open_file *o, uint64_t cookie, struct file_list *to, bool user);
/* Nothing of it that is on the disk stays in memory. */
int file_forget(struct open_file *o);
/* From now on it has a cache of its own, of so many pages, with this policy, an extension that is
 * loaded if need be; 0: none. */
int file_set_cache(struct open_file *o, unsigned pages, const char *policy);

int file_stat(const char *path, struct file_facts *facts);
int file_change_mode(const char *path, unsigned long mode);
int file_mkdir(const char *path);
/* A symbolic link of this path, and where one leads. -E_TOO_LONG: that is above FILE_NAME_MAX. */
int file_symlink(const char *to, const char *path);
int file_read_link(const char *path, char to[FILE_NAME_MAX + 1]);
int file_remove(const char *path, bool directory);
/* -E_ELSEWHERE: it is of another volume, or the file system does not move this there: the caller
 * copies. */
int file_move(const char *from, const char *to);
int file_name_too(const char *path, const char *to);

/* Of a volume's cache, and those that its files have of their own. */
struct cache_counts volume_cache_counts(const struct volume *v);

/* --- For this folder; by who has the volume's mutex, but for the first three --- */

void blocks_init(void);
extern const struct directory_operations file_directory_operations;
void file_directory_init(void);
int file_directory_attach(struct volume *v);
/* -E_BUSY: somebody has its root. */
int file_directory_detach(struct volume *v);

int file_get(struct volume *v, uint64_t number, struct file **file);
/* By who has it already; without the mutex, too. */
void file_hold(struct file *f);
void file_put(struct file *f);
/* No page of it from this one on is in memory. */
void file_drop_pages(struct file *f, uint64_t from);
/* Those that nobody holds go. */
void files_let_go(struct volume *v, unsigned kept);
int file_open_as(struct file *f, bool writes, struct open_file **o);
/* Its pages are in the cache that it is to have, if any, from now on. */
int file_choose_cache(struct file *f);
/* Room in the cache for what a call may change. -E_READ_ONLY; -E_IO. */
/* The file of that name, of so many bytes, in the directory. */
int file_find_name(struct volume *v, uint64_t directory, const char *name, long n, uint64_t *file);
/* Entries from a cookie on, in v->call, whose number is that of what is behind them; and the one at
 * a word there. */
int file_list_entries(struct file *f, uint64_t cookie);
struct file_entry *file_entry_at(struct volume *v, uint64_t word);
int file_begin_change(struct volume *v);
/* file_walk.c: the file that a path leads to, had (file_put); or the directory that its last name
 * is in, and that name: -E_INVALID: it has none. */
int file_walk(struct volume *v, const char *path, struct file **f);
int file_walk_to_last(struct volume *v, const char *path, uint64_t *directory, const char **last,
                      long *n);
int file_target_of(struct file *f, char to[FILE_NAME_MAX + 1]);
void file_set_name(char into[FILE_NAME_MAX + 1], unsigned long *bytes, const char *name, long n);
/* Where so many blocks are. */
int file_map_blocks(struct file *f, uint64_t first, unsigned count, bool write, uint32_t *block);
/* It has so many from now on. */
int file_set_bytes(struct file *f, uint64_t bytes);
/* The bytes go between disk and reader, by no cache. */
long file_move_direct(struct file *f, void *memory, size_t n, uint64_t at, bool user, bool write);
/* Zeros behind the end that it is to have, in that block. */
int file_clear_direct(struct file *f, uint64_t bytes);
/* Copies between a file's bytes and who asked. */
int file_copy(void *memory, void *bytes, size_t n, bool user, bool write);

#endif
