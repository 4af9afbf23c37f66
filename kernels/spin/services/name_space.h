/* SPDX-License-Identifier: MIT */
/* name_space.h -- what the kernel itself has in the name server:
 *
 *     /svc/domains   domains, by name: whoever may look one up can be linked to it. One that is
 *                    absent is the nanny's to load
 *     /devices       what there is of hardware
 *
 * Any module may attach a name in /svc and /svc/domains; the other directories are the kernel's. */
#ifndef SPIN_SERVICES_NAME_SPACE_H
#define SPIN_SERVICES_NAME_SPACE_H

#include "spin/services/loader/loader.h"

/* Before all that has a name there. */
void name_space_init(void);

/* For the kernel's own at boot, which cannot be refused. */
void name_space_attach(const char *path, const struct name_type *type, void *object);
/* The same for a domain of a module's; gives the reference that lies there, with all rights. */
struct domain_reference *name_space_attach_domain(const char *path, struct domain *domain,
                                                  const struct module *by);

#endif
