/* SPDX-License-Identifier: MIT */
/* make.c -- call make. */
#include "guest/make.h"
#include "guest/build_lock.h"
#include "base/interrupt.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>

char *make_compiler(void) {
    const char *cross = getenv("CROSS");
    return text_format("%sgcc", cross ? cross : "x86_64-linux-gnu-");
}

static int need(const char *program, struct failure *why) {
    scoped_text char *path = process_find(program);
    return path
               ? 0
               : failure_set(why, STATUS_MISSING,
                             "'%s' is missing, images cannot be built; `exospin doctor` prints the "
                             "command that installs it",
                             program);
}

/* What a make above us (make reproduce) or a user's shell would have this make do otherwise:
 * another place to build, no work at all (-n), a job server it cannot reach. Options that the guide
 * lists (CROSS, LINUX_KERNEL, V, ...) come by variables of their own. */
static const char *const strange[] = {
    "MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MAKEFILES", "B", NULL};

int make_targets(const struct texts *targets, struct failure *why) {
    scoped_text char *compiler = make_compiler();
    int status = need("make", why);
    if (!status)
        status = need(compiler, why);
    int lock;
    if (status || !targets->count || (status = build_lock(&lock, why)))
        return status;
    scoped_texts struct texts words = {0}, environment = {0};
    process_environment(&environment, strange, false);
    texts_split(&words, "make --no-print-directory -j2 -C", " ");
    texts_add(&words, tree_root());
    for (size_t i = 0; i < targets->count; i++)
        texts_add(&words, targets->items[i]);
    /* It may take as long as it likes, and print: the last words tell what went wrong. */
    static const struct process_limits limits = {0, 256 << 10, true};
    const struct process_place place = {-1, (const char *const *)environment.items};
    scoped_text char *said =
        process_read_in(&place, &limits, (const char *const *)words.items, true, &status);
    if (status && interrupted()) {
        status =
            failure_set(why, STATUS_SIGNAL + interrupted(), "interrupted while images were built");
    } else if (status) {
        fprintf(stderr, "%s\n", said);
        scoped_text char *what = texts_join(targets, " ");
        status = failure_set(why, STATUS_BUILD,
                             "make ended with status %d while it built %s; its words stand above",
                             status, what);
    }
    build_unlock(lock);
    return status;
}

void make_system(const struct system *s, struct texts *targets) {
    if (s->kind == SYSTEM_LINUX) {
        /* kernel, initramfs, rows and command lines */
        texts_add(targets, s->tests ? "linux-tests" : "linux");
        return;
    }
    texts_take(targets, system_image(s, 0));
    texts_take(targets, system_rows(s));
}
