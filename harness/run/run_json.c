/* SPDX-License-Identifier: MIT */
/* run_json.c -- run.json: one table of keys, from which it is written and read. A key that is
 * absent is empty; one of the wrong type is an error, for a guessed input would explain nothing. */
#include "run/run_json.h"
#include "base/assert.h"
#include "base/scope.h"
#include "experiment/experiment.h"
#include "log/record.h"
#include "experiment/rows.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, BOOTS_MAX = 10000 };

#define RUN(name, type, field, ...)                                                                \
    { name, type, offsetof(struct run, field), __VA_ARGS__ }
#define BOOT(name, type, field, ...)                                                               \
    { name, type, offsetof(struct boot, field), __VA_ARGS__ }

const struct run_key run_keys[] = {
    RUN("revision", KEY_TEXT, revision, "revision", INPUT_BUILD, false),
    RUN("revision_why", KEY_TEXT, revision_why, NULL, 0, false),
    RUN("dirty", KEY_BOOL, dirty, "uncommitted changes", INPUT_BUILD, false),
    RUN("started", KEY_TEXT, started, NULL, 0, false),
    RUN("finished", KEY_TEXT, finished, NULL, 0, false),
    RUN("complete", KEY_BOOL, complete, NULL, 0, false),
    RUN("partial", KEY_TEXT, partial, NULL, 0, false),
    RUN("clock", KEY_CLOCK, clock, "clock", INPUT_OPTION, false),
    RUN("seed", KEY_UNSIGNED, seed, "seed", INPUT_OPTION, false),
    RUN("quick", KEY_BOOL, quick, NULL, 0, false),
    RUN("inexact", KEY_BOOL, inexact, "inexact", INPUT_OPTION, false),
    RUN("via", KEY_TEXT, via, "via", INPUT_OPTION, false),
    RUN("filter", KEY_TEXT, filter, "filter", INPUT_OPTION, false),
    RUN("shard", KEY_TEXT, shard, "shard", INPUT_OPTION, false),
    RUN("samples", KEY_UNSIGNED, samples, "samples", INPUT_OPTION, false),
    RUN("layouts", KEY_UNSIGNED, layouts, "layouts", INPUT_OPTION, false),
    RUN("counters", KEY_BOOL, counters, "counters", INPUT_OPTION, false),
    RUN("counters_why", KEY_TEXT, counters_why, NULL, 0, false),
    RUN("experiments", KEY_LIST, experiments, "experiments", INPUT_OPTION, false),
    RUN("systems", KEY_LIST, systems, "systems", INPUT_OPTION, false),
    {0}};

const struct run_key host_keys[] = {
    RUN("cpu", KEY_TEXT, host_cpu, "processor", INPUT_MACHINE, false),
    RUN("kernel", KEY_TEXT, host_kernel, "host kernel", INPUT_MACHINE, false),
    {0}};

const struct run_key boot_keys[] = {
    BOOT("system", KEY_TEXT, system, NULL, 0, false),
    BOOT("label", KEY_TEXT, label, NULL, 0, false),
    BOOT("boot", KEY_UNSIGNED, boot, NULL, 0, false),
    BOOT("layout", KEY_UNSIGNED, layout, NULL, 0, false),
    BOOT("image", KEY_TEXT, image, NULL, 0, false),
    BOOT("image_sha256", KEY_TEXT, image_sha256, "image", INPUT_BUILD, true),
    BOOT("build_id", KEY_TEXT, build_id, "build id", INPUT_BUILD, false),
    BOOT("qemu", KEY_LIST, qemu, "QEMU arguments", INPUT_MACHINE, true),
    BOOT("disks", KEY_LIST, disks, "disks", INPUT_BUILD, true),
    BOOT("nics", KEY_LIST, nics, "nics", INPUT_BUILD, true),
    BOOT("command_line", KEY_TEXT, command_line, "command line", INPUT_OPTION, true),
    BOOT("plan", KEY_LIST, plan, "plan", INPUT_OPTION, true),
    BOOT("requests", KEY_UNSIGNED, requests, NULL, 0, false),
    BOOT("raw", KEY_TEXT, raw, NULL, 0, false),
    BOOT("status", KEY_STATUS, status, NULL, 0, false),
    BOOT("outcome", KEY_TEXT, outcome, NULL, 0, false),
    BOOT("detail", KEY_TEXT, detail, NULL, 0, false),
    {0}};

