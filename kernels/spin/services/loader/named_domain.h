/* SPDX-License-Identifier: MIT */
/* named_domain.h -- domains in the name server: what one links to is found by its path. */
#ifndef SPIN_LOADER_NAMED_DOMAIN_H
#define SPIN_LOADER_NAMED_DOMAIN_H

#include "spin/core/domain/reference.h"
#include "spin/services/names/names.h"

#define NAMED_DOMAINS "/svc/domains/"

/* Of a struct domain_reference. */
extern const struct name_type name_domain;

#endif
