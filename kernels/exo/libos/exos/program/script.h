/* SPDX-License-Identifier: MIT */
/* script.h -- programs that another one reads: `#!INTERPRETER [ARGUMENT]` in the first line. */
#ifndef EXO_LIBOS_EXOS_PROCESS_SCRIPT_H
#define EXO_LIBOS_EXOS_PROCESS_SCRIPT_H

#include <stdbool.h>

#include "exo/libos/exos/program/arguments.h"
#include "lib/elf.h"

#define SCRIPT_LINE    128
#define SCRIPT_STRINGS 64

struct script {
    const char *interpreter; /* null: the line is too long or names none, or argv is too long */
    const char *argv[SCRIPT_STRINGS];
    char line[SCRIPT_LINE];
};

/* Whether the program is a script. Then argv there: the interpreter, its argument if there is one,
 * the script's name, and what of `argv` follows its own first. */
bool script_read(struct script *s, const struct elf_source *program, const char *name,
                 arguments argv);

#endif
