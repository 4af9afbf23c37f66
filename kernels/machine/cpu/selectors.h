/* SPDX-License-Identifier: MIT */
/* selectors.h -- ds, es, fs and gs. In 64-bit mode they reach no memory, but user code may
 * load them with a few values, which nobody saves: the thread that runs next could read what the
 * last one left there. So they are null when user code first runs, and again after each load of an
 * address space. */
#ifndef MACHINE_SELECTORS_H
#define MACHINE_SELECTORS_H

#include <stdint.h>

/* Whether one of them is not null, in any bit. */
static inline uint32_t selectors_used(void) {
    uint32_t ds, es, fs, gs;
    __asm__ volatile("mov %%ds, %0\n\tmov %%es, %1\n\tmov %%fs, %2\n\tmov %%gs, %3"
                     : "=r"(ds), "=r"(es), "=r"(fs), "=r"(gs));
    return ds | es | fs | gs;
}

/* Makes them null. The bases stay: the kernel's of gs, the current thread's of fs. */
void selectors_make_null(void);

static inline void selectors_clear(void) {
    if (selectors_used())
        selectors_make_null();
}

#endif
