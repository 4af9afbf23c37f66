/* SPDX-License-Identifier: MIT */
/* collection.h -- what arrives from the boots of a run becomes its rows, trials and problems. One
 * boot after the other is collected, guest_log.c and host_log.c knowing the two kinds of raw log.
 */
#ifndef HARNESS_COLLECTION_H
#define HARNESS_COLLECTION_H

#include "run/run.h"

struct collection {
    struct run *run;
    void *names;          /* rows by name: a search tree of tsearch(3) */
    size_t boot;          /* being collected */
    size_t samples;       /* of this boot, held against SAMPLES_BOOT_MAX */
    size_t all_samples;   /* of all boots, held against SAMPLES_ALL_MAX */
    size_t trials;        /* of this boot, held against ROWS_MAX */
    unsigned listed[256]; /* problems of this boot by status, held against PROBLEMS_BOOT_MAX */
};

/* More of any of these is no measurement: the rest is dropped, with a problem that says so. Ours
 * have some 10,000 samples a boot. */
#define SAMPLES_BOOT_MAX 4000000
#define SAMPLES_ALL_MAX  40000000
/* Of each exit status, so that many small failures do not hide a large one. */
#define PROBLEMS_BOOT_MAX 100

/* Collects for RUN, which has its boots and no rows yet. */
void collection_begin(struct collection *c, struct run *run);
void collection_end(struct collection *c);

/* After the last boot: every row's state, verdict and figures, and what only all boots together
 * show (run_load.c). */
void collection_judge(struct collection *c);

/* Goes on to BOOT, an index into run->boots. */
void collection_boot(struct collection *c, size_t boot);

/* The trial of this boot for the row that the boot calls SPEC ("syscall/null"), made if it is not
 * there; *fresh (may be null) tells. Good until the next call. Null where the boot has ROWS_MAX of
 * them, or the run RUN_ROWS_MAX rows. */
struct trial *collection_trial(struct collection *c, const char *spec, enum row_kind kind,
                               bool *fresh);
/* The same, or null. */
struct trial *collection_find(struct collection *c, const char *spec);

/* Appends VALUE, COUNT times, to the gross samples; false at SAMPLES_BOOT_MAX and SAMPLES_ALL_MAX.
 */
bool collection_samples(struct collection *c, struct samples *samples, double value,
                        uint64_t count);

/* Notes what is wrong in this boot. ROW is a full name or "", LINE 0 if it is nowhere in
 * particular.
 */
void collection_problem(struct collection *c, int status, const char *row, uint64_t offset,
                        uint64_t line, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* SPEC's full name in this boot, "SYSTEM:SPEC" and "/LABEL" where the boot has one; a new string.
 */
char *collection_name(const struct collection *c, const char *spec);

/* Collect the LENGTH bytes of this boot's raw log. A guest's may be null, for there was none: then
 * its rows are missing and no more is said. */
void guest_log_collect(struct collection *c, const char *bytes, size_t length);
void host_log_collect(struct collection *c, const char *bytes, size_t length);

#endif
