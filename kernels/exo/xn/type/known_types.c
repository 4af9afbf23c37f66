/* SPDX-License-Identifier: MIT */
/* known_types.c -- the table of types, and those that every volume has. */
#include "exo/xn/type/types.h"

#include "exo/xn/type/functions.h"
#include "exo/xn/type/shadow.h"
#include "lib/error.h"
#include "lib/string.h"

/* Who asks XN for a built-in type that holds pointers goes by operations of its own: none has
 * partitions here. */
static const struct xn_type built_in[] = {
    {.name = "bytes", .number = XN_BYTES, .leaf = true, .size = XN_BLOCK_BYTES},
    {.name = "root", .number = XN_ROOT, .size = XN_BLOCK_BYTES},
    {.name = "type", .number = XN_TYPE, .leaf = true, .size = XN_BLOCK_BYTES},
    {.name = "map", .number = XN_MAP, .leaf = true, .size = XN_BLOCK_BYTES},
};

int xn_types_open(struct xn_types *types) {
    memset(types->type, 0, sizeof types->type);
    types->shadow = types->hooks->allocate(types->hooks->owner, sizeof *types->shadow);
    if (!types->shadow)
        return -E_NO_MEMORY;
    for (unsigned i = 0; i < sizeof built_in / sizeof *built_in; i++)
        types->type[built_in[i].number] = &built_in[i];
    return 0;
}

void type_release(struct xn_type *type, const struct hooks *hooks) {
    functions_close(type);
    arena_release(&type->arena);
    hooks->release(hooks->owner, type, sizeof *type);
}

void xn_types_close(struct xn_types *types) {
    for (unsigned i = XN_IMPORTED; i < XN_TYPES_MAX; i++)
        if (types->type[i])
            type_release((struct xn_type *)types->type[i], types->hooks);
    types->hooks->release(types->hooks->owner, types->shadow, sizeof *types->shadow);
    memset(types->type, 0, sizeof types->type);
}

const struct xn_type *xn_type_named(const struct xn_types *types, const char name[XN_NAME_BYTES]) {
    for (unsigned i = 0; i < XN_TYPES_MAX; i++)
        if (types->type[i] && !strncmp(types->type[i]->name, name, XN_NAME_BYTES))
            return types->type[i];
    return NULL;
}
