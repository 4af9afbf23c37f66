/* SPDX-License-Identifier: MIT */
/* trusted.h -- the domain SpinTrusted: what can exhaust the kernel or stop it. Its authorizer lets
 * modules of the image be linked to it, and no extension, whatever reference it has come by. */
#ifndef SPIN_SERVICES_TRUSTED_H
#define SPIN_SERVICES_TRUSTED_H

#include "spin/core/domain/reference.h"

extern struct domain_reference *spin_trusted; /* with all rights */

void trusted_init(void);

#endif
