/* SPDX-License-Identifier: MIT */
/* cmd_report.c -- exospin report DIR: draw a run again, or rebuild all of it from its raw logs. */
#include "cli.h"
#include "die.h"
#include "report.h"
#include "status.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FROM_RAW = 256 };

struct options {
    const char *dir;
    bool from_raw;
};

static error_t parse_option(int key, char *value, struct argp_state *state) {
    struct options *o = state->input;
    if (key == FROM_RAW)
        o->from_raw = true;
    else if (key == ARGP_KEY_ARG && !o->dir)
        o->dir = value;
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

/* A raw log that is gone must not take with it what was made of it. */
static void check_raw(const struct run *run) {
    for (size_t i = 0; i < run->boot_count; i++) {
        const struct boot *b = &run->boots[i];
        char *path = text_format("%s/%s", run->dir, b->raw);
        if (!strcmp(b->outcome, "complete") && access(path, R_OK))
            die(STATUS_USAGE, "cannot read %s: %s; without it nothing is made again", path,
                strerror(errno));
        free(path);
    }
}

int cmd_report(int argc, char **argv) {
    static const struct argp_option options[] = {
        {"from-raw", FROM_RAW, NULL, 0,
         "also make samples/ and summary.json again, from run.json, the raw logs and the copies",
         0},
        {0}};
    static const struct argp argp = {
        options,
        parse_option,
        "DIR",
        "Draws the plots of the run in DIR, writes its report.html, and prints the verdict of each "
        "claim.",
        NULL,
        NULL,
        NULL};
    struct options o = {0};
    cli_parse(&argp, argc, argv, &o);
    if (!o.dir)
        die(STATUS_USAGE, "report wants a run's folder: `exospin report results/latest`");
    struct failure why;
    struct folder folder;
    if (folder_open(&folder, o.dir, &why))
        die(why.status, "%s", why.text);
    struct run *run = run_load(folder.work, &why);
    if (!run)
        die(why.status, "%s", why.text);
    if (o.from_raw)
        check_raw(run);
    int status = o.from_raw ? run_derive(run, &folder, &why) : STATUS_OK;
    if (!status)
        status = report_write(run, &folder, stdout, &why);
    if (status)
        die(status, "%s", why.text);
    printf("%s/report.html\n", o.dir);
    run_free(run);
    folder_close(&folder);
    return STATUS_OK;
}
