/* SPDX-License-Identifier: MIT */
/* area.h -- which memory of a process is what: areas that do not overlap, in the order of their
 * addresses. It says nothing of page tables. */
#ifndef EXO_LIBOS_EXOS_AREA_H
#define EXO_LIBOS_EXOS_AREA_H

#include <stdbool.h>
#include <stdint.h>

#define AREAS 64

struct area {
    uint64_t at, end;
    uint64_t rights; /* of its owner's choice; areas that differ are not one */
    uint64_t kind;
    int fd; /* of the open file that it shows, negative: none */
};

struct areas {
    unsigned count;
    struct area area[AREAS];
};

/* The area with this address; null: there is none. */
const struct area *area_find(const struct areas *r, uint64_t at);
/* The first address from `from` on where so many bytes are free below `to`; 0: there is none. */
uint64_t area_gap(const struct areas *r, uint64_t from, uint64_t to, uint64_t bytes);
/* Whether all of it is in areas. */
bool area_covers(const struct areas *r, uint64_t at, uint64_t end);

/* Nothing is between these from now on. False, and nothing has changed: it would take more areas
 * than there is room for. */
bool area_cut(struct areas *r, uint64_t at, uint64_t end);
/* The new one takes the place of all that was there. False: as area_cut. */
bool area_add(struct areas *r, struct area new);
/* What is there gets these rights. False: as area_cut. */
bool area_set(struct areas *r, uint64_t at, uint64_t end, uint64_t rights);

#endif