json_t *json_text(const char *text) {
    json_t *value = json_string(text);
    if (value)
        return value;
    char *plain = text_copy(text);
    for (char *c = plain; *c; c++)
        if (*c & 0x80)
            *c = '?';
    value = json_string(plain);
    free(plain);
    return value;
}

json_t *json_figure(double value) {
    if (!isfinite(value))
        return json_null();
    if (value == floor(value) && fabs(value) < 0x1p53)
        return json_integer((json_int_t)value);
    return json_real(value);
}

int json_save(json_t *root, struct folder *folder, const char *name, struct failure *why) {
    scoped_text char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(root);
    scoped_text char *whole = text_format("%s\n", text);
    return folder_write(folder, name, whole, strlen(whole), why);
}

char *run_key_text(const struct run_key *key, const void *from) {
    const void *field = (const char *)from + key->offset;
    switch (key->type) {
    case KEY_TEXT:
        return text_copy(*(char *const *)field);
    case KEY_BOOL:
        return text_copy(*(const bool *)field ? "yes" : "no");
    case KEY_UNSIGNED:
        return text_format("%u", *(const unsigned *)field);
    case KEY_STATUS:
        return text_format("%d", *(const int *)field);
    case KEY_LIST:
        return texts_join(field, " ");
    case KEY_CLOCK:
        return text_copy(clock_name(*(const enum clock *)field));
    }
    return NULL;
}

static json_t *list_to_json(const struct texts *list) {
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_text(list->items[i]));
    return array;
}

static json_t *value_to_json(enum key_type type, const void *field) {
    switch (type) {
    case KEY_TEXT:
        return json_text(*(char *const *)field);
    case KEY_BOOL:
        return json_boolean(*(const bool *)field);
    case KEY_UNSIGNED:
        return json_integer(*(const unsigned *)field);
    case KEY_STATUS:
        return json_integer(*(const int *)field);
    case KEY_LIST:
        return list_to_json(field);
    case KEY_CLOCK:
        return json_string(clock_name(*(const enum clock *)field));
    }
    return NULL;
}

static json_t *keys_to_json(const struct run_key *keys, const void *from) {
    json_t *object = json_object();
    for (; keys->name; keys++)
        json_object_set_new(object, keys->name,
                            value_to_json(keys->type, (const char *)from + keys->offset));
    return object;
}

static json_t *tools_to_json(const struct texts *tools) {
    json_t *object = json_object();
    for (size_t i = 0; i + 1 < tools->count; i += 2)
        json_object_set_new(object, tools->items[i], json_text(tools->items[i + 1]));
    return object;
}

/* {"syscall": ["exo:syscall/null", ...], ...} */
static json_t *rows_to_json(const struct run *run) {
    json_t *object = json_object();
    for (size_t i = 0; i < run->run_row_count; i++) {
        const struct run_row *row = &run->run_rows[i];
        json_t *names = json_object_get(object, row->experiment);
        if (!names) {
            names = json_array();
            json_object_set_new(object, row->experiment, names);
        }
        json_array_append_new(names, json_text(row->name));
    }
    return object;
}

int run_write(const struct run *run, struct folder *folder, struct failure *why) {
    json_t *root = json_object(), *boots = json_array();
    json_object_set_new(root, "exospin", json_integer(VERSION));
    json_t *inputs = keys_to_json(run_keys, run);
    json_object_update(root, inputs);
    json_decref(inputs);
    json_object_set_new(root, "host", keys_to_json(host_keys, run));
    json_object_set_new(root, "tools", tools_to_json(&run->tools));
    json_object_set_new(root, "rows", rows_to_json(run));
    for (size_t i = 0; i < run->boot_count; i++)
        json_array_append_new(boots, keys_to_json(boot_keys, &run->boots[i]));
    json_object_set_new(root, "boots", boots);
    return json_save(root, folder, "run.json", why);
}

