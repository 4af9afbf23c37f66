/* SPDX-License-Identifier: MIT */
/* file_system.h -- how an extension is a file system. It handles the events below for volumes that
 * were mounted with it (INSTEAD), and knows its format and nothing else: names, open files, caches,
 * requests to the disk and who may what are the kernel's (volume.h). Where a file's bytes are it
 * says block by block (File.Map); they never pass through it.
 *
 *     INSTEAD(file_map) long map(struct volume *v, struct file_call *c) {
 *         struct block *b = block_read(v, table_of(c->file));
 *         if (!b)
 *             return -E_DEAD;
 *         ...                     at most 32 at once, each to be given back
 *         block_release(b);
 *         return 0;
 *     }
 *
 * One call of a volume is under way at a time, and may wait for the disk. It is metered: loops need
 * not be proven to end, and one that does not is ended, with the volume read-only from then on.
 * Blocks are numbered from the volume's start, in its own size. */
#ifndef SPIN_SERVICES_FILES_FILE_SYSTEM_H
#define SPIN_SERVICES_FILES_FILE_SYSTEM_H

#include "spin/core/event.h"
#include "spin/file_abi.h"

#define BLOCK_BYTES     4096
#define FILE_NAME_MAX   255
#define FILE_MODE_MAX   07777
#define FILE_BOOT_BYTES 1024 /* before a volume is known: blocks of so many bytes */
#define VOLUME_WORDS    512  /* that a file system keeps of each of its volumes */

/* A volume: an extension can name those alone that it is called for. */
struct volume;

/* A block in memory; behind the volume's size of a block is nothing. */
struct block {
    unsigned char byte[BLOCK_BYTES];
};

/* What a file system keeps of a volume while it is mounted: zeros at first. */
struct volume_memory {
    unsigned long word[VOLUME_WORDS];
};

enum {
    FILE_PLAIN = 1, /* kinds */
    FILE_DIRECTORY = 2,
    FILE_OTHER = 3, /* devices and the like: they can be named, and taken away */
    FILE_SYMLINK = 4,

    FILE_WRITE = 1,    /* flags. Of File.Map: it is about to be written; of the volume: it may be */
    FILE_UNCACHED = 2, /* of the volume: no block of a file stays in memory */
    FILE_FRESH = 4     /* by File.Map: the blocks had no place before */
};

struct file_facts {
    unsigned long kind, bytes, links, mode, owner, time; /* time: of the last change */
};

/* What a call is told, and what it tells, by its event. */
struct file_call {
    unsigned long file;   /* the file, or the directory that `name` is in */
    unsigned long other;  /* the file that is found or made; a second directory */
    unsigned long number; /* of a block in the file; bytes; a cookie */
    unsigned long count;  /* blocks that follow each other */
    unsigned long block;  /* of the volume; 0: there is none, zeros are read */
    unsigned long flags;
    unsigned long now; /* seconds since 1970 */
    struct file_facts facts;
    unsigned long name_bytes, to_bytes;
    char name[FILE_NAME_MAX + 1], to[FILE_NAME_MAX + 1]; /* NUL behind them */
    uint32_t listed[FILE_LIST_WORDS];                    /* entries (file_abi.h) */
};

