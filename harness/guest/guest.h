/* SPDX-License-Identifier: MIT */
/* guest.h -- one boot from start to verdict: a QEMU, its serial log as it grows, its time-outs, and
 * how it ended.
 *
 * What a guest *says* is judged by the reader of its log (run/guest_log.c); what this file finds
 * out is what only an observer sees: panic, triple fault, reset, silence, QEMU's own death.
 * Each has its exit status (status.h) and a detail that names the row that was running and the
 * log's last lines. */
#ifndef HARNESS_GUEST_H
#define HARNESS_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/qemu.h"
#include "log/reader.h"
#include "base/text.h"

/* How long a guest may be silent, in seconds: of guest time under icount, else of the host's. */
struct guest_limits {
    double boot;  /* from the start to hello */
    double bench; /* between two records after it: a row's whole run */
};

/* What one boot may write, in bytes: on its serial line (a whole suite is some 200 KiB), and QEMU
 * itself, in its own words and its log of resets (some KiB); and in the same log, where it has
 * disks, of their requests (75 bytes each). */
#define GUEST_LOG_MAX   (64u << 20)
#define GUEST_WORDS_MAX (16u << 20)
#define GUEST_TRACE_MAX (256u << 20)

struct guest {
    char *name; /* "spin", or with a label "linux/mitigations:default" */
    struct qemu qemu;
    struct guest_limits limits;

    /* the serial log */
    struct reader *reader;
    reader_callback *hear; /* told of each event, too, or null */
    void *hearer;
    struct texts planned;
    size_t arrived;    /* how many planned rows have sent their bench or check record */
    struct texts tail; /* the last lines of log text */
    char *panic;       /* Linux's words as it panicked, or null */
    int log;           /* descriptor, reading */
    size_t log_bytes;  /* read so far */
    bool hello, done;
    bool cut;     /* the last line has no end */
    bool faulted; /* user code did, and no check expected it */

    /* time */
    bool virtual_time; /* under icount */
    bool has_disks;
    double started;    /* host, seconds */
    double looked;     /* when guest_poll was called last */
    double heard;      /* host time of the last record */
    uint64_t heard_ns; /* guest time of the same */
    uint64_t seen_ns;  /* guest time when last looked at */
    double shut;       /* when it shut down, or 0 */
    double asked;      /* host time when its clock was last asked for */
    unsigned stale;    /* answers to come before one that is new */
    double stood;      /* for how long QEMU has slept since its clock moved */
    double used;       /* the processor time that QEMU had when its clock moved */
    bool stands;       /* it will move no more */

    /* how it ended */
    char *detail;
    int status;                      /* an enum status, 128 + n; 0: in order */
    int signal;                      /* 0, or the signal the harness was ended by */
    int expired;                     /* 0, or STATUS_NO_HELLO or STATUS_HANG after a time-out */
    bool killed;                     /* by us, while it still ran */
    bool flooded_log, flooded_words; /* GUEST_LOG_MAX, GUEST_WORDS_MAX were passed */
};

/* Host time in seconds, from an arbitrary moment on. */
double guest_now(void);

/* Boots. RAW is the path of the serial log that b->serial makes QEMU write; what the one reader of
 * it finds goes to HEAR (or null) with HEARER, too, to the log's end. 0, or 31 with *why. */
int guest_start(struct guest *g, const char *name, const struct qemu_boot *b, const char *raw,
                const struct guest_limits *limits, reader_callback *hear, void *hearer,
                struct failure *why);

/* Looks at log, QMP and time. True while it runs; after that status and detail are set. */
bool guest_poll(struct guest *g);

/* Ends it because the harness got SIGNAL. Status becomes 128 + SIGNAL unless it had
 * ended already. */
void guest_interrupt(struct guest *g, int signal);

/* "spin:syscall/null", the row that runs now, or null: none planned, or all have come. */
const char *guest_row(const struct guest *g);

void guest_close(struct guest *g);

#endif
