/* SPDX-License-Identifier: MIT */
/* nanny.h -- extensions that are there when somebody needs them: whoever looks up a domain that is
 * not there has the extension of that name loaded from the archive; and it goes again when nobody
 * has used it for a while. Its state goes with it. */
#ifndef SPIN_LOADER_NANNY_H
#define SPIN_LOADER_NANNY_H

#include "spin/services/names/plain.h"

/* For names_demand of the directory of domains: a name_demand_fn. What loader_load gives, but
 * -E_NOT_FOUND where the extension is being loaded already, which is a circle. */
int nanny_load(const struct module *by, const char *name);

/* Unloads what was loaded on demand and has been idle since the last sweep: nobody linked to it or
 * holding a reference, nothing of it bound. How many went. */
unsigned nanny_sweep(void);

#endif
