/* SPDX-License-Identifier: MIT */
/* lines_part.h -- what the readers of line information share; for lines*.c only. */
#ifndef ENGINE_LINES_PART_H
#define ENGINE_LINES_PART_H

#include "engine/lines.h"
#include "engine/object/internal.h"

enum { LINE_UNKNOWN, LINE_STARTS, LINE_ENDS }; /* line.state */

/* lines_btf.c: from .BTF.ext. *found says whether there were any. */
bool lines_read_btf(struct load *load, bool *found);
/* lines_dwarf.c: from .debug_line. */
bool lines_read_dwarf(struct load *load, bool *found);
/* The line of the slot that an offset in a section of code lies at; the offset is a multiple of 8
 * and inside. */
struct line *line_for(struct load *load, const struct object_section *s, uint64_t offset);

#endif