/* What is being read, for messages. */
struct reading {
    const char *name;
    struct failure *why;
};

static bool wrong(struct reading *r, const char *key, const char *wanted) {
    failure_set(r->why, STATUS_DAMAGED, "%s: \"%.80s\" must be %s; was it changed by hand?",
                r->name, key, wanted);
    return false;
}

static bool read_list(struct reading *r, const char *key, const json_t *value, struct texts *list) {
    size_t i;
    json_t *item;
    if (!json_is_array(value))
        return wrong(r, key, "a list of strings");
    json_array_foreach(value, i, item) {
        if (!json_is_string(item))
            return wrong(r, key, "a list of strings");
        texts_add(list, json_string_value(item));
    }
    return true;
}

static bool read_value(struct reading *r, const struct run_key *key, const json_t *value,
                       void *field) {
    json_int_t number = json_integer_value(value); /* 0 for what is none */
    switch (key->type) {
    case KEY_TEXT:
        if (!json_is_string(value))
            return wrong(r, key->name, "a string");
        run_set(field, json_string_value(value));
        return true;
    case KEY_BOOL:
        *(bool *)field = json_is_true(value);
        return json_is_boolean(value) || wrong(r, key->name, "true or false");
    case KEY_UNSIGNED:
        *(unsigned *)field = (unsigned)number;
        return (json_is_integer(value) && number >= 0 && number <= INT32_MAX) ||
               wrong(r, key->name, "a number, 0 or more");
    case KEY_STATUS:
        *(int *)field = (int)number;
        return (json_is_integer(value) && number >= 0 && number <= 255) ||
               wrong(r, key->name, "an exit status");
    case KEY_LIST:
        return read_list(r, key->name, value, field);
    case KEY_CLOCK:
        return (json_is_string(value) && clock_find(json_string_value(value), field)) ||
               wrong(r, key->name, "a clock's name");
    }
    return false;
}

static bool read_keys(struct reading *r, const struct run_key *keys, const json_t *object,
                      void *to) {
    for (; keys->name; keys++) {
        const json_t *value = json_object_get(object, keys->name);
        if (value && !read_value(r, keys, value, (char *)to + keys->offset))
            return false;
    }
    return true;
}

/* Whether the key of ROOT is an object, or absent: *OBJECT is null then. */
static bool read_object(struct reading *r, const json_t *root, const char *key, json_t **object) {
    *object = json_object_get(root, key);
    return !*object || json_is_object(*object) || wrong(r, key, "an object");
}

static bool read_tools(struct reading *r, json_t *object, struct run *run) {
    const char *name;
    json_t *version;
    json_object_foreach(object, name, version) {
        if (!json_is_string(version))
            return wrong(r, name, "a version, as a string");
        run_add_tool(run, name, json_string_value(version));
    }
    return true;
}

/* A row in full, "exo:syscall/null", or a system's name, a label: what stands in a row's name. */
static bool row_fits_system(const char *name) {
    const char *colon = strchr(name, ':');
    return colon && colon > name && colon[1] && row_name_fits(name);
}

static bool read_rows(struct reading *r, json_t *object, struct run *run) {
    const char *experiment;
    json_t *names;
    json_object_foreach(object, experiment, names) {
        scoped_texts struct texts list = {0};
        bool fine = experiment_name_fits(experiment) || /* it names files in the run */
                    wrong(r, "rows", "lists of rows under experiments' names");
        fine = fine && read_list(r, experiment, names, &list);
        bool many = run->run_row_count + list.count > RUN_ROWS_MAX;
        for (size_t i = 0; i < list.count && fine && !many; i++) {
            fine = row_fits_system(list.items[i]) || wrong(r, experiment, "a list of rows' names");
            size_t before = run->run_row_count;
            if (fine)
                run_add_row(run, list.items[i], experiment);
            if (fine && run->run_row_count == before)
                fine = wrong(r, list.items[i], "listed once");
        }
        if (!fine || many)
            return fine && wrong(r, "rows", "lists of rows, 24576 in all at most");
    }
    return true;
}

