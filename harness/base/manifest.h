/* SPDX-License-Identifier: MIT */
/* manifest.h -- which files of a run folder the harness itself wrote: what it may replace or
 * remove, and nothing else. The list is the run's file `manifest`, a name a line. A name is added
 * before its file is written, so that also what a killed harness left is known; one without a file
 * means nothing.
 *
 * A name counts only if it is one that the harness gives (the table in manifest.c), so no manifest
 * of a stranger's run can make us remove notes.txt. A run without a manifest is an older one's:
 * what has such a name is then taken for ours. */
#ifndef HARNESS_MANIFEST_H
#define HARNESS_MANIFEST_H

#include <stdbool.h>

#include "base/text.h"

#define MANIFEST_NAME "manifest"

/* Whether NAME is one that the harness gives to a file of a run. */
bool manifest_fits(const char *name);

/* All below give 0, or -1 with errno. */

/* Reads the manifest of the run in ROOT, or works it out where there is none. */
int manifest_load(struct texts *names, int root);

/* Adds NAME, also to the file. */
int manifest_note(struct texts *names, int root, const char *name);

/* Writes the list as it is, sorted: two equal runs have equal manifests. */
int manifest_save(struct texts *names, int root);

/* Whether the folders of all NAMES are folders, or missing (ELOOP where one is a link). */
int manifest_reach(const struct texts *names, int root);

/* Removes from ROOT all that NAMES lists, the manifest too, and the folders that are then empty.
 * Where a link stands for one of these folders nothing at all is removed (ELOOP). */
int manifest_remove(const struct texts *names, int root);

#endif
