/* SPDX-License-Identifier: MIT */
/* signed.c -- what of an extension is signed native code (engine/native.h): the files NAME.signed
 * of its folder, whose global functions are in sections as spin/extend.h has them. Nothing is
 * proven of it: it is believed because of its signature, may do what the kernel may, and is ended
 * by nobody. Its handlers must still have their events' types, by the types that it brings along.
 *
 * This file is in an image that trusts the holder of a key, and in no other (loaded.h). */
#include "common/archive.h"
#include "common/engine.h"
#include "lib/error.h"
#include "lib/string.h"
#include "spin/core/dispatch/change.h"
#include "spin/core/dispatch/plan/retired.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/loader/loaded.h"

#define SIGNED_KIND "extension"

/* One file; the closure of its handlers' procedures, so that they tell when they are let go. */
struct signed_object {
    struct signed_object *next;
    struct extension *of;
    struct native native;
    uint32_t procedures; /* that the dispatcher may still call */
};

static bool is_signed(const char *path) {
    static const char end[] = ".signed";
    const size_t n = strlen(path);
    return n > sizeof end && strcmp(path + n - sizeof end + 1, end) == 0;
}

static void released(void *object) {
    ((struct signed_object *)object)->procedures--;
}

/* --- Its handlers --- */

/* Is the function declared as the event's handlers are? */
static bool has_type(const struct signed_object *o, const struct native_function *f,
                     const struct typing *kind) {
    const struct types *types = kind->description->types;
    struct typed is = {&o->native.btf, o->native.fingerprint, f->type},
                 wanted = {&types->btf, types->fingerprint, kind->prototype};
    return f->type && types_agree(&wanted, &is, &o->of->hooks) == AGREE;
}

static int bind(struct signed_object *o, const struct native_function *f, struct change *c) {
    const struct event *event;
    const struct typing *kind = kind_of_section(f->section);
    if (!kind || kind_role(kind, &event) != ROLE_HANDLER)
        return kind || kind_is_missing(f->section) ? -E_INVALID : 0;
    if (!has_type(o, f, kind))
        return -E_INVALID;
    struct handler_request r = {
        .handler = {.entry = (event_fn *)f->address, .closure = o, .release = released}};
    int error = handler_place(f->section, event, &r);
    if (error)
        return error;
    o->procedures++;
    error = change_install(c, event, &r, NULL);
    if (error)
        released(o);
    return error;
}

static int bind_all(struct extension *e, struct report *why) {
    struct change c;
    const char *name = e->name;
    int error = 0;
    change_open(&c, &e->module, e->client);
    for (struct signed_object *o = e->trusted; o && !error; o = o->next)
        for (uint32_t i = 0; i < o->native.function_count && !error; i++) {
            name = o->native.function[i].name;
            error = bind(o, &o->native.function[i], &c);
        }
    if (error)
        change_abandon(&c);
    else
        error = change_commit(&c);
    return error ? loader_refuse(why, error, "cannot be bound:", name) : 0;
}

/* --- The files --- */

static int open_linked(struct extension *e, struct bytes file, struct domain *const *domain,
                       uint32_t domains, struct report *why) {
    const struct native_load with = {&e->hooks, signing_key, SIGNED_KIND, domain, domains};
    struct signed_object *o = e->hooks.allocate(e->hooks.owner, sizeof *o);
    if (!o)
        return -E_NO_MEMORY;
    o->of = e;
    if (!native_open(&o->native, &with, file.at, file.len, why)) {
        e->hooks.release(e->hooks.owner, o, sizeof *o);
        return -E_INVALID;
    }
    o->next = e->trusted;
    e->trusted = o;
    return 0;
}

static int link_file(struct extension *e, struct bytes file, struct domain_reference *given,
                     struct report *why) {
    struct domain *domain[1 + EXTENSION_NEEDS_MAX];
    uint32_t n = 0;
    int error = reference_import(given, &domain[n]);
    while (!error && n++ < e->needs)
        error = reference_import(e->need[n - 1], &domain[n]);
    if (!error)
        error = open_linked(e, file, domain, n, why);
    while (n)
        domain_release(domain[--n]); /* what is bound holds its part */
    return error;
}

int signed_open(struct extension *e, struct domain_reference *given, struct report *why) {
    struct bytes file;
    const char *path;
    int error = 0;
    for (unsigned n = 0; !error && archive_folder(e->name, n, &path, &file); n++)
        if (is_signed(path))
            error = link_file(e, file, given, why);
    return error || !e->trusted ? error : bind_all(e, why);
}

bool signed_close(struct extension *e) {
    struct signed_object *o;
    for (o = e->trusted; o; o = o->next)
        if (o->procedures || code_is_under_way(&o->native.code))
            return false;
    while ((o = e->trusted)) {
        e->trusted = o->next;
        native_close(&o->native);
        e->hooks.release(e->hooks.owner, o, sizeof *o);
    }
    return true;
}
