/* SPDX-License-Identifier: MIT */
/* cells.h -- the kernel's side of cell.h: the heap that cells lie in, and who pays for them. */
#ifndef SPIN_RUNTIME_CELLS_H
#define SPIN_RUNTIME_CELLS_H

#include "spin/core/dispatch/binding/account.h"
#include "spin/runtime/cell.h"
#include "spin/runtime/collector.h"

/* The heap of what extensions share. A strand comes in with preemption off, for each of the short
 * regions of the collector. */
extern struct collector cells_heap;
extern struct collected_type cell_type;

/* An extension that has made cells, or else all other code of the kernel together. */
struct cell_owner {
    struct list link;
    uint64_t serial; /* of the extension; 0: the kernel */
    struct collector_account account;
    struct account *charged; /* its module's, for the collector's work; null: the kernel, or gone */
    uint64_t paid;           /* the units of that, until now */
    struct cell_roots *roots; /* an object of the heap that the owner holds */
};

/* Instructions of a unit of the collector's work. */
#define CELLS_UNIT_COST 20

/* What an extension may have in cells, unless its account is told otherwise, in bytes. */
#define CELLS_QUOTA 0x100000

/* Whose cells those are that this code makes. Null: out of memory. */
struct cell_owner *cell_owner_of(uintptr_t address);

/* A whole cycle, and the end of one that is under way before it; however long that takes. */
void cells_collect(void);

void cells_init(void);

#endif
