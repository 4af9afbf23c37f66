/* SPDX-License-Identifier: MIT */
/* ash.h -- for checks of handlers: pages as those of packets have (net.h), a handler that does what
 * it is asked (tells.h). Its region is the page REGION. */
#ifndef TESTS_EXO_ASH_H
#define TESTS_EXO_ASH_H

#include "../net/net.h"
#include "tells.h"

#include "exo/ash.h"

enum { ASH_TYPE = 0x88b5, REGION = 8 };

/* The word of the region. */
static inline volatile uint64_t *tells_at(unsigned n) {
    return (volatile uint64_t *)page(REGION) + n;
}

/* A handler of this object, in `pages` pages from REGION on, which the capability in the slot
 * opens, open to messages; why, if it is refused. */
long handler(unsigned slot, const uint8_t *object, const uint8_t *end, unsigned pages);
extern char handler_why[EXO_FUNCTION_TEXT];

/* The same of `tells`, or of `small`, in one page, by slot 0. */
long handler_tells(void);
long handler_small(void);

/* That handler bound to a filter on interface 1, behind which is ring 0; their ids. False:
 * the check is over. */
struct bound {
    long filter, ash;
};
bool ash_begin(struct check *c, struct bound *b);
void ash_end(struct check *c, const struct bound *b);

#endif
