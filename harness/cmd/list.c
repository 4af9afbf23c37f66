/* SPDX-License-Identifier: MIT */
/* list.c -- exospin list: every experiment, system and row there is, for a person or as JSON. */
#include "experiment/catalog.h"
#include "experiment/select.h"
#include "base/memory.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"
#include "guest/system.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *texts_json(const struct document_list *list) {
    const char *const *texts = list->items;
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(array, json_string(texts[i]));
    return array;
}

/* The rows of an experiment, benches or checks. */
static json_t *rows_json(const struct catalog *c, const char *experiment, bool checks) {
    json_t *array = json_array();
    for (size_t i = 0; i < c->row_count; i++)
        if (c->rows[i].check == checks && !strcmp(c->rows[i].experiment, experiment))
            json_array_append_new(array, json_string(c->rows[i].name));
    return array;
}

static json_t *experiment_json(const struct catalog *c, const struct experiment *e) {
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "name", e->name, "title", e->title,
                     "question", e->question, "unit", e->unit, "systems", texts_json(&e->systems),
                     "rows", rows_json(c, e->name, false), "checks", rows_json(c, e->name, true));
}

static json_t *systems_json(void) {
    size_t count;
    const struct system *systems = system_list(&count);
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_string(systems[i].name));
    return array;
}

static void print_json(const struct catalog *c, const struct experiments *known, bool checks) {
    json_t *experiments = json_array();
    for (size_t i = 0; i < known->count; i++)
        json_array_append_new(experiments, experiment_json(c, known->items[i]));
    json_t *all = json_pack("{s:o, s:{s:[s]}, s:o, s:o}", "systems", systems_json(), "labels",
                            "linux", LINUX_DEFAULT_LABEL, "experiments", experiments, "checks",
                            checks ? rows_json(c, EXPERIMENT_CHECKS, true) : json_array());
    if (!all)
        memory_exhausted();
    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
}

static void print_rows(const struct catalog *c, const char *experiment) {
    for (size_t i = 0; i < c->row_count; i++)
        if (!strcmp(c->rows[i].experiment, experiment))
            printf("  %s%s\n", c->rows[i].name, c->rows[i].check ? "  (check)" : "");
}

static void print_text(const struct catalog *c, const struct experiments *known, bool checks) {
    scoped_text char *systems = system_names();
    printf("systems: %s (host only when it is named)\n"
           "linux is booted twice: /" LINUX_DEFAULT_LABEL " behind a row is the second boot's\n",
           systems);
    for (size_t i = 0; i < known->count; i++) {
        const struct experiment *e = known->items[i];
        printf("\n%s: %s. %s\n", e->name, e->title, e->question);
        print_rows(c, e->name);
    }
    if (checks) {
        puts("\nchecks: the kernels' own tests; run them with `exospin run checks`");
        print_rows(c, EXPERIMENT_CHECKS);
    }
    if (c->unbuilt.count) {
        scoped_text char *unbuilt = texts_join(&c->unbuilt, ", ");
        printf("\nnot built yet, so their rows are not listed: %s; run `make`\n", unbuilt);
    }
}

int cmd_list(int argc, char **argv) {
    bool json = false;
    scoped_texts struct texts named = {0};
    const struct cli_option options[] = {
        {"json", NULL,
         "as one JSON object: systems, labels of their further boots, experiments (name, title, "
         "question, unit, systems, rows, checks), checks",
         .flag = &json},
        {0}};
    cli_parse(&(struct cli){.arguments = "[EXPERIMENT...]",
                            .help = "Every experiment, or those named, with its title and "
                                    "question, every system, and every row by its full name as "
                                    "--filter, trace and experiment.yaml take it; `checks` stands "
                                    "for the kernels' own tests.",
                            .options = options,
                            .list = &named},
              argc, argv);
    struct failure why;
    struct request request;
    struct experiments known;
    if (request_make(&request, named.items, NULL, NULL, &why) ||
        experiments_load(&known, &request.experiments, &why) || experiments_inputs(&known, &why))
        give_up(&why);
    struct catalog *c = catalog_load(&why);
    if (!c)
        give_up(&why);
    bool checks = !named.count || texts_has(&request.experiments, EXPERIMENT_CHECKS);
    if (json)
        print_json(c, &known, checks);
    else
        print_text(c, &known, checks);
    catalog_free(c);
    experiments_free(&known);
    request_free(&request);
    return STATUS_OK;
}
