/* SPDX-License-Identifier: MIT */
/* tools.h -- the tools of file systems, as a process of ExOS has them: by lines of words. */
#ifndef EXO_LIBOS_TOOLS_H
#define EXO_LIBOS_TOOLS_H

#include <stdint.h>

#include "lib/format.h"

/* Does what the line says (docs/exo/filesystems.md), and adds what there is to be said, with an end
 * of line. 0; -E_NO_CALL: there is no such tool; -E_INVALID: not with these words, or what went
 * wrong. */
long tool_run(const char *line, struct format_buffer *text);

/* aging.c: files come, grow and go below the directory, so many times, by a seed; a third of them
 * stays. */
long age(const char *directory, uint64_t seed, uint64_t steps);

#endif
