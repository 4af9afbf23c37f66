/* SPDX-License-Identifier: MIT */
/* folder.h -- a run folder on disk: one user at a time, every file whole or not there, nothing
 * lost, and nothing outside it touched.
 *
 * Rules of use. `run` and `import` call folder_create, write, and end with folder_finish; `report`
 * calls folder_open, writes, and ends with folder_settle and folder_close. A folder with anything
 * in it is refused (42) unless FORCE is given and it holds a run; then what the harness wrote (its
 * manifest, manifest.h) gives way to the new run, and whatever else lies there stays. Where PATH
 * holds a complete run, the new one is made beside it in PATH.partial, and folder_finish(good)
 * swaps the two in one step. The lock is flock(2) on the folder itself, so it ends with the
 * process, however that ends, and leaves no file behind.
 *
 * PATH may be a link to a run, as results/latest is: it is resolved first of all. Inside a run no
 * link is followed (beneath.h).
 *
 * Errors: functions that can fail give 0 or an exit status and explain it in *why: 42 in use, not
 * writable, not empty, or a link inside; 43 no space left. */
#ifndef HARNESS_FOLDER_H
#define HARNESS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "base/text.h"

/* Where gnuplot draws (plot.c): inside the run, and gone when the run is done. */
#define FOLDER_DRAWING ".exospin-drawing"

struct folder {
    char *path;            /* where the run is to be found in the end; absolute, without links */
    char *work;            /* where it is made: PATH itself or PATH.partial */
    int lock;              /* PATH, open and locked */
    int work_lock;         /* WORK where that is another folder, else -1 */
    int root;              /* WORK: one of the two above */
    struct texts manifest; /* what the harness wrote in WORK */
};

/* Takes PATH for a new run, creating it and its parents: it is empty, or with FORCE holds a failed
 * run (whose files are removed) or a good one (whose files stay until folder_finish). */
int folder_create(struct folder *f, const char *path, bool force, struct failure *why);

/* Makes PATH, or where that is taken PATH-2, PATH-3 ..., so that of two runs in one second each has
 * its own; a new string. What cannot be made is said by folder_create. */
char *folder_fresh(const char *path);

/* Takes an existing run (it must hold run.json) to read it, also where nothing can be written. */
int folder_open_to_read(struct folder *f, const char *path, struct failure *why);
/* The same to rebuild what is derived. */
int folder_open(struct folder *f, const char *path, struct failure *why);

/* All names below are relative to the run: "raw/spin.0.log". */

/* Makes a subfolder and its parents; one that exists is fine. */
int folder_make(struct folder *f, const char *name, struct failure *why);

/* Writes a file under a temporary name, syncs and renames it; its subfolder is made if needed. */
int folder_write(struct folder *f, const char *name, const void *bytes, size_t length,
                 struct failure *why);

/* The same with a copy of the file at PATH_FROM. */
int folder_copy(struct folder *f, const char *name, const char *path_from, struct failure *why);

/* Makes the file NAME, empty, for another program (QEMU) to fill: *path becomes its whole path, a
 * new string. A file that is there already is not the harness's and stays (42). */
int folder_begin(struct folder *f, const char *name, char **path, struct failure *why);

/* Reads a file of the run as beneath_read does: null with errno. */
char *folder_read(const struct folder *f, const char *name, size_t *length);

/* Removes a file that the harness wrote; any other name stays. */
void folder_drop(struct folder *f, const char *name);

/* NAME's whole path inside the work folder, as a new string: for messages. */
char *folder_path(const struct folder *f, const char *name);

/* 0 if at least NEED bytes are free where the run is made, else 43. QEMU writes its serial log
 * without a word when the disk is full: call it before a boot and again after it. */
int folder_space(struct folder *f, uint64_t need, struct failure *why);

/* Writes the manifest in order, after the last file. */
int folder_settle(struct folder *f, struct failure *why);

/* Ends a new run. Good, or nothing good was there before: it is at PATH from now on. Failed beside
 * a good one: it stays at PATH.partial, which *where (may be null; a new string) then names. */
int folder_finish(struct folder *f, bool good, char **where, struct failure *why);

/* Points the link LATEST in PATH's parent folder at PATH; something other than a link is left. */
int folder_link_latest(const struct folder *f, struct failure *why);

/* Gives the folder back; after folder_create without folder_finish what was written stays in WORK.
 * Fine on one that could not be taken. */
void folder_close(struct folder *f);

#endif
