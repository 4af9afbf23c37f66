/* SPDX-License-Identifier: MIT */
/* handles_services.h -- what programs of the kinds in handles.h may be linked to. */
#ifndef TESTS_SPIN_HANDLES_SERVICES_H
#define TESTS_SPIN_HANDLES_SERVICES_H

#include "engine/domain.h"
#include "spin/runtime/proxy.h"

/* What a raise of Test.Inner by a program counts for. */
#define INNER_COST 2000

/* Types of the services and of the kinds. */
struct bytes handles_types(void);
/* Made when first asked for. */
struct domain *handles_domain(void);

/* What handles_wait does, or null. */
extern void (*handles_waiting)(void);

/* What handles_reference gives, and the type of what is behind it: a long. */
extern struct proxy *handles_proxy;
extern const struct name_type handles_lamp;

#endif
