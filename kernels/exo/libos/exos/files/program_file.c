/* SPDX-License-Identifier: MIT */
/* program_file.c -- see program_file.h. */
#include "exo/libos/exos/files/program_file.h"

#include "exo/libos/exos/files/files.h"
#include "exo/libos/exos/process/exec.h"
#include "exo/libos/image.h"
#include "lib/error.h"
#include "lib/string.h"

static int program = -1; /* the one that is open */

/* Nothing of it is left: a child that borrowed this environment has other descriptors. */
static void close_program(void) {
    exos_close(program);
    program = -1;
}

static int read_program(void *none, uint64_t at, void *into, size_t bytes) {
    (void)none;
    if (exos_seek(program, (int64_t)at, EXOS_FROM_START) < 0)
        return -E_BAD_IMAGE;
    return exos_read(program, into, bytes) == (long)bytes ? 0 : -E_BAD_IMAGE;
}

static long open_program(const char *name, struct elf_source *source) {
    struct exos_stat s;
    if (!strchr(name, '/'))
        return image_find(name, source);
    close_program(); /* the script that names this one */
    long fd = exos_open(name, EXOS_READ | EXOS_CLOEXEC), error = fd < 0 ? fd : 0;
    program = (int)fd;
    if (!error)
        error = exos_fstat(program, &s);
    if (!error)
        *source = (struct elf_source){.read = read_program, .len = s.size};
    return error;
}

int program_file(const struct elf_source *source) {
    return source->read == read_program ? program : -1;
}

void program_files_begin(void) {
    exec_open = open_program;
    exec_close = close_program;
}
