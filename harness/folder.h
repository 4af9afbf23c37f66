/* SPDX-License-Identifier: MIT */
/* folder.h -- a run folder on disk: one user at a time, every file whole or not there, and a good
 * run never overwritten by a failed one.
 *
 * Rules of use. `run` and `import` call folder_create, write, and end with folder_finish; `report`
 * calls folder_open, writes, and ends with folder_close. Where PATH already holds a complete run,
 * the new one is made beside it in PATH.partial, and folder_finish(good) swaps the two in one step.
 * A folder that is neither empty nor a run is not touched (42). The lock is flock(2) on the folder
 * itself, so it ends with the process, however that ends, and leaves no file behind.
 *
 * Errors: functions that can fail give 0 or an exit status and explain it in *why: 42 in use, not
 * writable or not a run, 43 no space left. */
#ifndef HARNESS_FOLDER_H
#define HARNESS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

struct folder {
    char *path; /* where the run is to be found in the end, as the user named it */
    char *work; /* where it is made: PATH itself or PATH.partial; build paths of raw logs on it */
    int lock;   /* holds PATH */
    int work_lock; /* holds WORK where that is another folder, else -1 */
};

/* Takes PATH for a new run, creating it and its parents: empty, a failed run (removed), or a good
 * run (kept until folder_finish). */
int folder_create(struct folder *f, const char *path, struct failure *why);

/* Takes an existing run (it must hold run.json) to rebuild what is derived. */
int folder_open(struct folder *f, const char *path, struct failure *why);

/* All names below are relative to the run: "raw/spin.0.log". */

/* Makes a subfolder and its parents; one that exists is fine. */
int folder_make(struct folder *f, const char *name, struct failure *why);

/* Writes a file under a temporary name, syncs and renames it; its subfolder is made if needed. */
int folder_write(struct folder *f, const char *name, const void *bytes, size_t length,
                 struct failure *why);

/* The same with a copy of the file at PATH_FROM. */
int folder_copy(struct folder *f, const char *name, const char *path_from, struct failure *why);

/* The same for a file that another program (gnuplot) wrote in the run under the name TEMPORARY. */
int folder_adopt(struct folder *f, const char *temporary, const char *name, struct failure *why);

/* NAME's whole path inside the work folder, as a new string. */
char *folder_path(const struct folder *f, const char *name);

/* 0 if at least NEED bytes are free where the run is made, else 43. QEMU writes its serial log
 * without a word when the disk is full: call it before a boot and again after it. */
int folder_space(struct folder *f, uint64_t need, struct failure *why);

/* Ends a new run. Good, or nothing good was there before: it is at PATH from now on. Failed beside
 * a good one: it stays at PATH.partial, which *where (may be null; a new string) then names. */
int folder_finish(struct folder *f, bool good, char **where, struct failure *why);

/* Points the link LATEST in PATH's parent folder at PATH; something other than a link is left. */
int folder_link_latest(const struct folder *f, struct failure *why);

/* Gives the folder back; after folder_create without folder_finish what was written stays in WORK.
 * Fine on one that could not be taken. */
void folder_close(struct folder *f);

#endif
