/* SPDX-License-Identifier: MIT */
/* reference.h -- references to domains (Sirer et al., WCSSS '96). The engine's struct domain is
 * what a linker looks names up in. A reference is the capability to use one: it says what its
 * holder may do, and leads to who exported the names, whose authorizer is asked when somebody wants
 * to be linked to them (link_authority.h).
 *
 *     DOMAIN_IMPORT  link code to the names
 *     DOMAIN_MODIFY  add names and take them away, set the authorizer, revoke
 *
 * Several references may lead to one domain with different rights; what is changed by one is seen
 * by all. SPIN's Create, Add, Delete, Get- and SetRights. */
#ifndef SPIN_DOMAIN_REFERENCE_H
#define SPIN_DOMAIN_REFERENCE_H

#include "engine/domain.h"
#include "spin/core/dispatch/binding/module.h"

#define DOMAIN_ADDED_MAX 16 /* domains that one domain has the names of, beside its own */

enum domain_rights { DOMAIN_IMPORT = 1, DOMAIN_MODIFY = 2, DOMAIN_ALL = 3 };

struct domain_reference;

/* A domain of what `exports` exports, which is held, and the first reference to it, with all
 * rights. 0; -E_PERM: the exporter is no module; -E_NO_MEMORY. */
int reference_create(struct domain_reference **reference, struct domain *exports,
                     const struct module *exporter);
/* Another reference to the same, with these rights. 0; -E_PERM: `from` has not all of them;
 * -E_NO_MEMORY. */
int reference_restrict(struct domain_reference **reference, const struct domain_reference *from,
                       unsigned rights);

/* One holder more, one less. The domain goes with its last reference. */
struct domain_reference *reference_hold(struct domain_reference *reference);
void reference_release(struct domain_reference *reference);

/* How many hold this reference. */
uint32_t reference_holders(const struct domain_reference *reference);
unsigned reference_rights(const struct domain_reference *reference);
const char *reference_name(const struct domain_reference *reference);

/* The domain has the names of `more`, too, as they are at each link; and has them no more. What is
 * linked stays so. 0, or:
 *   -E_PERM      `to` may not be modified, or `more` not imported
 *   -E_DEAD      one of them is revoked
 *   -E_INVALID   one has names added already that the other would get: aggregates do not nest
 *   -E_EXISTS    they are there, or both are the same domain
 *   -E_FULL      DOMAIN_ADDED_MAX
 *   -E_NOT_FOUND they are not there to be removed */
int reference_add(struct domain_reference *to, const struct domain_reference *more);
int reference_remove(struct domain_reference *from, const struct domain_reference *more);

/* Nobody is linked to the domain any more, by whatever reference. What is linked stays so. 0, or
 * -E_PERM. */
int reference_revoke(struct domain_reference *reference);

/* What a linker looks names up in: held for the caller, until what it links is linked. 0; -E_PERM:
 * it may not be imported; -E_DEAD; -E_NO_MEMORY. */
int reference_import(const struct domain_reference *reference, struct domain **domain);

/* What is asked. Who asks is said by the loader, which made the module. */
struct link_request {
    const struct module *by;
    const struct export *export;
    const struct types *types; /* of the export: for who decides by type */
};

/* May this name be bound? */
typedef bool link_authorizer_fn(void *closure, const struct link_request *request);

struct link_authorizer {
    link_authorizer_fn *allows; /* null: everybody is allowed who has the reference */
    void *closure;
};

/* Who is asked from now on; bindings that are there stay. 0; -E_PERM: it may not be modified. */
int reference_authorize(struct domain_reference *reference,
                        const struct link_authorizer *authorizer);

/* For link_authority.c. */
struct domain_object;
const struct domain_object *reference_object(const struct domain_reference *reference);

#endif
