/* SPDX-License-Identifier: MIT */
/* directory.h -- what names lead to, and directories, which lead there. A directory is an object
 * with operations, so that any module can implement one: plain directories, which have entries, are
 * this folder's (names.h); one of an extension makes up what it shows. */
#ifndef SPIN_NAMES_DIRECTORY_H
#define SPIN_NAMES_DIRECTORY_H

#include "spin/core/dispatch/binding/module.h"
#include "spin/services/names/path.h"

/* A kind of object that names lead to. Its address is its identity: who looks for an object of one
 * type gets none of another. */
struct name_type {
    const char *name;
    void (*hold)(void *object); /* both null: nobody counts its holders */
    void (*release)(void *object);
};

/* A typed reference. */
struct named {
    const struct name_type *type;
    void *object;
};

void named_hold(const struct named *named);
/* Of no object is allowed. */
void named_release(const struct named *named);

/* What a directory has under a name: an object, held for who asked, or another name for one. */
struct found {
    struct named object;
    char alias[PATH_BYTES_MAX]; /* "": it is the object */
};

struct directory_entry {
    char name[PATH_NAME_MAX];
    const struct name_type *type; /* null: an alias */
};

struct directory {
    const struct directory_operations *operations;
    uint32_t holders; /* changed in one step: any strand may be interrupted by another one */
};

/* Each is told who asks, by the kernel. */
struct directory_operations {
    /* 0, or -E_NOT_FOUND, -E_PERM, -E_NO_MEMORY. */
    int (*find)(struct directory *d, const struct module *by, const char *name,
                struct found *found);
    /* The entry behind the one that *cookie stands for, 0 being before the first, and its cookie.
     * An entry that is there all the while that somebody lists is listed once, whatever else comes
     * and goes; a cookie is good for as long as the directory. 0, or -E_NOT_FOUND: that was all. */
    int (*list)(struct directory *d, const struct module *by, uint64_t *cookie,
                struct directory_entry *entry);
    /* The last holder is gone. */
    void (*destroy)(struct directory *d);
};

/* The type of directories, whose object is a struct directory. */
extern const struct name_type name_directory;

#endif
