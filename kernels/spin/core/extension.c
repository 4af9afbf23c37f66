/* SPDX-License-Identifier: MIT */
/* extension.c -- see extension.h. */
#include "spin/core/extension.h"

#include "common/engine.h"
#include "lib/error.h"
#include "machine/report/panic.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/dispatch/plan/retired.h"
#include "spin/core/domain/link_authority.h"

uint32_t extension_count;

const struct jit_options extension_jit;

/* A kind without a limit would let an extension run off the kernel's stack. */
static void check_kind(const struct typing *kind) {
    assert_that(kind->kind.stack_max && kind->kind.stack_max <= EXTENSION_STACK_MAX);
}

/* The request as the kernel makes it: for machine code, its kinds looked at. */
static struct load_request ours_of(const struct load_request *request) {
    struct load_request ours = *request;
    for (uint32_t i = 0; i < ours.kinds; i++)
        check_kind(ours.kind[i]);
    if (ours.as)
        check_kind(ours.as);
    ours.jit = &extension_jit;
    return ours;
}

bool extension_open(struct load *extension, const struct load_request *request,
                    struct report *why) {
    const struct load_request ours = ours_of(request);
    if (!load_open(extension, &engine_hooks, &ours, why))
        return false;
    extension_count++;
    return true;
}

/* --- Links by reference --- */

struct importer {
    const struct domain_reference *const *from;
    uint32_t references;
    const struct module *by;
};

static bool is_allowed(const struct importer *i, const struct binding *b, struct report *why) {
    const struct link_request request = {i->by, b->export, domain_types(b->part)};
    for (uint32_t r = 0; r < i->references; r++)
        if (reference_allows(i->from[r], b->part, &request))
            return true;
    report_rule(why, LINK_RULE_DENIED, b->export->name);
    report_say(why, "  domain %s, for %s", domain_name(b->part), i->by->name);
    return report_hint(why);
}

static bool all_are_allowed(const struct importer *i, const struct link *link, struct report *why) {
    for (uint32_t n = 0; n < link->names; n++)
        if (!is_allowed(i, &link->binding[n], why))
            return false;
    return true;
}

/* The names are bound before they are asked about, and nothing else has happened then. */
static bool load_allowed(struct load *extension, const struct load_request *request,
                         const struct importer *i, struct report *why) {
    struct loading l;
    enum load_progress progress = LOAD_GOES_ON;
    load_begin(&l, extension, i->by->hooks ? i->by->hooks : &engine_hooks, request, why);
    while (progress == LOAD_GOES_ON && l.stage < LOADING_FUNCTION)
        progress = load_go(&l, 1);
    if (progress == LOAD_GOES_ON && !all_are_allowed(i, &extension->link, why))
        load_give_up(&l);
    while (progress == LOAD_GOES_ON)
        progress = load_go(&l, UINT32_MAX);
    return progress == LOAD_DONE;
}

static bool import(const struct domain_reference *from, struct domain **domain,
                   const struct load_request *request, struct report *why) {
    int error = reference_import(from, domain);
    if (!error)
        return true;
    report_begin(why);
    why->rule = error == -E_NO_MEMORY ? RULE_NO_MEMORY : LINK_RULE_DENIED;
    report_say(why, "%s: domain %s: %s (%s)", request->name, reference_name(from),
               error_sentence(error), rule_name(why->rule));
    return report_hint(why);
}

bool extension_link(struct load *extension, const struct load_request *request,
                    const struct domain_reference *const *from, uint32_t references,
                    const struct module *by, struct report *why) {
    const struct importer importer = {from, references, by};
    struct load_request ours = ours_of(request);
    struct domain *domain[EXTENSION_LINKS_MAX];
    uint32_t n = 0;
    assert_that(references <= EXTENSION_LINKS_MAX);
    while (n < references && import(from[n], &domain[n], request, why))
        n++;
    ours.domain = domain;
    ours.domains = n;
    bool linked = n == references && load_allowed(extension, &ours, &importer, why);
    extension_count += linked;
    while (n)
        domain_release(domain[--n]); /* what is bound holds its part */
    return linked;
}

bool extension_close(struct load *extension) {
    if (!load_close(extension))
        return false;
    extension_count--;
    return true;
}

/* By itself, or by its body in the code of a raise. */
static bool is_under_way(const struct load *extension) {
    for (uint32_t i = 0; i < extension->count; i++)
        if (code_is_under_way(&extension->program[i].image.code.memory) ||
            procedure_is_held(&extension->program[i].image))
            return true;
    return false;
}

int extension_unresolve(struct load *extension, const struct domain_reference *own,
                        const struct domain_reference *domain, const struct module *by) {
    struct domain *from;
    if (!(reference_rights(own) & DOMAIN_MODIFY))
        return -E_PERM;
    int error = reference_import(domain, &from);
    if (error)
        return error;
    dispatcher->lock();
    plans_reclaim();
    bool free = list_empty(&by->bindings) && !is_under_way(extension);
    error = free && link_unresolve(&extension->link, from) ? 0 : -E_EXISTS;
    domain_release(from);
    dispatcher->unlock();
    return error;
}

bool extension_run(const struct load_program *program, const uint64_t argument[PARAMETERS],
                   uint64_t fuel, uint64_t *result, struct net_report *report) {
    struct activation a = {.fuel = fuel};
    if (!image_is_runnable(&program->image)) {
        *report = (struct net_report){
            .fault = FAULT_POINTER, .reason = "it is not linked any more", .at = NET_UNKNOWN};
        return false;
    }
    return net_run(engine_nets(), &engine_guard, &program->image, NET_COMPILED, argument, &a,
                   result, report);
}
