/* SPDX-License-Identifier: MIT */
/* run.h -- a run in memory: its inputs as run.json has them, and what its boots measured as the raw
 * logs have it.
 *
 * run.json, raw/ and the copies of the experiments are the truth; everything else in a run folder
 * is derived from them and can be made again. The runner fills the inputs of a struct run (run_new,
 * run_add_boot, run_add_row), writes them (run_write), and collects what the boots measure
 * (collection.h) out of the raw logs as they grow on the disk; run_load does the same with the
 * whole logs of a run that was made before, and finds the same.
 *
 * A figure can be followed to its bytes: a row has trials, one a boot, and each trial knows its
 * boot's raw log and the offset of its first record in it. */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "base/folder.h"
#include "base/clock.h"
#include "base/text.h"
#include "plugin/counters.h"

enum row_kind { ROW_BENCH, ROW_CHECK };
enum row_state { ROW_MISSING, ROW_PARTIAL, ROW_COMPLETE };
enum verdict { VERDICT_NONE, VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP };

/* Samples in the order in which they were taken, cold or steady; gross and net side by side. */
struct samples {
    double *gross; /* what the bracket read, in the clock's unit */
    double *net;   /* (gross - overhead) / batch */
    size_t count;  /* how many arrived */
    size_t announced;
    uint32_t
        *brackets; /* of each its bracket, an index into the boot's; null: nothing was counted */
};

/* Equal brackets, one after the other, as the plugin counted in each of them. */
struct bracket {
    uint64_t count;
    uint64_t counters[COUNTER_COUNT];
};

/* One row in one boot. */
struct trial {
    size_t boot;        /* index into run.boots */
    size_t order;       /* among the boot's trials, as they came */
    enum row_kind kind; /* as the plan has it */
    enum clock clock;
    enum row_state state;
    double overhead; /* of the empty bracket, in the clock's unit */
    uint64_t batch;
    uint64_t warm;         /* samples that were taken between cold and steady, and dropped */
    uint64_t began, ended; /* ticks between which they and the steady ones were taken, or 0 */
    bool captured;         /* what passed on the boot's wires meanwhile is known: */
    uint64_t frames, frame_bytes; /* as long as they were there */
    struct samples cold, steady;
    enum verdict verdict; /* of a check; of a bench skip, where the machine lacks what it times */
    char *why;            /* the reason of a fail or skip, else "" */
    uint64_t offset;      /* of its first bench, samples or check record in the raw log */
    uint64_t line;        /* of the same, from 1; 0 if none arrived */
};

/* Net figures over all boots of the row with layout 0. */
struct figures {
    bool present;   /* false: no steady sample, a check, or clock none; the rest is then 0 */
    size_t samples; /* steady ones */
    double median, p05, p95;
    double low, high; /* 95 % interval of the median; both the median under an exact clock */
    bool has_cold;
    double cold;     /* median of the cold samples */
    double overhead; /* of the first boot */
    double spread;   /* largest less smallest median over the layouts; 0 with one layout */
    bool captured;   /* of the first boot: */
    uint64_t frames, frame_bytes, frame_samples; /* what passed, and in how many samples */
    bool counted;                                /* every steady sample has its counters */
    double counters[COUNTER_COUNT];              /* medians; of lines and pages the fewest */
};

struct row {
    char *name;       /* "exo:syscall/null", a boot's label behind it */
    char *system;     /* "exo" */
    char *experiment; /* "syscall"; "checks" for the kernels' own */
    enum row_kind kind;
    enum row_state state;
    enum clock clock;
    struct trial *trials; /* in the order of run.boots */
    size_t trial_count;
    struct figures figures;
    enum verdict verdict; /* fail if any boot says so, else skip, else pass; see struct trial */
    const char *why;      /* of the trial that decided it; never null */
};

struct boot {
    /* inputs, and what the runner saw of it from outside; all strings are set ("" if unknown) */
    char *system, *label; /* label: "mitigations:default" or "" */
    unsigned boot, layout;
    char *image, *image_sha256, *build_id; /* image relative to the tree */
    struct texts qemu;                     /* arguments, without what is particular to this run */
    struct texts disks;                    /* what each was when it booted, with its hash */
    struct texts nics;                     /* what each is, and the wire it is on */
    char *command_line;
    struct texts plan; /* full names of the rows asked for */
    char *raw;         /* "raw/spin.0.log" */
    unsigned requests; /* that QEMU's disks have ended */
    int status;        /* 0, or what was seen from outside: 11, 13 to 16, 19, 30, 31, 128+n */
    char *outcome;     /* "complete", else the status's name */
    char *detail;      /* particulars for the message */

