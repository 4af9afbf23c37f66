/* SPDX-License-Identifier: MIT */
/* plot.h -- an experiment's figures: its rows as a table for gnuplot, and its plot.gp on the shared
 * style (plots/).
 *
 * Figures of two clocks never share an axis: each clock has its own data file and its own figures,
 * named plots/EXPERIMENT-FIGURE.CLOCK.svg, .png and .txt (the caption). */
#ifndef HARNESS_PLOT_H
#define HARNESS_PLOT_H

#include "experiment.h"
#include "failure.h"
#include "folder.h"
#include "run.h"

/* Draws the figures of E; the names of all files made, relative to the run, are added to FILES. 0,
 * or an exit status with *why: 32 without gnuplot, 40 where plot.gp is wrong (gnuplot's own words),
 * 42 or 43. */
int plot_experiment(const struct run *run, const struct experiment *e, struct folder *folder,
                    struct texts *files, struct failure *why);

/* Removes what is in plots/ and not in FILES: figures of an earlier report. */
void plot_sweep(const struct folder *folder, const struct texts *files);

#endif
