/* SPDX-License-Identifier: MIT */
/* engine_linked.h -- for the tests of linking and running: a kernel with its exports, the services
 * of tests/engine, and objects of the tests linked to it. */
#ifndef TESTS_ENGINE_LINKED_H
#define TESTS_ENGINE_LINKED_H

#include "engine/link/program_image.h"
#include "engine_made.h"
#include "host_hooks.h"

/* The kernel. */
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../../engine/services.c"
EXPORTS_DECLARE(services);

struct world {
    struct host_hooks host;
    uint8_t *section;
    struct types types;
    struct domain *services;
};

static inline void open_world(struct world *w) {
    struct report why;
    size_t len;
    host_hooks_init(&w->host);
    w->section = read_whole("build/exports/tests/engine/services.btf", &len);
    if (!types_open(&w->types, &w->host.hooks, (struct bytes){w->section, len}, &why))
        fail_msg("%s", rule_name(why.rule));
    w->services = domain_create(&w->host.hooks, "services", &w->types, EXPORTS(services),
                                EXPORTS_COUNT(services), &why);
    if (!w->services)
        fail_msg("%s", why.text);
}

static inline void close_world(struct world *w) {
    domain_release(w->services);
    types_close(&w->types);
    free(w->section);
    assert_int_equal(w->host.allocated, 0);
    assert_int_equal(w->host.code_bytes, 0);
}

/* An object of the tests, opened and with its names undefined. */
struct loaded {
    uint8_t *file;
    struct object object;
    struct link link;
};

static inline void load(struct world *w, struct loaded *l, const char *name, const char *way) {
    struct report why;
    size_t len;
    l->file = read_compiled(name, way, &len);
    if (!object_open(&l->object, &w->host.hooks, l->file, len, &why))
        fail_msg("%s %s: %s", name, way, why.text);
    assert_true(link_open(&l->link, name, &l->object, &w->host.hooks));
}

static inline void unload(struct loaded *l) {
    assert_true(link_close(&l->link));
    object_close(&l->object);
    free(l->file);
}

static inline void resolve(struct loaded *l, struct domain *const *domains, uint32_t count) {
    static struct report report;
    if (!link_resolve(&l->link, domains, count, &report))
        fail_msg("%s", report.text);
}

static inline void make(struct loaded *l, struct image *image, const char *function,
                        const struct kind *kind, const char *way) {
    static const struct jit_options plain;
    static struct report why;
    if (!image_create(image, &l->link, function, kind, &plain, &why))
        fail_msg("%s %s: %s", function, way, why.text);
    assert_true(image_is_runnable(image));
}

#endif
