/* SPDX-License-Identifier: MIT */
/* handles_kinds.h -- the programs of handles.bpf.c, by both compilers, as guards and handlers of an
 * event of the type long(long, int). Of one check at a time. */
#ifndef TESTS_SPIN_HANDLES_KINDS_H
#define TESTS_SPIN_HANDLES_KINDS_H

#include "../extension/handles.h"
#include "handles_services.h"

#include "measure/bench.h"
#include "spin/core/extension.h"

/* Programs of TURNS are on fuel where they are not proven to end, those of CUT always. */
enum { GUARD, HANDLER, TURNS, CUT, KINDS };
extern struct typing handles_kind[KINDS];

struct object_file {
    const uint8_t *from, *to;
};
extern const struct object_file handles_objects[2];

/* False: the check has failed. */
bool handles_open(struct check *c);
void handles_close(void);

/* The program of this name; false, and the report says why: it is refused. */
bool handles_load(struct load *into, const struct object_file *file, const char *name,
                  const struct typing *as);
extern struct report handles_why;

#endif
