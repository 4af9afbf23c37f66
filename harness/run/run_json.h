/* SPDX-License-Identifier: MIT */
/* run_json.h -- run.json: one table of keys, by which it is written (run_write, in run.h), read
 * back, and held against another run's. */
#ifndef HARNESS_RUN_JSON_H
#define HARNESS_RUN_JSON_H

#include <jansson.h>

#include "run/run.h"

enum key_type { KEY_TEXT, KEY_BOOL, KEY_UNSIGNED, KEY_STATUS, KEY_LIST, KEY_CLOCK };

/* What an input is part of. */
enum input_kind { INPUT_BUILD, INPUT_MACHINE, INPUT_OPTION, INPUT_KINDS };

struct run_key {
    const char *name; /* in run.json; null ends a table */
    enum key_type type;
    size_t offset;     /* of its field in struct run or struct boot */
    const char *input; /* what a comparison calls it; null: it is no input */
    enum input_kind kind;
    bool decides; /* the figures of the boot depend on it */
};

/* Of struct run, the second under "host"; of struct boot. */
extern const struct run_key run_keys[], host_keys[], boot_keys[];

/* KEY's field in FROM in words, as a new string: "yes", "64", a list with spaces between. */
char *run_key_text(const struct run_key *key, const void *from);

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
