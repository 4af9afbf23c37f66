/* SPDX-License-Identifier: MIT */
/* program_file.h -- programs that are files. */
#ifndef EXO_LIBOS_EXOS_PROGRAM_FILE_H
#define EXO_LIBOS_EXOS_PROGRAM_FILE_H

#include "lib/elf.h"

/* exos_exec finds a program by its path from now on, and one without a '/' in its name in the
 * archive that the boot brought. */
void program_files_begin(void);

/* Its descriptor, if a file is what the program is read from; -1. */
int program_file(const struct elf_source *program);

#endif
