/* SPDX-License-Identifier: MIT */
/* invocation.h -- what the commands that load objects share: options, vcode's kernel, and
 * the object. */
#ifndef VCODE_INVOCATION_H
#define VCODE_INVOCATION_H

#include <stdio.h>

#include "host_hooks.h"
#include "kinds_open.h"

#define SESSION_OBJECTS_MAX 16

struct invocation {
    /* From the command line. */
    const char *object[SESSION_OBJECTS_MAX];
    unsigned objects;
    const char *kind, *program, *context;
    bool states, bytes, interpret, exports;
    uint64_t fuel;

    struct host_hooks host;
    struct kinds kinds;
    struct report why;
};

/* Reads the options of a command (of --kind, --program, --ctx, --interp, --fuel, --states, --bytes,
 * --exports those whose first letters are in `options`) and 1 to `objects` names of files, and
 * opens the kernel. Ends the process with STATUS_USAGE when the command line is wrong. */
void invocation_open(struct invocation *invocation, int argc, char **argv, const char *options,
                     unsigned objects, const char *doc);
void invocation_close(struct invocation *invocation);

/* Prints every option as man(7) has it. */
void invocation_options(FILE *to);

/* Prints the kinds of programs that there are, and where they are declared. */
void invocation_kinds(FILE *to);

/* Reads a whole file, to be freed. Null, with a complaint, when it cannot be read. */
void *invocation_read(const char *path, size_t *len);

/* Loads an object against the kernel and `others`, at most SESSION_OBJECTS_MAX; *file must be freed
 * after the load is closed. Gives a status; what was refused has been printed. */
int invocation_load(struct invocation *invocation, const char *path, struct domain *const *others,
                    unsigned count, struct load *load, void **file);

#endif
