/* SPDX-License-Identifier: MIT */
/* spindle.h -- when a disk with an arm and a spindle would be done with a request: seek, rotation,
 * transfer. Pure, in nanoseconds; the parameters are hp97560.h's. A request that was submitted at a
 * moment completes at the moment that is given here, whatever the host's disk took. */
#ifndef DRIVERS_SPINDLE_H
#define DRIVERS_SPINDLE_H

#include "machine/types.h"

/* Where the arm is. {0} is the outermost track, never used. */
struct spindle {
    uint32_t cylinder, track;
    uint64_t free; /* when the last request is done */
};

/* How long a request of SECTORS at SECTOR takes that the disk begins at NOW. */
uint64_t spindle_time(const struct spindle *s, uint64_t now, uint64_t sector, uint32_t sectors);

/* Does it; gives when it is done. One that comes while the disk is busy begins behind. */
uint64_t spindle_serve(struct spindle *s, uint64_t now, uint64_t sector, uint32_t sectors);

/* How long the arm needs over so many cylinders. */
uint64_t spindle_seek(uint32_t cylinders);

#endif
