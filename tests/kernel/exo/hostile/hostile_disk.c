/* SPDX-License-Identifier: MIT */
/* hostile_disk.c -- see hostile_disk.h. */
#include "hostile_disk.h"

#include "hostile.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/string.h"

#define ROOT_PAGE 0x5e0000000000ul /* shows the root that anybody may change */

uint64_t some_block(void) {
    return below(8) == 0 ? below(1100) : HOSTILE_ROOT + (below(2) ? 0 : below(12));
}

uint64_t some_extent(void) {
    uint64_t type = below(4) ? 1 : below(2) ? 8 : below(12), count = below(4) ? 1 : below(5);
    return some_block() | count << 32 | type << 48;
}

uint64_t some_place(void) {
    return below(8) ? EXO_XN_AT(HOSTILE_ROOT, 0) : EXO_XN_AT(some_block(), below(10));
}

/* What the changes are about, and make of it. */
static uint64_t child;
static enum xn_operation operation;

/* The root's first pointers, where it is mapped. */
static uint64_t pointer_now(uint64_t slot) {
    if (!(exposed_entry(ROOT_PAGE) & EXO_PRESENT))
        exo_xn_block(EXO_XN_HOW(EXO_XN_MAP, 0, 0), EXO_XN_AT(HOSTILE_ROOT, 0), HOSTILE_ROOT,
                     ROOT_PAGE, EXO_NO_EXEC);
    return exposed_entry(ROOT_PAGE) & EXO_PRESENT ? ((volatile uint64_t *)ROOT_PAGE)[slot] : 0;
}

/* One that is free becomes another one, or one that is used none, mostly. */
void fill_changes(struct xn_changes *changes) {
    uint64_t slot = below(8), now = pointer_now(slot), word = now && below(8) ? 0 : some_extent();
    child = word ? word : now;
    operation = !now ? XN_ALLOC : word ? XN_WRITE : XN_FREE;
    *changes = (struct xn_changes){.count = below(16) ? 1 : below(19)};
    changes->change[0].at = (unsigned short)(below(16) ? slot * 8 : below(4200));
    changes->change[0].bytes = (unsigned short)(below(16) ? 8 : below(600));
    memcpy(changes->bytes, &word, sizeof word);
}

uint64_t changed_child(void) {
    return child;
}

uint64_t changed_how(void) {
    return operation;
}

uint64_t some_node(void) {
    static struct exo_pxn node;
    if (below(8) == 0)
        return below(EXO_PXNS * 8);
    for (unsigned tries = 0; tries < 4; tries++)
        if (!exo_pxn_read(below(12), &node))
            return node.id;
    return 0;
}
