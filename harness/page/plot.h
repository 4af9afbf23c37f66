/* SPDX-License-Identifier: MIT */
/* plot.h -- an experiment's figures: its rows as a table for gnuplot, and its plot.gp on the shared
 * style (plots/).
 *
 * Figures of two clocks never share an axis: each clock has its own data file and its own figures,
 * named plots/EXPERIMENT-FIGURE.CLOCK.svg, .narrow.svg (for a phone), .png and .txt (gnuplot.h).
 *
 * A plot.gp is a program that runs with the user's rights. The copy in a run is run only where it
 * is the same as this tree's, or where the user trusts it; else plots/builtin.gp draws. */
#ifndef HARNESS_PLOT_H
#define HARNESS_PLOT_H

#include "experiment/experiment.h"
#include "base/failure.h"
#include "base/folder.h"
#include "run/run.h"

/* Draws the figures of E; the names of all files made, relative to the run, are added to FILES.
 * TRUST: its own plot.gp is run, whatever it is; *stands_in becomes whether builtin.gp had to draw
 * instead. 0, or an exit status with *why: 32 without gnuplot, 40 where plot.gp is wrong (gnuplot's
 * own words), 42 or 43. */
int plot_experiment(const struct run *run, const struct experiment *e, struct folder *folder,
                    bool trust, struct texts *files, bool *stands_in, struct failure *why);

/* What begins the names of the figures of all papers; experiments/papers/ has tables, and is no
 * experiment. */
#define PLOT_PAPERS "papers"

/* Draws plots/then.gp on the LENGTH bytes of DATA, whose columns then.gp names; otherwise as
 * plot_experiment. */
int plot_ratios(const struct run *run, struct folder *folder, const char *data, size_t length,
                struct texts *files, struct failure *why);

/* Removes the figures of an earlier report: what the harness wrote in plots/ and is not
 * in FILES. */
void plot_sweep(struct folder *folder, const struct texts *files);

#endif
