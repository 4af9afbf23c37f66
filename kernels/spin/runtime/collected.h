/* SPDX-License-Identifier: MIT */
/* collected.h -- what is known of collected objects beside the collector's own: their types, and
 * who pays for them. */
#ifndef SPIN_RUNTIME_COLLECTED_H
#define SPIN_RUNTIME_COLLECTED_H

#include <stddef.h>
#include <stdint.h>

#include "lib/list.h"

#define COLLECTOR_PAGE           4096
#define COLLECTED_BYTES_MAX      1024
#define COLLECTED_REFERENCES_MAX 8

/* A type of objects: where their references are. Each type serves one collector. */
struct collected_type {
    const char *name;
    uint32_t bytes; /* at most COLLECTED_BYTES_MAX */
    uint32_t references;
    uint32_t offset[COLLECTED_REFERENCES_MAX]; /* of each reference */
    void (*ends)(void *object); /* may be null: it is freed, and its references lead nowhere */
    struct list with_room;      /* pages; the collector's own */
};

/* Who pays for objects. What allocates beyond its limit gets nothing. */
struct collector_account {
    uint64_t bytes, bytes_max; /* slots of its objects that are not freed yet */
    uint64_t work;             /* units of increments that its allocations paid for */
};

#endif
