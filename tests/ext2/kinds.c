/* SPDX-License-Identifier: MIT */
/* kinds.c -- the kernel that file systems are proven and run in by tests: what it exports, and the
 * kind of its handlers. The build compiles this file once more for its types. */
#include "kinds.h"

#include "engine/export.h"
#include "spin/services/files/file_system.h"

typedef long file_system_program(struct volume *volume, struct file_call *call);
file_system_program *kinds_file_system;

#ifdef EXPORTS_TYPES_ONLY /* as the kernel has it, though nobody looks inside */
struct volume {
    unsigned long number;
};
#endif

static const struct signature
    read_says = {.result = {.kind = SHAPE_MEMORY,
                            .bytes = BLOCK_BYTES,
                            .may = MAY_READ_WRITE | ACQUIRED | MAY_BE_NULL},
                 .cost = 1000},
    release_says = {.parameter = {{.kind = SHAPE_MEMORY, .bytes = BLOCK_BYTES, .may = RELEASED}},
                    .cost = 100},
    changes_says = {.cost = 1000},
    memory_says = {.result = {.kind = SHAPE_MEMORY,
                              .bytes = sizeof(struct volume_memory),
                              .may = MAY_READ_WRITE},
                   .cost = 10};

EXPORT(blocks, block_read, EXPORT_FUNCTION, .signature = &read_says);
EXPORT(blocks, block_new, EXPORT_FUNCTION, .signature = &read_says);
EXPORT(blocks, block_release, EXPORT_FUNCTION, .signature = &release_says);
EXPORT(blocks, block_changed, EXPORT_FUNCTION, .signature = &changes_says);
EXPORT(blocks, block_order, EXPORT_FUNCTION, .signature = &changes_says);
EXPORT(blocks, block_forget, EXPORT_FUNCTION, .signature = &changes_says);
EXPORT(blocks, block_sync, EXPORT_FUNCTION, .signature = &changes_says);
EXPORT(blocks, volume_memory, EXPORT_FUNCTION, .signature = &memory_says);
EXPORTS_DECLARE(blocks);

static const struct typing_grant grants[] = {
    {.type = "file_call",
     .may = MAY_READ_WRITE,
     .shape = {.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE}}};

#define HANDLES(id, text)                                                                          \
    {.kind = {.name = "handler." #id, .stack_max = 4096},                                          \
     .prototype = "kinds_file_system",                                                             \
     .grant = grants,                                                                              \
     .grants = 1},
const struct kind_description file_system_kinds[] = {FILE_SYSTEM_EVENTS(HANDLES)};
_Static_assert(sizeof file_system_kinds / sizeof *file_system_kinds == FILE_SYSTEM_KINDS,
               "one each");
