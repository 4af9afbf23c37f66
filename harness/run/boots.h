/* SPDX-License-Identifier: MIT */
/* boots.h -- make the boots of a run, several side by side, and write down each as it ends.
 * Figures do not depend on how many run at once: under icount a guest's clock is its own. */
#ifndef HARNESS_BOOTS_H
#define HARNESS_BOOTS_H

#include "base/folder.h"
#include "guest/guest.h"
#include "experiment/boot_disks.h"
#include "experiment/boot_net.h"
#include "run/collection.h"
#include "run/progress.h"
#include "run/run.h"
#include "experiment/select.h"

/* Options of `exospin run` that a boot depends on. */
struct boot_options {
    enum clock clock;
    enum via via;
    unsigned samples, cold;
    const char *inject, *inject_system; /* what goes wrong, in which system (null: all); or null */
    bool counters;                      /* the plugin counts in every bracket */
    bool inexact;                       /* Linux has its disks by virtio, too */
    bool keep_disks;                    /* what is on them in the end stays in the run */
    const char *linux_args;             /* or null: behind the constant command line */
    unsigned jobs;                      /* guests side by side */
    struct guest_limits limits;
};

/* One boot to make. */
struct guest_boot {
    const struct selection *selection;
    unsigned boot, layout;
    size_t index; /* of its boot in run->boots */

    enum { BOOT_WAITS, BOOT_RUNS, BOOT_OVER } state;
    struct guest guest;    /* while it runs */
    struct guest_log *log; /* the same: what it says, collected */
    char *iso;             /* made for this boot, or null */
    struct boot_disks disks;
    struct qemu_net net;
};

struct boots {
    struct run *run;
    struct collection *collection; /* into RUN */
    struct folder *folder;
    const struct boot_options *options;
    struct progress *progress;
    struct guest_boot *boots;
    size_t count;
};

/* Adds a boot of SELECTION to those to be made, and to the run. 0, or an exit status with *why: 32
 * where the image is not there. */
int boots_add(struct boots *s, const struct selection *selection, unsigned boot, unsigned layout,
              struct failure *why);

/* Makes them all. Gives 0, the number of the signal that ended it, or dies where the run's folder
 * cannot be written. Each boot's status, outcome and detail are in the run; run.json is up to date
 * after each, and what they sent is collected. */
int boots_run(struct boots *s);

void boots_free(struct boots *s);

#endif
