/* SPDX-License-Identifier: MIT */
/* hp97560.h -- the disk that spindle.c models: an HP 97560 (1.3 GB, 1991), whose parameters are
 * published and were validated against the drive, so that others' figures can be compared.
 *
 * Sources (recalled, not looked up again): C. Ruemmler and J. Wilkes, "An introduction to disk
 * drive modeling", IEEE Computer 27(3), 1994, table 1 and section "Seek time"; D. Kotz, S. B. Toh,
 * S. Radhakrishnan, "A detailed simulation model of the HP 97560 disk drive", Dartmouth
 * PCS-TR94-220, 1994. Left out: the drive's own cache and read-ahead, the bus, spare sectors. */
#ifndef DRIVERS_HP97560_H
#define DRIVERS_HP97560_H

#define HP97560_SECTORS       72 /* of 512 bytes a track */
#define HP97560_TRACKS        19 /* a cylinder */
#define HP97560_CYLINDERS     1962
#define HP97560_RPM           4002
#define HP97560_TRACK_SKEW    8 /* sectors by which a track begins later than the one before */
#define HP97560_CYLINDER_SKEW 18
#define HP97560_SWITCH_NS     1600000u /* to another track of the cylinder */
#define HP97560_CONTROLLER_NS 2200000u /* a request, before the arm moves */

/* A seek over n cylinders: 3.24 ms + 0.4 ms * sqrt(n) below 383, else 8 ms + 0.008 ms * n. */
#define HP97560_SEEK_FAR     383
#define HP97560_NEAR_NS      3240000u
#define HP97560_NEAR_ROOT_NS 400000u
#define HP97560_FAR_NS       8000000u
#define HP97560_FAR_EACH_NS  8000u

#endif
