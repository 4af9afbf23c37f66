/* SPDX-License-Identifier: MIT */
/* spindle.c -- see spindle.h. Where a sector is under the head follows from the time alone: the
 * spindle turns evenly, and sector 0 of track 0 passes at time 0. A track, and a cylinder more,
 * begins some sectors later than the one before, so that what is read on has not passed while the
 * head moves. */
#include "drivers/spindle.h"

#include "drivers/hp97560.h"

#define TURN_NS  (60000000000u / HP97560_RPM)
#define CYLINDER (HP97560_SECTORS * HP97560_TRACKS)
/* Sectors are longer than whole nanoseconds: a time is a share of a turn. */
#define SECTOR_NS(n) ((uint64_t)(n)*TURN_NS / HP97560_SECTORS)

/* Where a sector is. */
struct place {
    uint32_t cylinder, track, angle; /* sectors behind the turn's beginning */
};

static struct place place_of(uint64_t sector) {
    struct place p;
    p.cylinder = (uint32_t)(sector / CYLINDER) % HP97560_CYLINDERS;
    p.track = (uint32_t)(sector % CYLINDER / HP97560_SECTORS);
    uint64_t skew = (uint64_t)p.cylinder * HP97560_CYLINDER_SKEW +
                    ((uint64_t)p.cylinder * (HP97560_TRACKS - 1) + p.track) * HP97560_TRACK_SKEW;
    p.angle = (uint32_t)((sector % HP97560_SECTORS + skew) % HP97560_SECTORS);
    return p;
}

static uint32_t root(uint32_t of) {
    uint32_t r = 0;
    for (uint32_t bit = 1u << 15; bit; bit >>= 1)
        if ((uint64_t)(r + bit) * (r + bit) <= of)
            r += bit;
    return r;
}

uint64_t spindle_seek(uint32_t cylinders) {
    if (!cylinders)
        return 0;
    if (cylinders < HP97560_SEEK_FAR) /* sqrt(n) to a 64th */
        return HP97560_NEAR_NS + (uint64_t)HP97560_NEAR_ROOT_NS * root(cylinders << 12) / 64;
    return HP97560_FAR_NS + (uint64_t)HP97560_FAR_EACH_NS * cylinders;
}

/* Until the head, which is over its track at NOW, has the angle under it. */
static uint64_t rotation(uint64_t now, uint32_t angle) {
    uint64_t at = now % TURN_NS, wanted = SECTOR_NS(angle);
    return wanted >= at ? wanted - at : wanted + TURN_NS - at;
}

static uint64_t move(uint32_t cylinder, uint32_t track, struct place to) {
    uint32_t over = cylinder < to.cylinder ? to.cylinder - cylinder : cylinder - to.cylinder;
    if (over)
        return spindle_seek(over);
    return track == to.track ? 0 : HP97560_SWITCH_NS;
}

/* Does it from FROM, where the arm is then. */
static uint64_t pass(struct spindle *s, uint64_t from, uint64_t sector, uint32_t sectors) {
    uint64_t now = from + HP97560_CONTROLLER_NS;
    while (sectors) {
        struct place p = place_of(sector);
        uint32_t rest = (uint32_t)(HP97560_SECTORS - sector % HP97560_SECTORS);
        uint32_t count = sectors < rest ? sectors : rest;
        now += move(s->cylinder, s->track, p);
        now += rotation(now, p.angle) + SECTOR_NS(count);
        s->cylinder = p.cylinder;
        s->track = p.track;
        sector += count;
        sectors -= count;
    }
    return now;
}

uint64_t spindle_time(const struct spindle *s, uint64_t now, uint64_t sector, uint32_t sectors) {
    struct spindle copy = *s;
    return pass(&copy, now, sector, sectors) - now;
}

uint64_t spindle_serve(struct spindle *s, uint64_t now, uint64_t sector, uint32_t sectors) {
    s->free = pass(s, now > s->free ? now : s->free, sector, sectors);
    return s->free;
}