    /* from the raw log */
    char *hello_build, *hello_system; /* what the guest says of itself; "" if no hello came */
    enum clock clock;                 /* none until the hello */
    uint64_t tsc_hz;                  /* 0 if not told */
    bool hello, done;
    uint64_t records, text_lines, faults;
    char *fault; /* the first fault record, as text for a person, or "" */

    struct bracket *brackets; /* from the counters beside it; null where there are none */
    size_t bracket_count;
};

/* Something that is wrong with the run; all of them are in struct run, in the order of
 * the boots. */
struct problem {
    int status;      /* enum status */
    size_t boot;     /* index into run.boots */
    char *row;       /* full name, or "" */
    char *text;      /* what, where in which raw log, without the status's name */
    uint64_t offset; /* of the line in the boot's raw log; 0 with line 0: nowhere in particular */
    uint64_t line;
};

/* A row that was planned, before any boot: which experiment it belongs to. */
struct run_row {
    char *name, *experiment;
};

struct run {
    char *dir; /* the folder it was loaded from, "" for one that is being made */

    /* run.json */
    char *revision, *revision_why; /* why: of an unknown one, else "" */
    bool dirty;
    char *started, *finished; /* UTC, RFC 3339; the only things two equal runs may differ in */
    bool complete;            /* every boot was made, and nothing interrupted it */
    char *partial;            /* why not, or "" */
    enum clock clock;         /* that was asked for */
    unsigned seed;
    bool quick, inexact;
    char *via, *filter;
    char *shard; /* "2/3": the second of three parts of a run; else "" */
    unsigned samples, layouts;
    bool counters;      /* a plugin counts in every bracket */
    char *counters_why; /* where none does why not, else "" */
    struct texts experiments, systems;
    char *host_cpu, *host_kernel;
    struct texts tools; /* names and versions by turns: "qemu", "7.2.22", "gnuplot", ... */
    struct run_row *run_rows;
    size_t run_row_count;
    struct boot *boots;
    size_t boot_count;

    /* from the raw logs, by a collection */
    struct row *rows; /* in the order of their first boot's plan */
    size_t row_count;
    struct problem *problems;
    size_t problem_count;
};

/* An empty run; every string is "", to be replaced by run_set. */
struct run *run_new(void);
void run_free(struct run *run);

/* Replaces one of the strings of a run or a boot: run_set(&run->via, "kernel"). */
void run_set(char **string, const char *text);
/* A new boot at the end. The pointer is good until the next one is added. */
struct boot *run_add_boot(struct run *run);
/* Notes that the row NAME ("exo:syscall/null") belongs to EXPERIMENT; once is enough. */
void run_add_row(struct run *run, const char *name, const char *experiment);
/* A tool's version: run_add_tool(run, "qemu", "7.2.22"). */
void run_add_tool(struct run *run, const char *name, const char *version);
/* Its version, or "". */
const char *run_tool(const struct run *run, const char *name);

/* Writes run.json: the runner calls it at the start (complete false) and after every boot, so that
 * even a killed run says what it is. */
int run_write(const struct run *run, struct folder *folder, struct failure *why);

/* Reads a run folder: run.json and the raw logs it names. What is wrong with the boots becomes
 * problems. DIR may be a link; inside it none is followed. Null with *why: 64 no run there, 17
 * run.json cannot be understood, 42 where a link or a device stands for a file of it. */
struct run *run_load(const char *dir, struct failure *why);

/* Only what run.json says, of the run in DIR whose open folder is ROOT, or -1 with errno where it
 * could not be opened: no rows and no problems. Null with *why as run_load. */
struct run *run_load_inputs(const char *dir, int root, struct failure *why);

/* run_load, or the end of the process with that status. */
struct run *run_load_or_die(const char *dir);

/* The exit status of the run: the lowest of all problems, or 0. */
int run_status(const struct run *run);

/* The experiment that the row NAME was planned for; null: RUN was not asked for such a row. */
const char *run_experiment(const struct run *run, const char *name);

/* The row NAME as it was measured, or null. */
const struct row *run_row(const struct run *run, const char *name);
/* The boot that a trial came from. */
const struct boot *run_trial_boot(const struct run *run, const struct trial *trial);

/* Whether B is of the image with its system's own checks. */
bool boot_tests(const struct boot *b);

/* The medians of the row's boots with layout 0, in their order, *count of them: a new array. What a
 * noisy clock is compared by. */
double *run_boot_medians(const struct run *run, const struct row *row, size_t *count);
const char *verdict_name(enum verdict v); /* "pass", "" for none */
const char *row_state_name(enum row_state s);

#endif
