/* SPDX-License-Identifier: MIT */
/* collection.h -- what arrives from the boots of a run becomes its rows, trials and problems,
 * guest_log.c and host_log.c knowing the two kinds of raw log. Boots may be collected side by side,
 * while they run: what comes of it is in the order of the boots, whatever arrived first. */
#ifndef HARNESS_COLLECTION_H
#define HARNESS_COLLECTION_H

#include "log/reader.h"
#include "run/run.h"

struct collection {
    struct run *run;
    void *names;        /* rows by name: a search tree of tsearch(3) */
    size_t boot;        /* being collected */
    size_t all_samples; /* of all boots, held against SAMPLES_ALL_MAX */
    struct boot_counts {
        size_t samples;       /* held against SAMPLES_BOOT_MAX */
        size_t trials;        /* held against ROWS_MAX */
        unsigned listed[256]; /* problems by status, held against PROBLEMS_BOOT_MAX */
    } * counts;               /* boot by boot */
    size_t count;
};

/* More of any of these is no measurement: the rest is dropped, with a problem that says so. Ours
 * have some 10,000 samples a boot. */
#define SAMPLES_BOOT_MAX 4000000
#define SAMPLES_ALL_MAX  40000000
/* Of each exit status, so that many small failures do not hide a large one. */
#define PROBLEMS_BOOT_MAX 100

/* Collects for RUN, which has no rows yet. */
void collection_begin(struct collection *c, struct run *run);
void collection_end(struct collection *c);

/* After the last boot: the rows in order, every row's state, verdict and figures, and what only all
 * boots together show (judge.c). */
void collection_judge(struct collection *c);

/* Goes on with BOOT, an index into run->boots; what is said below of a boot is said of this one. */
void collection_boot(struct collection *c, size_t boot);

/* The trial of this boot for the row that the boot calls SPEC ("syscall/null"), made if it is not
 * there; *fresh (may be null) tells. Good until the next call. Null where the boot has ROWS_MAX of
 * them, or the run RUN_ROWS_MAX rows. */
struct trial *collection_trial(struct collection *c, const char *spec, enum row_kind kind,
                               bool *fresh);
/* The same where it is there already, else null. */
struct trial *collection_find(const struct collection *c, const char *spec);
/* ROW's trial of this boot, or null. */
struct trial *collection_row_trial(const struct collection *c, const struct row *row);

/* Appends VALUE, COUNT times, to the gross samples; false at SAMPLES_BOOT_MAX
 * and SAMPLES_ALL_MAX. */
bool collection_samples(struct collection *c, struct samples *samples, double value,
                        uint64_t count);

/* Notes what is wrong in this boot. ROW is a full name or "", LINE 0 if it is nowhere
 * in particular. */
void collection_problem(struct collection *c, int status, const char *row, uint64_t offset,
                        uint64_t line, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The boot's log has ended, or there was none (CAME false): notes what was seen from outside,
 * before all else of this boot, or that nothing is known of it at all. */
void collection_outside(struct collection *c, bool came);

/* SPEC's full name in this boot, "SYSTEM:SPEC" and "/LABEL" where the boot has one; a
 * new string. */
char *collection_name(const struct collection *c, const char *spec);

/* Collects a guest's log as it is read: guest_log_event is a reader's callback, the log its
 * context. guest_log_end, when no more will come and the boot's status is known, frees it; where no
 * log CAME its rows are missing and no more is said. */
struct guest_log;
struct guest_log *guest_log_begin(struct collection *c, size_t boot);
void guest_log_event(void *log, const struct reader_event *event);
void guest_log_end(struct guest_log *g, bool came);

/* Collect the LENGTH bytes of this boot's raw log, which may be null, for there was none. */
void guest_log_collect(struct collection *c, const char *bytes, size_t length);
void host_log_collect(struct collection *c, const char *bytes, size_t length);

#endif
