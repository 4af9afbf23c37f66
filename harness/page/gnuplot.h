/* SPDX-License-Identifier: MIT */
/* gnuplot.h -- have gnuplot draw figures on the shared style (plots/style.gp): each as an SVG, an
 * SVG for a phone and a PNG, with a text of its caption and of what is said of its series.
 *
 * gnuplot works in a folder of its own inside the run, with an environment of its own, and gets
 * texts as arguments: neither a stranger's run nor a setting of the user's has a part in the
 * program. */
#ifndef HARNESS_GNUPLOT_H
#define HARNESS_GNUPLOT_H

#include "base/failure.h"
#include "base/folder.h"
#include "experiment/document.h"
#include "run/run.h"

struct drawing {
    const struct run *run;
    struct folder *folder; /* the run's */
    const char *name;      /* what its files begin with, plots/NAME-FIGURE.CLOCK.svg */
    enum clock clock;
    const char *per; /* what one figure is for: "call" */
    const struct document_list
        *sweeps;         /* of struct document_pair: a sweep's key -> its axis label */
    const char *script;  /* a file of the tree, or where PROGRAM is laid in gnuplot's folder */
    const char *program; /* what is run, or null: the tree's file */
    const char *data;    /* the LENGTH bytes of plots/NAME.CLOCK.tsv */
    size_t length;
};

/* Draws; the names of all files made, relative to the run, are added to FILES. 0, or an exit status
 * with *why: 32 without gnuplot, 40 where the script is wrong (gnuplot's own words), 42 or 43. */
int gnuplot_draw(const struct drawing *d, struct texts *files, struct failure *why);

#endif
