/* SPDX-License-Identifier: MIT */
/* regions.h -- what the memory of a process of the Unix model consists of: names with rights. */
#ifndef SPIN_SERVICES_UNIX_REGIONS_H
#define SPIN_SERVICES_UNIX_REGIONS_H

#include "lib/elf.h"
#include "spin/core/space/process.h"

#define UNIX_REGIONS_MAX (ELF_SEGMENTS_MAX + 1) /* and the stack */

struct unix_region {
    struct virt_addr *v;
    unsigned rights;
};

struct unix_image {
    struct process process;
    struct unix_process *of; /* null: none yet */
    struct trap_frame start; /* of its program */
    bool filtered;           /* an extension of its own may change what it executes (execute.h) */
    unsigned regions;
    struct unix_region region[UNIX_REGIONS_MAX];
};

/* The region that this address lies in, or null. */
static inline struct unix_region *unix_region_at(struct unix_image *image, vaddr_t at) {
    for (struct unix_region *r = image->region; r < image->region + image->regions; r++)
        if (at >= r->v->range.at && at < range_end(&r->v->range))
            return r;
    return NULL;
}

#endif
