/* SPDX-License-Identifier: MIT */
/* name_space.c -- see name_space.h. */
#include "spin/services/name_space.h"

#include "lib/error.h"
#include "machine/report/panic.h"
#include "spin/services/loader/nanny.h"

MODULE("Names");

static const struct name_authorizer open_to_all;

static bool anybody(void *closure, const struct name_request *request) {
    (void)closure;
    (void)request;
    return true;
}
static const struct name_authorizer all_may_attach = {.allows = anybody};

static void must(int error, const char *path) {
    if (error)
        panic("name_space: %s: %s", path, error_sentence(error));
}

void name_space_attach(const char *path, const struct name_type *type, void *object) {
    const struct named named = {type, object};
    must(names_attach(THIS_MODULE, path, &named, &open_to_all), path);
}

struct domain_reference *name_space_attach_domain(const char *path, struct domain *domain,
                                                  const struct module *by) {
    struct domain_reference *reference;
    must(reference_create(&reference, domain, by), path);
    name_space_attach(path, &name_domain, reference);
    return reference;
}

void name_space_init(void) {
    module_add(THIS_MODULE);
    must(names_init(THIS_MODULE), "/");
    must(names_create(THIS_MODULE, "/svc", &open_to_all, &all_may_attach), "/svc");
    must(names_create(THIS_MODULE, "/svc/domains", &open_to_all, &all_may_attach), "/svc/domains");
    must(names_create(THIS_MODULE, "/devices", &open_to_all, &open_to_all), "/devices");
    must(names_demand(THIS_MODULE, "/svc/domains", nanny_load), "/svc/domains");
}
