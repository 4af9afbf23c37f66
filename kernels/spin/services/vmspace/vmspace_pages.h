/* SPDX-License-Identifier: MIT */
/* vmspace_pages.h -- what can be done about a page of a vmspace: the operations that verified
 * handlers of its faults choose from, as the domain /svc/domains/VmspacePages. Each is for
 * translations of vmspaces alone: -E_PERM for any other; -E_NOT_FOUND: no region lies there. */
#ifndef SPIN_SERVICES_VMSPACE_VMSPACE_PAGES_H
#define SPIN_SERVICES_VMSPACE_VMSPACE_PAGES_H

#include "spin/services/vmspace/region.h"

struct translation;

/* What may be done there, of region.h. */
long vmspace_page_protection(struct translation *t, unsigned long at);
/* How many have the page, a memory object that others write to not counted; 0: nobody has touched
 * it. */
long vmspace_page_holders(struct translation *t, unsigned long at);

/* What lies there is found there, with all rights that its holders leave; where it is nothing, the
 * next access is told again. -E_NO_MEMORY. */
int vmspace_page_show(struct translation *t, unsigned long at, _Bool write);
/* The same, once a page lies there that nobody else has: of zeros, or a copy of the one that others
 * have, too. */
int vmspace_page_own(struct translation *t, unsigned long at);

#ifdef __BPF__
#include "spin/core/space/memory_fault.h"

/* What is touched first is zeros, and what several have is copied when one of them writes. Who
 * touched it and when does not matter: what counts is what region and holders say now. True: the
 * access may go on. */
static inline _Bool vmspace_resolve(struct translation *t, const struct memory_fault *f) {
    const long protection = vmspace_page_protection(t, f->at),
               holders = vmspace_page_holders(t, f->at),
               wanted = f->write     ? REGION_WRITE
                        : f->execute ? REGION_EXECUTE
                                     : REGION_READ;
    if (protection < 0 || ~protection & (wanted | REGION_READ))
        return 0; /* what may not be read is found nowhere, whatever else may be done with it */
    return (holders == 0 || (f->write && holders > 1) ? vmspace_page_own(t, f->at)
                                                      : vmspace_page_show(t, f->at, f->write)) == 0;
}
#else
/* The domain has its path. Panics where it cannot be. */
void vmspace_pages_init(void);
#endif

#endif
