/* SPDX-License-Identifier: MIT */
/* beneath.h -- files beneath one open folder, and never anywhere else. A run folder may be a
 * stranger's: where a link stands for a folder or a file of it, what the link leads to is neither
 * read nor written.
 *
 * Names are relative, "raw/spin.0.log". ROOT is the open folder that they begin at. What fails
 * gives -1 or null with errno: ELOOP where a link stands on the way or at its end, ENODEV where
 * what stands there is no regular file, EOVERFLOW where a file is larger than TEXT_READ_MAX,
 * EINVAL for a name that is none ("", "/x", "a//b", "a/../b"). failure_set_errno has a sentence for
 * each. */
#ifndef HARNESS_BENEATH_H
#define HARNESS_BENEATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Opens the folder NAME ("" is ROOT itself); with MAKE it and its parents are made where they are
 * missing. The caller closes it. */
int beneath_folder(int root, const char *name, bool make);

/* Opens the folder that NAME lies in; *last becomes NAME's own part. */
int beneath_parent(int root, const char *name, bool make, const char **last);

/* Opens the regular file NAME for reading. */
int beneath_open(int root, const char *name);

/* The whole of it as a new string with a NUL behind; *length (may be null) its bytes. */
char *beneath_read(int root, const char *name, size_t *length);

/* Writes the file NAME under another name, syncs it and renames it, so that it is whole or as it
 * was before; the folder it lies in is made. */
int beneath_write(int root, const char *name, const void *bytes, size_t length);

/* A rename lasts only when the folder it happened in is on the disk too; a file system that cannot
 * sync a folder says EINVAL, which is no failure. */
int beneath_sync(int folder);

/* Whether the open file or folder FD is still what stands at PATH: another may have taken the name
 * while its lock was waited for. */
bool beneath_is(int fd, const char *path);

/* Removes the file NAME, or the link that stands there. */
int beneath_remove(int root, const char *name);

/* Removes NAME and, where it is a folder, all that is in it. One that is not there is fine. */
int beneath_clear(int root, const char *name);

/* Removes the folders that NAME lies in, from the innermost on, as far as they are empty but for
 * what a killed beneath_write left. */
void beneath_prune(int root, const char *name);

/* Adds the names of all that is below ROOT and no folder to *names, sorted: files,
 * links, devices. */
int beneath_list(int root, struct texts *names);

/* Renames everything below FROM to the same name below TO, folders as a whole where TO has none of
 * that name. What TO has already stays where it is, and *left counts it. */
int beneath_carry(int from, int to, size_t *left);

#endif
