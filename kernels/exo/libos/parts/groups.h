/* SPDX-License-Identifier: MIT */
/* groups.h -- blocks of the same owner side by side: where the next one of them goes, and reading
 * what is around one. */
#ifndef EXO_LIBOS_PARTS_GROUPS_H
#define EXO_LIBOS_PARTS_GROUPS_H

#include "exo/libos/disk/store.h"

#define GROUP  16u /* blocks that are read together */
#define GROUPS 16u /* that are known at a time; of others it begins anew */

struct groups {
    uint32_t cursor; /* where the next one may begin */
    struct {
        uint32_t owner, next;
    } of[GROUPS];
};

/* A group begins, for this owner: any number that is his. */
void group_begin(struct groups *g, const struct store *s, uint32_t owner);
/* Near which block his next one goes. */
uint32_t group_next(struct groups *g, const struct store *s, uint32_t owner);
/* It went there, with so many. */
void group_took(struct groups *g, uint32_t owner, uint32_t block, uint32_t count);

/* Reads `block` with what is allocated around it, of the GROUP blocks from block `from` on. */
void group_fetch(struct store *s, uint32_t from, uint32_t block);

#endif
