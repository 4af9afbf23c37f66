/* SPDX-License-Identifier: MIT */
/* run_options.h -- the command line of `exospin run`, understood and settled. */
#ifndef HARNESS_RUN_OPTIONS_H
#define HARNESS_RUN_OPTIONS_H

#include "cmd/output.h"
#include "experiment/select.h"
#include "run/boots.h"
#include "base/text.h"

struct run_options {
    struct texts experiments;
    const char *systems, *filter;
    struct output output;
    struct boot_options boot;
    unsigned boots, layouts;
    struct shard shard; /* 1 of 1: the whole run */
    bool clock_named, quick, list, no_build;
    bool inexact;                /* also rows that are not the same from boot to boot */
    bool counters;               /* that are wanted; those of BOOT are to be had, too */
    struct failure counters_why; /* why there are none; empty where there are */
};

/* Parses the command line and settles what was left open: samples, boots, jobs, limits, and the
 * clock that the route allows. Ends the process (64) for what is not understood, contradicts
 * itself, or wants KVM where it is not real. */
void run_options_parse(struct run_options *o, int argc, char **argv);

#endif
