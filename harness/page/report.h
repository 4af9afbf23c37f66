/* SPDX-License-Identifier: MIT */
/* report.h -- a run as one page for a person: plots/ and report.html in its folder. Both are made
 * from the run, its experiments, and the copies that it keeps (experiments_keep), and hold no time
 * stamp and no path of this machine. */
#ifndef HARNESS_REPORT_H
#define HARNESS_REPORT_H

#include "base/failure.h"
#include "base/folder.h"
#include "result/verdicts.h"
#include "run/run.h"

/* Writes them, a chapter for each experiment of VERDICTS, with TRUST_PLOTS by whatever plot.gp the
 * run keeps (plot.h). 0, or an exit status: 40 where a copy is malformed, 42 or 43 where a file
 * cannot be written; 32 where gnuplot is missing, and then the page is there without its plots. */
int report_write(const struct run *run, struct verdicts *verdicts, struct folder *folder,
                 bool trust_plots, struct failure *why);

#endif
