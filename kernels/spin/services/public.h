/* SPDX-License-Identifier: MIT */
/* public.h -- the domain SpinPublic: what every extension may be linked to (Bershad et al., SOSP
 * '95, 3.1). Whoever should reach more is given another domain beside it. */
#ifndef SPIN_SERVICES_PUBLIC_H
#define SPIN_SERVICES_PUBLIC_H

#include "spin/core/domain/reference.h"

extern struct domain *public_domain;
extern struct domain_reference *spin_public; /* with all rights */

void public_init(void);

#endif
