/* SPDX-License-Identifier: MIT */
/* extension.h -- code that is loaded into the kernel (Bershad et al., SOSP '95, 3): an object of
 * which everything was checked, typed, linked to the domains that its loader names, proven and
 * compiled (docs/engine.md). */
#ifndef SPIN_CORE_EXTENSION_H
#define SPIN_CORE_EXTENSION_H

#include "engine/load.h"
#include "engine/net.h"
#include "spin/core/domain/reference.h"

/* Extensions run on the kernel's stack, of which this much is spared for them. */
#define EXTENSION_STACK_MAX 4096
#define EXTENSION_LINKS_MAX 16 /* references that one is linked by */

/* How their programs are compiled. */
extern const struct jit_options extension_jit;

/* How many are loaded. */
extern uint32_t extension_count;

/* Loads what the request says (load.h), by the kernel's means; its kinds spare no more stack than
 * there is. False, with *why set and nothing left, when something is refused. */
bool extension_open(struct load *extension, const struct load_request *request, struct report *why);

/* The same for a module, whose memory it takes (module.h), and that has references to the domains:
 * it must hold the right to import each, and the exporter of each name that is about to be bound is
 * asked, once, before anything is proven or run. The request's domains do not count. */
bool extension_link(struct load *extension, const struct load_request *request,
                    const struct domain_reference *const *from, uint32_t references,
                    const struct module *by, struct report *why);

/* The inverse: names bound to the domain are undefined again, and the extension's programs cannot
 * run any more. 0; -E_PERM: `own`, a reference to what the extension exports, may not be modified,
 * or `domain` not imported; -E_EXISTS: one of its programs is under way or bound to an event by
 * `by`, its module, or others are linked to it. */
int extension_unresolve(struct load *extension, const struct domain_reference *own,
                        const struct domain_reference *domain, const struct module *by);

/* False, and nothing has happened, when others are linked to it. Nobody may be running it. */
bool extension_close(struct load *extension);

/* Runs a program of one on so much fuel. False: it was ended early, and the report says why; the
 * kernel goes on. One that extension_unresolve has stopped is not run. */
bool extension_run(const struct load_program *program, const uint64_t argument[PARAMETERS],
                   uint64_t fuel, uint64_t *result, struct net_report *report);

#endif
