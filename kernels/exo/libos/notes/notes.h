/* SPDX-License-Identifier: MIT */
/* notes.h -- the file system of docs/writing-a-filesystem.md: up to 31 notes, each an extent, in
 * one block. Results below 0 are -E_SOMETHING, those of store.h and
 *   -E_NOT_FOUND  no such note
 *   -E_EXISTS     there is one of that name
 *   -E_TOO_LONG   a name
 *   -E_FULL       no slot, or no blocks side by side */
#ifndef EXO_LIBOS_NOTES_H
#define EXO_LIBOS_NOTES_H

#include "exo/libos/disk/store.h"
#include "exo/libos/notes/notes_format.h"

struct notes {
    struct store *store;
    struct store_child root;
};

/* Its type, with the object file of udf/notes.bpf.c, and an empty block of notes. */
long notes_format(struct store *store, const void *object, size_t bytes);
long notes_open(struct notes *n, struct store *store);
long notes_put(struct notes *n, const char *name, const void *bytes, size_t count);
/* How many bytes it has; as many as there is room for are in `into`. */
long notes_get(struct notes *n, const char *name, void *into, size_t room);
long notes_remove(struct notes *n, const char *name);
/* The slot's name, of 0 to 30; null: it is free, or cannot be read. */
const char *notes_name(struct notes *n, unsigned slot);

#endif
