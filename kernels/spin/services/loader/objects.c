/* SPDX-License-Identifier: MIT */
/* objects.c -- the objects of an extension: out of the archive, and linked to each other. */
#include "common/archive.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/loader/loaded.h"

/* Is it FOLDER/FILE.COMPILER.o? */
static bool is_of(const char *path, const char *compiler) {
    size_t length = strlen(path), n = strlen(compiler);
    return length > n + 3 && strcmp(path + length - 2, ".o") == 0 && path[length - n - 3] == '.' &&
           strncmp(path + length - n - 2, compiler, n) == 0;
}

static int take(struct extension *e, const char *path, struct bytes file) {
    if (e->objects == EXTENSION_OBJECTS_MAX)
        return -E_FULL;
    struct extension_object *o = &e->object[e->objects];
    if (!account_allows(&e->module.account, RESOURCE_MEMORY, file.len))
        return -E_QUOTA;
    o->bytes = e->hooks.allocate(e->hooks.owner, file.len);
    if (!o->bytes)
        return -E_NO_MEMORY;
    memcpy(o->bytes, file.at, file.len);
    o->len = file.len;
    o->path = path;
    o->state.of = e;
    e->objects++;
    return 0;
}

int objects_take(struct extension *e, const char *compiler) {
    struct bytes file;
    const char *path;
    int error = 0;
    for (unsigned n = 0; !error && archive_folder(e->name, n, &path, &file); n++)
        if (is_of(path, compiler))
            error = take(e, path, file);
    return error || e->objects ? error : -E_NOT_FOUND;
}

/* The domain of its own that the others are linked to. */
static bool export(struct extension *e, struct extension_object *o, struct report *why) {
    struct domain *d = link_export(&o->load.link, why);
    if (d && reference_create(&o->exports, d, &e->module) == 0)
        return true;
    if (d)
        report_refuse(why, RULE_NO_MEMORY, o->path);
    return false;
}

static bool link_object(struct extension *e, struct extension_object *o,
                        struct domain_reference *given, struct report *why) {
    const struct domain_reference *from[EXTENSION_LINKS_MAX] = {given};
    struct load_request request = {.name = o->path, .file = o->bytes, .len = o->len};
    uint32_t n = 1;
    for (uint32_t i = 0; i < e->needs; i++)
        from[n++] = e->need[i];
    for (uint32_t i = 0; i < e->linked; i++)
        from[n++] = e->object[e->order[i]].exports;
    request.kind = kinds_all(&request.kinds);
    if (!extension_link(&o->load, &request, from, n, &e->module, why))
        return false;
    if (export(e, o, why)) {
        o->linked = true;
        e->order[e->linked++] = (uint8_t)(o - e->object);
        return true;
    }
    assert_that(extension_close(&o->load)); /* nobody can be linked to it yet */
    return false;
}

/* Could another object have what this one lacks? */
static bool may_come(const struct report *why) {
    return why->rule == LINK_RULE_UNKNOWN_NAME || why->rule == LINK_RULE_UNRESOLVED;
}

static int error_of(const struct report *why) {
    switch (why->rule) {
    case RULE_NO_MEMORY:
        return -E_NO_MEMORY;
    case LINK_RULE_DENIED:
        return -E_PERM;
    default:
        return -E_INVALID;
    }
}

/* O(n^2) attempts, of which each that lacks a name ends before anything is proven. Objects that
 * call each other in a circle are never linked, and refused by the names that they lack. */
int objects_link(struct extension *e, struct domain_reference *given, struct report *why) {
    while (e->linked < e->objects) {
        uint32_t before = e->linked;
        for (uint32_t i = 0; i < e->objects; i++) {
            struct extension_object *o = &e->object[i];
            if (!o->linked && !link_object(e, o, given, why) && !may_come(why))
                return error_of(why);
        }
        if (e->linked == before)
            return error_of(why);
    }
    return 0;
}

void objects_release(struct extension *e) {
    while (e->linked) {
        struct extension_object *o = &e->object[e->order[--e->linked]];
        assert_that(extension_close(&o->load));
        reference_release(o->exports);
    }
    while (e->objects) {
        struct extension_object *o = &e->object[--e->objects];
        e->hooks.release(e->hooks.owner, o->bytes, o->len);
    }
}
