/* SPDX-License-Identifier: MIT */
/* watch.c -- see watch.h. A page that were copied later, when it is written, would get another
 * frame then, and the kernel would go on with the old one: whoever waits for the word in it would
 * wait for ever. */
#include "exo/libos/exos/memory/watch.h"

#include "exo/defence.h"
#include "exo/libos/exos/own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"

void watch(uint64_t at) {
    const struct exo_protect one = {at & -PAGE, 1, 0, EXOS_WATCHED};
    if (at >= EXO_TOP || (exposed_entry(at) & (EXOS_SHARED | EXOS_WATCHED)))
        return;
    exos_own()->held++; /* no handler forks in between */
    uint64_t entry = exposed_entry(at);
    if ((entry & EXO_PRESENT) && (entry & EXOS_COPIED) && DEFENDED(WATCH_COPIES))
        __atomic_fetch_or((uint64_t *)(at & -8ul), 0, __ATOMIC_RELAXED);
    else
        (void)*(const volatile uint64_t *)(at & -8ul);
    exo_page_protect(0, 0, 0, &one, 1, 0);
    exos_own()->held--;
}

long exos_predicate_set(const void *code, size_t bytes, const struct exo_variable *variables,
                        size_t count, uint64_t how, char text[EXO_FUNCTION_TEXT]) {
    for (size_t i = 0; i < count; i++)
        if (!(variables[i].at & EXO_PHYSICAL))
            watch(variables[i].at);
    return exo_predicate_set(code, bytes, variables, count, how, text);
}
