/* SPDX-License-Identifier: MIT */
/* output.c -- which of the options of output.h do not go together. */
#include "cmd/output.h"
#include "base/die.h"
#include "base/status.h"

void output_check(const struct output *o) {
    if (o->quiet && o->json)
        die(STATUS_USAGE, "--quiet and --json: one prints less, the other all; leave one out");
    if (o->force && !o->dir)
        die(STATUS_USAGE, "--force without --out: a new folder holds nothing to replace");
}
