/* SPDX-License-Identifier: MIT */
/* function_exports.c -- what the kernel exports to functions. The build compiles this file a second
 * time for the types (engine/export.h), which are embedded here. */
#include "common/engine.h"
#include "exo/kernel/function.h"

#include "engine/export.h"
#include "lib/crc32.h"

static const struct signature give_up_signature = {.parameter = {{.kind = SHAPE_NUMBER}},
                                                   .facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
                                                   .cost = 30};

EXPORT(functions, crc32_update, EXPORT_FUNCTION, .signature = &engine_crc32_signature);
EXPORT(functions, function_give_up, EXPORT_FUNCTION, .signature = &give_up_signature);
EXPORTS_DECLARE(functions);

#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(functions, "kernels/exo/kernel/function_exports");

struct domain *function_exports(void) {
    return engine_domain("functions", EXPORTS_TYPES(functions), EXPORTS(functions),
                         EXPORTS_COUNT(functions));
}
#endif
