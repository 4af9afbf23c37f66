/* SPDX-License-Identifier: MIT */
/* unmeasured.c -- in the place of spin/measured.c (see programs.h) where the kernel is built
 * without sessions of measurement (SPIN_UNMEASURED_SRC in build.mk). */
#include "common/archive.h"
#include "lib/error.h"
#include "machine/report/panic.h"
#include "measure/protocol.h"
#include "spin/core/space/process.h"
#include "spin/programs.h"
#include "spin/services/calls/user_calls.h"

static unsigned ended;

static void run(const struct component *component) {
    struct process p;
    struct elf_source program;
    if (!archive_find(component->name, &program))
        return; /* a folder: the loader has it */
    int error = process_create(&p, component->name, user_calls_handler);
    if (error)
        panic("the program %s: %s", component->name, error_sentence(error));
    struct process_end end = process_run(&p, 0, 0, component->arguments);
    process_destroy(&p);
    if (end.killed || end.status)
        ended = PROTOCOL_EXIT_EARLY;
}

/* The boot words are for sessions. */
unsigned programs_main(const char *words) {
    (void)words;
    ended = PROTOCOL_EXIT_DONE;
    archive_start(run);
    return ended;
}
