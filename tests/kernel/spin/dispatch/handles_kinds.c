/* SPDX-License-Identifier: MIT */
/* handles_kinds.c -- see handles_kinds.h. */
#include "handles_kinds.h"

#include "../../embed.h"

#include "common/engine.h"
#include "spin/services/public.h"

EMBED(handles_clang, "tests/kernel/spin/extension/handles.clang-O2.o");
EMBED(handles_gcc, "tests/kernel/spin/extension/handles.gcc-O2.o");

const struct object_file handles_objects[2] = {{handles_clang, handles_clang_end},
                                               {handles_gcc, handles_gcc_end}};

static struct types types;
struct typing handles_kind[KINDS];
struct report handles_why;

static const struct typing_grant grant = {.type = "handles", .may = MAY_READ_WRITE};
static struct kind_description description[KINDS] = {
    [GUARD] = {.kind = {.name = "guard", .demands = BOUNDED | FUNCTIONAL},
               .prototype = "handles_guard_type"},
    [HANDLER] = {.kind = {.name = "handler", .demands = BOUNDED},
                 .prototype = "handles_handler_type"},
    [TURNS] = {.kind = {.name = "turns"}, .prototype = "handles_handler_type"},
    [CUT] = {.kind = {.name = "cut", .demands = BOUNDED | EPHEMERAL, .fueled = true},
             .prototype = "handles_handler_type"}};

bool handles_open(struct check *c) {
    if (!types_open(&types, &engine_hooks, handles_types(), &handles_why))
        return false;
    for (unsigned i = 0; i < KINDS; i++) {
        description[i].types = &types;
        description[i].grant = &grant;
        description[i].grants = 1;
        description[i].kind.stack_max = EXTENSION_STACK_MAX;
        if (!typing_open(&handles_kind[i], &engine_hooks, &description[i], &handles_why)) {
            check_fail(c, "%s", handles_why.text);
            return false;
        }
    }
    return true;
}

void handles_close(void) {
    for (unsigned i = 0; i < KINDS; i++)
        typing_close(&handles_kind[i]);
    types_close(&types);
}

bool handles_load(struct load *into, const struct object_file *file, const char *name,
                  const struct typing *as) {
    struct domain *const domains[] = {public_domain, handles_domain()};
    const struct load_request request = {.name = "handles",
                                         .file = file->from,
                                         .len = (size_t)(file->to - file->from),
                                         .as = as,
                                         .only = name,
                                         .domain = domains,
                                         .domains = 2};
    return extension_open(into, &request, &handles_why);
}
