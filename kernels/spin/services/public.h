/* SPDX-License-Identifier: MIT */
/* public.h -- the domain SpinPublic: what every extension may be linked to (Bershad et al., SOSP
 * '95, 3.1). Whoever should reach more is given another domain beside it. */
#ifndef SPIN_SERVICES_PUBLIC_H
#define SPIN_SERVICES_PUBLIC_H

#include "engine/domain.h"

extern struct domain *public_domain;

void public_init(void);

#endif
