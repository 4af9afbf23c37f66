/* SPDX-License-Identifier: MIT */
/* loader.c -- see loader.h: the steps of loading, and their way back. */
#include "spin/services/loader/loader.h"

#include "common/archive.h"
#include "common/engine.h"
#include "engine/object.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/plan/plan.h"
#include "spin/core/domain/link_authority.h"
#include "spin/services/loader/manifest.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/loader/loaded.h"

static const char *compiler = "clang";
static uint64_t last_serial;
static struct domain_reference *given; /* what every extension is linked to */

void loader_init(struct domain_reference *public_names) {
    given = public_names;
}

void loader_compiler(const char *name) {
    compiler = name;
}

int loader_refuse(struct report *why, int error, const char *what, const char *which) {
    report_say(why, "%s %s: %s", what, which, error_sentence(error));
    return error;
}

/* --- What its source says --- */

static int load(const char *name, bool private, const void *client, struct extension **loaded,
                struct report *why);

static int need(struct extension *e, const char *path, struct report *why) {
    struct named found;
    int error = e->needs < EXTENSION_NEEDS_MAX ? 0 : -E_FULL;
    if (!error)
        error = names_lookup(&e->module, path, &name_domain, &found);
    if (error)
        return loader_refuse(why, error, "needs", path);
    e->need[e->needs++] = found.object;
    return 0;
}

static int need_own(struct extension *e, const char *name, struct report *why) {
    struct extension *instance;
    if (e->owns == EXTENSION_NEEDS_MAX || e->needs == EXTENSION_NEEDS_MAX)
        return loader_refuse(why, -E_FULL, "wants its own", name);
    int error = load(name, true, e->client, &instance, why);
    if (error)
        return error;
    instance->owned = true;
    e->own[e->owns++] = instance;
    e->need[e->needs++] = reference_hold(instance->reference);
    return 0;
}

/* The name stays where it is, in the object's bytes. */
static int export(struct extension *e, const char *name, struct report *why) {
    if (e->exports == EXTENSION_EXPORTS_MAX)
        return loader_refuse(why, -E_FULL, "exports", name);
    e->export[e->exports++] = name;
    return 0;
}

static int obey(struct extension *e, const struct manifest *behind,
                const struct manifest_line *line, struct report *why) {
    switch (line->what) {
    case MANIFEST_NEEDS:
        return need(e, line->which, why);
    case MANIFEST_OWN:
        return need_own(e, line->which, why);
    case MANIFEST_EXPORTS:
        return export(e, (const char *)behind->at - strlen(line->which), why);
    }
    return -E_INVALID;
}

/* The section of that name; of none, no bytes. */
static struct bytes section_of(const struct object *object) {
    for (uint32_t i = 0; i < object->section_count; i++)
        if (strcmp(object->section[i].name, MANIFEST_SECTION) == 0)
            return object->section[i].data;
    return (struct bytes){0};
}

/* What no kind is meant by would be a function of nobody's, and never run. */
static int check_sections(const struct object *object, struct report *why) {
    for (uint32_t i = 0; i < object->function_count; i++) {
        const char *section = object->section[object->function[i].section].name;
        if (kind_is_missing(section))
            return loader_refuse(why, -E_NOT_FOUND, "there is nothing to extend by", section);
    }
    return 0;
}

static int read_object(struct extension *e, const struct extension_object *o, struct report *why) {
    struct manifest_line line;
    struct object object;
    if (!object_open(&object, &e->hooks, o->bytes, o->len, why))
        return -E_INVALID;
    struct bytes said = section_of(&object);
    struct manifest m = {said.at, said.at + said.len};
    int more = check_sections(&object, why);
    while (!more && (more = manifest_next(&m, &line)) > 0)
        more = obey(e, &m, &line, why);
    object_close(&object);
    return more;
}

/* --- Initialisers, interface, name --- */

static int initialise_by(const struct load_program *program, struct report *why) {
    static const uint64_t nothing[PARAMETERS];
    static struct net_report ended;
    static char text[NET_TEXT_MAX];
    uint64_t result;
    if (!extension_run(program, nothing, 0, &result, &ended)) {
        net_report_text(&ended, text);
        report_say(why, "%s", text);
        return -E_INVALID;
    }
    if (result)
        report_say(why, "initialiser %s gave %ld", program->image.function->name, (long)result);
    return result ? -E_INVALID : 0;
}