/* A raw log is a file of the run's raw/; a run.json cannot make us read anything else. */
static bool raw_inside(const char *raw) {
    const char *name = raw + strlen("raw/");
    return !strncmp(raw, "raw/", strlen("raw/")) && *name != '.' && !strchr(name, '/') &&
           row_name_fits(name);
}

/* Whether boot I's log is another one's, too. */
static bool raw_repeated(const struct run *run, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (!strcmp(run->boots[k].raw, run->boots[i].raw))
            return true;
    return false;
}

static bool check_boot(struct reading *r, const struct run *run, size_t i) {
    assert_that(i < run->boot_count);
    const struct boot *b = &run->boots[i];
    if (strpbrk(b->system, ":/,+") || !row_name_fits(b->system))
        return wrong(r, "system", "a system's name");
    if (*b->label && !row_name_fits(b->label))
        return wrong(r, "label", "part of a row's name");
    if (!raw_inside(b->raw) || raw_repeated(run, i))
        return wrong(r, "raw", "a file in raw/ that no other boot has");
    if (b->plan.count > ROWS_MAX)
        return wrong(r, "plan", "a list of 4096 rows at most");
    for (size_t k = 0; k < b->plan.count; k++)
        if (!row_fits_system(b->plan.items[k]))
            return wrong(r, "plan", "a list of rows' names");
    return true;
}

static bool read_boots(struct reading *r, const json_t *array, struct run *run) {
    size_t i;
    json_t *object;
    if (!json_is_array(array) || json_array_size(array) > BOOTS_MAX)
        return wrong(r, "boots", "a list");
    json_array_foreach(array, i, object) {
        struct boot *b = run_add_boot(run);
        if (!json_is_object(object))
            return wrong(r, "boots", "a list of objects");
        if (!read_keys(r, boot_keys, object, b))
            return false;
        if (!check_boot(r, run, i))
            return false;
    }
    return true;
}

/* What names files and stands in the commands that the page prints. */
static bool check_names(struct reading *r, const struct run *run) {
    static const char *const vias[] = {"", "kernel", "grub-bios", "grub-uefi", "import"};
    for (size_t i = 0; i < run->experiments.count; i++) {
        if (!experiment_name_fits(run->experiments.items[i]))
            return wrong(r, "experiments", "a list of experiments' names");
        for (size_t k = 0; k < i; k++)
            if (!strcmp(run->experiments.items[k], run->experiments.items[i]))
                return wrong(r, "experiments", "a list in which nothing stands twice");
    }
    for (size_t i = 0; i < run->systems.count; i++)
        if (!row_name_fits(run->systems.items[i]))
            return wrong(r, "systems", "a list of systems' names");
    for (size_t i = 0; i < sizeof vias / sizeof vias[0]; i++)
        if (!strcmp(run->via, vias[i]))
            return true;
    return wrong(r, "via", "a route's name");
}

static bool read_run(struct reading *r, const json_t *root, struct run *run) {
    if (json_integer_value(json_object_get(root, "exospin")) != VERSION)
        return wrong(r, "exospin", "1, the version of run.json that this exospin reads");
    json_t *host, *tools, *rows;
    return read_keys(r, run_keys, root, run) && read_object(r, root, "host", &host) &&
           read_keys(r, host_keys, host, run) && read_object(r, root, "tools", &tools) &&
           read_tools(r, tools, run) && read_object(r, root, "rows", &rows) &&
           read_rows(r, rows, run) && read_boots(r, json_object_get(root, "boots"), run) &&
           check_names(r, run);
}

struct run *run_parse(const char *text, size_t length, const char *name, struct failure *why) {
    json_error_t error;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        failure_set(why, STATUS_DAMAGED, "%s:%d: %s", name, error.line, error.text);
        return NULL;
    }
    struct reading r = {name, why};
    struct run *run = run_new();
    if (!read_run(&r, root, run)) {
        run_free(run);
        run = NULL;
    }
    json_decref(root);
    return run;
}