/* Each gives 0, or -E_SOMETHING of lib/error.h, and has changed nothing then. */
#define FILE_SYSTEM_EVENTS(X)                                                                      \
    /* Reads what the volume is: `file` becomes the root's number, `count` a block's bytes (1,024, \
     * 2,048, 4,096), `number` how many there are, flags. flags on entry: it may be written.       \
     * -E_INVALID: another format; -E_DAMAGED: `name` is the field, in `block`, that cannot be;    \
     * -E_NO_CALL: a feature that it does not know, whose name is in `name`. */                    \
    X(volume_mount, "Volume.Mount")                                                                \
    /* Writes an empty volume of `number` blocks of FILE_BOOT_BYTES, and `name` as its name.       \
     * -E_FULL: they are too few; -E_NO_CALL: it cannot. */                                        \
    X(volume_format, "Volume.Format")                                                              \
    /* All that is known is put into blocks; flags without FILE_WRITE: it is about to be           \
     * unmounted. */                                                                               \
    X(volume_sync, "Volume.Sync")                                                                  \
    /* `other` becomes the file of this name in the directory `file`. -E_NOT_FOUND. */             \
    X(file_find, "File.Find")                                                                      \
    /* `facts` of `file`. */                                                                       \
    X(file_facts, "File.Facts")                                                                    \
    /* `mode`, `owner`, `time` of `file` become those of `facts`. */                               \
    X(file_change, "File.Change")                                                                  \
    /* Where the file's block `number` is: `block`, and in `count` (not 0, at most what it was)    \
     * how many follow it, on the disk or as a hole. FILE_WRITE: all of them have a place then,    \
     * and FILE_FRESH says that they had none before; `block` on entry, unless 0: a policy says    \
     * that the first had best be there. -E_FULL. */                                               \
    X(file_map, "File.Map")                                                                        \
    /* The file has `number` bytes from now on; what is behind is given up. */                     \
    X(file_resize, "File.Resize")                                                                  \
    /* A new file of this kind and mode with this name, a link to `to`; `other` becomes it.        \
     * -E_EXISTS; -E_FULL; -E_NO_CALL: it has no such kind. */                                     \
    X(file_make, "File.Make")                                                                      \
    /* The file `other`, no directory, has this name in `file`, too. -E_EXISTS; -E_FULL. */        \
    X(file_link, "File.Link")                                                                      \
    /* The name goes; `other` becomes the file that had it, `facts.links` how many names it has    \
     * still. It stays until File.Free. flags: FILE_DIRECTORY: it must be a directory, and empty:  \
     * -E_EXISTS; else it must be none: -E_INVALID. */                                             \
    X(file_unlink, "File.Unlink")                                                                  \
    /* The name in `file` becomes `to` in `other`; a file that has that name loses it: `block`     \
     * becomes that file, or 0, `facts.links` its other names. -E_ELSEWHERE: a directory that does \
     * not go there. */                                                                            \
    X(file_rename, "File.Rename")                                                                  \
    /* Entries from cookie `number` on (0: the first) in `listed`, and in `count` how many words   \
     * they take. -E_NOT_FOUND: there are none. */                                                 \
    X(file_list, "File.List")                                                                      \
    /* `to` becomes where the symbolic link leads. -E_TOO_LONG: it has no room there. */           \
    X(file_target, "File.Target")                                                                  \
    /* It has no name, and nobody has it open: all that it had is free. */                         \
    X(file_free, "File.Free")

#define FILE_SYSTEM_EVENT(id, name)                                                                \
    EVENT_DECLARE(id, long, (struct volume * volume, struct file_call * call));
FILE_SYSTEM_EVENTS(FILE_SYSTEM_EVENT)
#undef FILE_SYSTEM_EVENT

#ifdef __BPF__
#define BLOCKS extern __attribute__((section(".ksyms")))
#else
#define BLOCKS
#endif

/* What a file system calls: the domain /svc/domains/Blocks. Each may wait for the disk. */

/* The block, in place, held until it is released. Null: there is none of this number, it cannot be
 * read, or too much is held. */
BLOCKS struct block *block_read(struct volume *v, unsigned long number);
/* The same of a block whose contents do not matter: it is zeros, and is written. */
BLOCKS struct block *block_new(struct volume *v, unsigned long number);
/* Of null nothing. */
BLOCKS void block_release(struct block *b);
/* It was changed, or is about to be, by who holds it: it is written, some time. */
BLOCKS void block_changed(struct volume *v, unsigned long number);
/* What was changed in `first` until now is on the disk before what is changed in `then` from now
 * on: called between the two changes. 0, or -E_IO: the disk has failed. */
BLOCKS int block_order(struct volume *v, unsigned long first, unsigned long then);
/* These blocks have no meaning any more: what was changed in them is not written. */
BLOCKS void block_forget(struct volume *v, unsigned long number, unsigned long count);
/* All that was changed in blocks until now is on the disk: what was freed can be used again. 0, or
 * -E_IO. */
BLOCKS int block_sync(struct volume *v);
/* Never null. */
BLOCKS struct volume_memory *volume_memory(struct volume *v);

#endif
