/* SPDX-License-Identifier: MIT */
/* run_json.h -- run.json read back. Its writer, run_write, is in run.h. */
#ifndef HARNESS_RUN_JSON_H
#define HARNESS_RUN_JSON_H

#include <jansson.h>

#include "run/run.h"

/* The inputs of a run from the LENGTH bytes of TEXT, which nobody needs to trust; NAME is what
 * messages call it. Null with *why (17) where it is not a run.json of this version. */
struct run *run_parse(const char *text, size_t length, const char *name, struct failure *why);

/* A JSON string of any bytes: what is not UTF-8 stands as '?'. */
json_t *json_text(const char *text);

/* A whole number without a point, any other with up to 15 digits. */
json_t *json_figure(double value);

/* Writes ROOT into the run as NAME and takes it over. */
int json_save(json_t *root, struct folder *folder, const char *name, struct failure *why);

#endif
