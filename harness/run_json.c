/* SPDX-License-Identifier: MIT */
/* run_json.c -- run.json: one table of keys, from which it is written and read. A key that is
 * absent is empty; one of the wrong type is an error, for a guessed input would explain nothing. */
#include "run_json.h"
#include "status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, BOOTS_MAX = 10000 };

enum type { TEXT, BOOL, UNSIGNED, STATUS, LIST, CLOCK };

struct key {
    const char *name;
    enum type type;
    size_t offset;
};

#define RUN(name, type, field)                                                                     \
    { name, type, offsetof(struct run, field) }
#define BOOT(name, type, field)                                                                    \
    { name, type, offsetof(struct boot, field) }

static const struct key run_keys[] = {
    RUN("revision", TEXT, revision),   RUN("dirty", BOOL, dirty),
    RUN("started", TEXT, started),     RUN("finished", TEXT, finished),
    RUN("complete", BOOL, complete),   RUN("partial", TEXT, partial),
    RUN("clock", CLOCK, clock),        RUN("seed", UNSIGNED, seed),
    RUN("quick", BOOL, quick),         RUN("via", TEXT, via),
    RUN("filter", TEXT, filter),       RUN("samples", UNSIGNED, samples),
    RUN("layouts", UNSIGNED, layouts), RUN("experiments", LIST, experiments),
    RUN("systems", LIST, systems),     {NULL, TEXT, 0},
};

static const struct key host_keys[] = {
    RUN("cpu", TEXT, host_cpu),
    RUN("kernel", TEXT, host_kernel),
    {NULL, TEXT, 0},
};

static const struct key boot_keys[] = {
    BOOT("system", TEXT, system),
    BOOT("label", TEXT, label),
    BOOT("boot", UNSIGNED, boot),
    BOOT("layout", UNSIGNED, layout),
    BOOT("image", TEXT, image),
    BOOT("image_sha256", TEXT, image_sha256),
    BOOT("build_id", TEXT, build_id),
    BOOT("qemu", LIST, qemu),
    BOOT("command_line", TEXT, command_line),
    BOOT("plan", LIST, plan),
    BOOT("raw", TEXT, raw),
    BOOT("status", STATUS, status),
    BOOT("outcome", TEXT, outcome),
    BOOT("detail", TEXT, detail),
    {NULL, TEXT, 0},
};

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
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(root);
    char *whole = text_format("%s\n", text);
    int status = folder_write(folder, name, whole, strlen(whole), why);
    free(whole);
    free(text);
    return status;
}

static json_t *list_to_json(const struct texts *list) {
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_text(list->items[i]));
    return array;
}

static json_t *value_to_json(enum type type, const void *field) {
    switch (type) {
    case TEXT:
        return json_text(*(char *const *)field);
    case BOOL:
        return json_boolean(*(const bool *)field);
    case UNSIGNED:
        return json_integer(*(const unsigned *)field);
    case STATUS:
        return json_integer(*(const int *)field);
    case LIST:
        return list_to_json(field);
    case CLOCK:
        return json_string(clock_name(*(const enum clock *)field));
    }
    return NULL;
}

static json_t *keys_to_json(const struct key *keys, const void *from) {
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
    failure_set(r->why, STATUS_DAMAGED, "%s: \"%.60s\" must be %s; was it changed by hand?",
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

static bool read_value(struct reading *r, const struct key *key, const json_t *value, void *field) {
    json_int_t number = json_integer_value(value); /* 0 for what is none */
    switch (key->type) {
    case TEXT:
        if (!json_is_string(value))
            return wrong(r, key->name, "a string");
        run_set(field, json_string_value(value));
        return true;
    case BOOL:
        *(bool *)field = json_is_true(value);
        return json_is_boolean(value) || wrong(r, key->name, "true or false");
    case UNSIGNED:
        *(unsigned *)field = (unsigned)number;
        return (json_is_integer(value) && number >= 0 && number <= INT32_MAX) ||
               wrong(r, key->name, "a number, 0 or more");
    case STATUS:
        *(int *)field = (int)number;
        return (json_is_integer(value) && number >= 0 && number <= 255) ||
               wrong(r, key->name, "an exit status");
    case LIST:
        return read_list(r, key->name, value, field);
    case CLOCK:
        return (json_is_string(value) && clock_find(json_string_value(value), field)) ||
               wrong(r, key->name, "a clock's name");
    }
    return false;
}

static bool read_keys(struct reading *r, const struct key *keys, const json_t *object, void *to) {
    for (; keys->name; keys++) {
        const json_t *value = json_object_get(object, keys->name);
        if (value && !read_value(r, keys, value, (char *)to + keys->offset))
            return false;
    }
    return true;
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

static bool read_rows(struct reading *r, json_t *object, struct run *run) {
    const char *experiment;
    json_t *names;
    json_object_foreach(object, experiment, names) {
        struct texts list = {0};
        if (!*experiment || strchr(experiment, '/')) /* it names files in the run */
            return wrong(r, "rows", "lists of rows under experiments' names");
        bool fine = read_list(r, experiment, names, &list);
        for (size_t i = 0; i < list.count; i++)
            run_add_row(run, list.items[i], experiment);
        texts_free(&list);
        if (!fine)
            return false;
    }
    return true;
}

/* A raw log is inside the run; a run.json cannot make us read anything else. */
static bool raw_inside(const char *raw) {
    return !strncmp(raw, "raw/", 4) && !strstr(raw, "..");
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
        if (!*b->system || strpbrk(b->system, ":/ "))
            return wrong(r, "system", "a system's name");
        if (!raw_inside(b->raw))
            return wrong(r, "raw", "a file in raw/");
    }
    return true;
}

static bool read_run(struct reading *r, const json_t *root, struct run *run) {
    if (json_integer_value(json_object_get(root, "exospin")) != VERSION)
        return wrong(r, "exospin", "1, the version of run.json that this exospin reads");
    return read_keys(r, run_keys, root, run) &&
           read_keys(r, host_keys, json_object_get(root, "host"), run) &&
           read_tools(r, json_object_get(root, "tools"), run) &&
           read_rows(r, json_object_get(root, "rows"), run) &&
           read_boots(r, json_object_get(root, "boots"), run);
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