static int initialise(struct extension *e, struct report *why) {
    int error = 0;
    for (uint32_t n = 0; !error && n < e->linked; n++) {
        const struct load *l = &e->object[e->order[n]].load;
        for (uint32_t i = 0; !error && i < l->count; i++) {
            const struct event *event;
            if (kind_role(l->program[i].kind, &event) == ROLE_INITIALISER)
                error = initialise_by(&l->program[i], why);
        }
    }
    return error;
}

/* A domain of the names that it exports, of all its objects. */
static int make_interface(struct extension *e, struct report *why) {
    struct domain *part[EXTENSION_OBJECTS_MAX];
    for (uint32_t i = 0; i < e->linked; i++)
        part[i] = e->object[e->order[i]].load.link.exported;
    struct domain *whole = domain_combine(&e->hooks, e->name, part, e->linked);
    if (!whole)
        return -E_NO_MEMORY;
    e->interface = domain_select(&e->hooks, e->name, whole, e->export, e->exports, why);
    domain_release(whole);
    if (!e->interface)
        return why->rule == RULE_NO_MEMORY ? -E_NO_MEMORY : -E_INVALID;
    return reference_create(&e->reference, e->interface, &e->module);
}

static int attach_name(struct extension *e, struct report *why) {
    static const struct name_authorizer open_to_all;
    char path[PATH_BYTES_MAX];
    const struct named domain = {&name_domain, e->reference};
    if (e->private || !e->exports)
        return 0;
    format_text(path, sizeof path, NAMED_DOMAINS "%s", e->name);
    int error = names_attach(&e->module, path, &domain, &open_to_all);
    return error ? loader_refuse(why, error, "cannot be attached:", path) : 0;
}

/* --- The way back --- */

/* Everything but its memory: from here on nobody comes to it. 0 or -E_NO_MEMORY. */
static int withdraw(struct extension *e) {
    e->state = EXTENSION_GOING;
    plain_withdraw_all(&e->module);
    if (e->reference)
        reference_revoke(e->reference);
    return programs_unbind(e);
}

static bool is_under_way(const struct extension *e) {
    for (uint32_t n = 0; n < e->linked; n++) {
        const struct load *l = &e->object[e->order[n]].load;
        for (uint32_t i = 0; i < l->count; i++)
            if (code_is_under_way(&l->program[i].image.code.memory))
                return true;
    }
    return false;
}

/* Its memory, if no raise can come to its code and none is in it. */
static bool finish(struct extension *e) {
    plans_reclaim();
    if (DEFENDED(DRAIN) && (!list_empty(&e->module.bindings) || e->procedures || is_under_way(e)))
        return false;
    if (extension_is_needed(e))
        return false; /* by others that go, and are under way */
    if (e->trusted && !signed_close(e))
        return false;
    if (e->reference)
        reference_release(e->reference);
    domain_release(e->interface);
    objects_release(e);
    while (e->needs)
        reference_release(e->need[--e->needs]);
    while (e->owns) { /* which nobody else was linked to; loader_reap's if it is under way */
        struct extension *own = e->own[--e->owns];
        own->owned = false;
        assert_that(loader_unload(own) != -E_BUSY);
    }
    account_credit(&e->module.account, RESOURCE_MEMORY, sizeof *e);
    module_remove(&e->module);
    extension_is_listed(e, false);
    engine_hooks.release(NULL, e, sizeof *e);
    return true;
}

unsigned loader_reap(void) {
    unsigned left = 0;
    uint64_t serial = 0;
    struct extension *e;
    dispatcher->lock();
    while ((e = loader_after(&serial)))
        if (!e->owned) /* else its owner takes it along */
            left += e->state == EXTENSION_GOING && (programs_unbind(e) || !finish(e));
    dispatcher->unlock();
    return left;
}

int loader_unload(struct extension *e) {
    dispatcher->lock();
    int error = extension_is_needed(e) ? -E_BUSY : withdraw(e);
    if (!error && !finish(e))
        error = -E_EXISTS;
    dispatcher->unlock();
    return error;
}

/* --- Links that are asked about again --- */

static bool is_own(const struct extension *e, const struct domain *part) {
    for (uint32_t n = 0; n < e->linked; n++)
        if (e->object[e->order[n]].load.link.exported == part)
            return true;
    return false;
}

static bool is_allowed(const struct extension *e, const struct binding *b) {
    const struct link_request request = {&e->module, b->export, domain_types(b->part)};
    bool allowed = is_own(e, b->part) || reference_allows(given, b->part, &request);
    for (uint32_t i = 0; !allowed && i < e->needs; i++)
        allowed = reference_allows(e->need[i], b->part, &request);
    return allowed;
}

