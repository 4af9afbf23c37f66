/* SPDX-License-Identifier: MIT */
/* output.h -- where a new run goes and what is printed of it: the options that `run`, `import` and
 * `merge` share. */
#ifndef HARNESS_OUTPUT_H
#define HARNESS_OUTPUT_H

#include <stdbool.h>

struct output {
    const char *dir; /* null: a folder of results/ that is not there yet */
    bool force, quiet, json;
};

/* Lines of a table of options, whose values go to the struct output O; DEFAULT is what the folder
 * is called when none is named. */
#define OUTPUT_OPTIONS(o, default)                                                                 \
    {"out", "DIR", "the run folder; default " default, .text = &(o)->dir},                         \
        {"force", NULL, "replace the run in DIR; what you added to it stays",                      \
         .flag = &(o)->force},                                                                     \
        {"quiet", NULL, "failures only", .flag = &(o)->quiet}, {                                   \
        "json", NULL, "print summary.json instead of the table", .flag = &(o)->json                \
    }

/* Ends the process (64) where two of them contradict one another. */
void output_check(const struct output *o);

#endif
