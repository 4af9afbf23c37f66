/* SPDX-License-Identifier: MIT */
/* run.c -- see run.h. */
#include "spin/services/unix/run.h"

#include "spin/services/loader/loader.h"
#include "spin/services/unix/calls.h"
#include "spin/services/unix/pages.h"
#include "spin/services/unix/processes.h"

static struct extension *pager;

/* The handlers of faults, whose module owns what the images consist of; and the calls, which
 * stay. */
static int prepare(void) {
    static struct report why;
    static bool installed;
    int error = pager ? 0 : loader_load("unix", &pager, &why);
    if (!error)
        unix_pager = extension_module(pager);
    if (!error && !installed)
        error = unix_calls_install();
    installed = installed || !error;
    return error;
}

int unix_run(const char *program, uint64_t a, const char *words, struct process_end *end) {
    struct unix_image *image;
    int error = prepare();
    if (!error)
        error = unix_image_load(&image, unix_calls_handler, program, a, words);
    if (error)
        return error;
    long pid = unix_first(image, end);
    return pid < 0 ? (int)pid : 0;
}

int unix_stop(void) {
    int error = pager ? loader_unload(pager) : 0;
    if (!error) {
        pager = NULL;
        unix_pager = NULL;
    }
    return error;
}
