/* SPDX-License-Identifier: MIT */
/* link_unresolve.c -- takes bindings back: the programs that were made with them are stopped first,
 * for their code calls what they were bound to. */
#include "engine/link/program_image.h"
#include "engine/assert.h"

static bool is_bound_to(const struct link *l, uint32_t i, struct domain *domain) {
    return l->binding[i].export && domain_contains(domain, l->binding[i].part);
}

bool link_unresolve(struct link *l, struct domain *domain) {
    uint32_t bound = 0;
    for (uint32_t i = 0; i < l->names; i++)
        bound += is_bound_to(l, i, domain);
    if (!bound)
        return true;
    if (!link_withdraw(l))
        return false;
    /* Nothing below can fail: from here on the programs are gone. */
    image_stop_all(l);
    for (uint32_t i = 0; i < l->names; i++)
        if (is_bound_to(l, i, domain))
            link_unbind(l, i);
    return true;
}

bool link_close(struct link *l) {
    if (!link_withdraw(l))
        return false;
    image_stop_all(l);
    for (uint32_t i = 0; i < l->names; i++)
        if (l->binding[i].export)
            link_unbind(l, i);
    ENGINE_ASSERT(l->undefined == l->names, "%u of %u names are undefined", l->undefined, l->names);
    link_release(l);
    return true;
}
