/* SPDX-License-Identifier: MIT */
/* link_authority.h -- who may be linked to what. The exporter of a domain is asked for each name
 * that somebody is about to be bound to, once, before any code of his runs; a call asks nobody.
 * What was asked and answered is kept for a while. */
#ifndef SPIN_DOMAIN_LINK_AUTHORITY_H
#define SPIN_DOMAIN_LINK_AUTHORITY_H

#include "spin/core/domain/reference.h"

#define LINK_AUDIT_MAX  64 /* answers that are kept: the last ones */
#define LINK_AUDIT_NAME 32 /* bytes of a name there, the NUL included; longer ones are cut */

/* Asks the exporter of `part`, which one of reference_import's domains consists of, and that of the
 * aggregate that it is added to. False, and nobody is asked: the reference does not lead there. */
bool reference_allows(const struct domain_reference *reference, const struct domain *part,
                      const struct link_request *request);

struct link_audit {
    char by[LINK_AUDIT_NAME], domain[LINK_AUDIT_NAME], name[LINK_AUDIT_NAME];
    bool allowed;
};

/* The n-th answer before the last one, n from 0; null: it is not kept any more, or never was. */
const struct link_audit *link_audit(unsigned n);

#endif
