/* SPDX-License-Identifier: MIT */
/* run_load.c -- from a run's folder to its figures: run.json, then each raw log, collected and
 * judged. */
#include "base/beneath.h"
#include "base/die.h"
#include "base/scope.h"
#include "run/brackets.h"
#include "run/collection.h"
#include "run/run_json.h"
#include "run/wires.h"
#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 0, or an exit status where a raw log cannot be what a run has: a link, a device. */
static int collect_boot(struct collection *c, size_t boot, int root, struct failure *why) {
    const struct boot *b = &c->run->boots[boot];
    size_t length = 0;
    scoped_text char *bytes = beneath_read(root, b->raw, &length);
    if (!bytes && errno != ENOENT) {
        scoped_text char *path = text_format("%s/%s", c->run->dir, b->raw);
        return failure_set_errno(why, "read", path);
    }
    collection_boot(c, boot);
    if (!strcmp(b->system, "host")) {
        host_log_collect(c, bytes, length);
        return 0;
    }
    guest_log_collect(c, bytes, length);
    scoped_text char *name = brackets_file(b->raw), *counters = beneath_read(root, name, &length);
    brackets_collect(c, counters, length);
    scoped_texts struct texts wires = {0};
    wires_names(b, &wires);
    for (size_t i = 0; i < wires.count; i++) {
        scoped_text char *file = wires_file(b->raw, wires.items[i]),
                         *capture = beneath_read(root, file, &length);
        wires_collect(c, wires.items[i], capture, length);
    }
    return 0;
}

struct run *run_load_inputs(const char *dir, int root, struct failure *why) {
    size_t length;
    scoped_text char *text = root < 0 ? NULL : beneath_read(root, "run.json", &length);
    int error = errno; /* of open, too */
    scoped_text char *path = text_format("%s/run.json", dir);
    struct run *run = NULL;
    errno = error;
    if (text)
        run = run_parse(text, length, path, why);
    else if (errno == ENOENT || errno == ENOTDIR)
        failure_set(why, STATUS_USAGE, "%s holds no run: %s", dir,
                    root < 0 ? strerror(errno) : "no run.json in it");
    else
        failure_set_errno(why, "read", path);
    return run;
}

struct run *run_load(const char *dir, struct failure *why) {
    scoped_fd int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct run *run = run_load_inputs(dir, root, why);
    if (!run)
        return NULL;
    struct collection c;
    int status = 0;
    run_set(&run->dir, dir);
    collection_begin(&c, run);
    for (size_t i = 0; i < run->boot_count && !status; i++)
        status = collect_boot(&c, i, root, why);
    if (!status)
        collection_judge(&c);
    collection_end(&c);
    if (!status)
        return run;
    run_free(run);
    return NULL;
}

struct run *run_load_or_die(const char *dir) {
    struct failure why;
    struct run *run = run_load(dir, &why);
    if (!run)
        give_up(&why);
    return run;
}
