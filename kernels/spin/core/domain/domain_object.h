/* SPDX-License-Identifier: MIT */
/* domain_object.h -- what references lead to; for this folder. */
#ifndef SPIN_DOMAIN_OBJECT_H
#define SPIN_DOMAIN_OBJECT_H

#include "spin/core/domain/reference.h"

#define DOMAIN_NAME_MAX 32 /* bytes, the NUL included; longer ones are cut */

struct domain_object {
    uint32_t holders;       /* references, and the domains that it is added to */
    uint32_t inside;        /* how many domains it is added to */
    struct domain *exports; /* null once it is revoked: nobody keeps an exporter's memory by it */
    bool revoked;
    char was[DOMAIN_NAME_MAX]; /* its name then */
    struct link_authorizer authorizer;
    struct domain_object *added[DOMAIN_ADDED_MAX];
    uint32_t added_count;
};

#endif
