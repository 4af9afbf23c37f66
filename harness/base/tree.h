/* SPDX-License-Identifier: MIT */
/* tree.h -- where the source tree is, and paths in it. The harness works from any current
 * directory: its own files are found from the place of its binary (ROOT/build/host/exospin), else
 * from the current directory upwards; the environment variable EXOSPIN_TREE overrides both. */
#ifndef HARNESS_TREE_H
#define HARNESS_TREE_H

/* The root's absolute path without a slash at its end; ends the process (32) where there is none.
 * Not to be freed. */
const char *tree_root(void);

/* ROOT/relative as a new string, which the caller frees. */
char *tree_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* PATH relative to the root where it lies inside, else PATH itself: what a run may record. Not to
 * be freed before PATH. */
const char *tree_relative(const char *path);

/* The same for a message: as it is opened from where the user stands, and so relative only where
 * that is the root. */
const char *tree_shown(const char *path);

#endif