static bool may_stay(const struct extension *e) {
    for (uint32_t n = 0; n < e->linked; n++) {
        const struct link *l = &e->object[e->order[n]].load.link;
        for (uint32_t i = 0; i < l->names; i++)
            if (l->binding[i].export && !is_allowed(e, &l->binding[i]))
                return false;
    }
    return true;
}

/* So many were withdrawn: what they export is revoked, for those that need it. */
static unsigned withdraw_denied(int *error) {
    unsigned denied = 0;
    uint64_t serial = 0;
    struct extension *e;
    while (!*error && (e = loader_after(&serial)))
        if (e->state == EXTENSION_LOADED && !may_stay(e)) {
            *error = withdraw(e);
            denied++;
        }
    return denied;
}

int loader_ask_again(void) {
    int error = 0;
    unsigned left = 0;
    for (unsigned more; (more = withdraw_denied(&error));)
        left += more;
    while (left) { /* those that others were linked to go behind them */
        unsigned was = left;
        left = loader_reap();
        if (left >= was)
            break;
    }
    return error;
}

/* --- The way there --- */

static int go_through(struct extension *e, struct report *why) {
    int error = objects_take(e, compiler);
    if (error)
        return loader_refuse(why, error, "the archive's folder", e->name);
    for (uint32_t i = 0; !error && i < e->objects; i++)
        error = read_object(e, &e->object[i], why);
    if (!error)
        error = objects_link(e, given, why);
    if (!error)
        error = make_interface(e, why);
    if (!error)
        error = initialise(e, why);
    if (!error)
        error = programs_bind(e, why);
    if (!error && signed_open)
        error = signed_open(e, given, why);
    if (!error)
        error = attach_name(e, why);
    return error;
}

static int load_alone(const char *name, bool private, const void *client, struct extension **loaded,
                      struct report *why) {
    if (strnlen(name, PATH_NAME_MAX) == PATH_NAME_MAX)
        return loader_refuse(why, -E_TOO_LONG, "the name", name);
    if (!private && extension_named(name))
        return loader_refuse(why, -E_EXISTS, "extension", name);
    struct extension *e = engine_hooks.allocate(NULL, sizeof *e);
    if (!e)
        return loader_refuse(why, -E_NO_MEMORY, "extension", name);
    e->serial = ++last_serial;
    format_text(e->name, sizeof e->name, "%s", name);
    e->private = private;
    e->client = client;
    e->module.name = e->name;
    module_add(&e->module);
    charged_memory(&e->module, &e->hooks);
    account_charge(&e->module.account, RESOURCE_MEMORY, sizeof *e);
    quotas_set(&e->module);
    extension_is_listed(e, true);
    int error = quotas_refusal(&e->module, go_through(e, why), why);
    if (!error) {
        e->state = EXTENSION_LOADED;
        *loaded = e;
        return 0;
    }
    withdraw(e); /* loader_reap, if there is no memory for that or it is under way */
    finish(e);
    return error;
}

/* The one strand that changes what is loaded; within itself for what it needs. */
static int load(const char *name, bool private, const void *client, struct extension **loaded,
                struct report *why) {
    dispatcher->lock();
    int error = load_alone(name, private, client, loaded, why);
    dispatcher->unlock();
    return error;
}

int loader_load(const char *name, struct extension **extension, struct report *why) {
    report_begin(why);
    return load(name, false, NULL, extension, why);
}

int loader_load_for(const char *name, const void *client, struct extension **extension,
                    struct report *why) {
    report_begin(why);
    return load(name, true, client, extension, why);
}

/* Others are linked to none of them, for they have no names; what is under way is left to
 * loader_reap, and the client is not known by it any more. */
bool loader_client_ends(const void *client) {
    bool others = false;
    uint64_t serial = 0;
    struct extension *e;
    dispatcher->lock();
    while ((e = loader_after(&serial))) {
        others |= e->client && e->client != client;
        if (!e->client || e->client != client)
            continue;
        e->client = NULL;
        if (!e->owned) /* else its owner takes it along */
            (void)loader_unload(e);
    }
    dispatcher->unlock();
    return others;
}

static void boot(const struct component *component) {
    static struct report why;
    struct elf_source program;
    struct extension *e;
    if (!archive_find(component->name, &program) && loader_load(component->name, &e, &why))
        panic("boot: extension %s: %s", component->name, why.text);
}

void loader_boot(void) {
    archive_start(boot);
}
