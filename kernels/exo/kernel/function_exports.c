/* SPDX-License-Identifier: MIT */
/* function_exports.c -- what the kernel exports to functions. The build compiles this file a second
 * time for the types (engine/export.h), which are embedded here. */
#include "common/engine.h"
#include "exo/kernel/function.h"

#include "engine/export.h"
#include "lib/crc32.h"
#include "machine/panic.h"

static const struct signature crc32_signature = {
    .parameter = {{.kind = SHAPE_NUMBER},
                  {.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                  {.kind = SHAPE_NUMBER, .max = 4096}},
    .result = {.kind = SHAPE_NUMBER},
    .facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
    .cost = 4096 * 16};

EXPORT(functions, crc32_update, EXPORT_FUNCTION, .signature = &crc32_signature);
EXPORTS_DECLARE(functions);

#ifndef EXPORTS_TYPES_ONLY
extern const uint8_t function_types[], function_types_end[];
__asm__(".pushsection .rodata\n.balign 16\nfunction_types: "
        ".incbin \"exports/kernels/exo/kernel/function_exports.btf\"\nfunction_types_end:\n"
        ".popsection");

struct domain *function_domain;

void function_init(void) {
    static struct types types;
    struct object_refusal why;
    struct link_report report;
    struct bytes section = {function_types, (size_t)(function_types_end - function_types)};
    if (!types_open(&types, &engine_hooks, section, &why))
        panic("function_init: types: %s at %lu", object_rule_name(why.rule), why.offset);
    function_domain = domain_create(&engine_hooks, "functions", &types, EXPORTS(functions),
                                    EXPORTS_COUNT(functions), &report);
    if (!function_domain)
        panic("function_init: %s", report.text);
}
#endif
