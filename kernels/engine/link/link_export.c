/* SPDX-License-Identifier: MIT */
/* link_export.c -- a linked object as a domain of its own. */
#include "engine/link/link.h"
#include "engine/assert.h"
#include "engine/link/program_image.h"

#include "lib/string.h"

static uint32_t count_images(const struct link *l) {
    uint32_t n = 0;
    for (const struct image *i = l->image; i; i = i->next)
        n++;
    return n;
}

/* A metered function is for no other program, which would have no fuel to give; nor is one that
 * costs more than a signature can say. COST_ENDLESS is. */
static bool is_exported(const struct image *image) {
    return image->function->global && image->compiled && image->facts.cost <= UINT32_MAX;
}

static struct export export_image(const struct link *l, const struct image *image) {
    uint32_t type = image->function->type;
    return (struct export){
        .name = image->function->name,
        .address = image->code.memory.run,
        .signature = &image->signature,
        .kind = EXPORT_FUNCTION,
        .image = image,
        .type = type ? btf_type(&l->types.btf, type).type_size : 0,
    };
}

static struct export export_variable(const struct link *l, const struct object_global *g) {
    const struct variable *v = &l->variable[g->variable];
    return (struct export){
        .name = g->name,
        .address = (const uint8_t *)v->address + g->offset,
        .kind = EXPORT_VARIABLE,
        .writable = v->writable,
        .bytes = g->bytes,
        .type = g->type ? btf_type(&l->types.btf, g->type).type_size : 0,
    };
}

struct domain *link_export(struct link *l, struct report *why) {
    const struct object *o = l->object;
    struct arena arena = {.hooks = l->hooks};
    uint32_t n = 0;
    struct export *exports =
        arena_allocate(&arena, count_images(l) + o->global_count, sizeof *exports);
    if (!exports) {
        report_refuse(why, RULE_NO_MEMORY, l->name);
        return NULL;
    }
    for (const struct image *i = l->image; i; i = i->next)
        if (is_exported(i))
            exports[n++] = export_image(l, i);
    for (uint32_t i = 0; i < o->global_count; i++)
        if (o->global[i].global && o->global[i].type)
            exports[n++] = export_variable(l, &o->global[i]);
    ENGINE_ASSERT(!l->exported, "%s exports twice", l->name);
    l->exported = domain_create(l->hooks, l->name, &l->types, exports, n, why);
    arena_release(&arena);
    return l->exported;
}
