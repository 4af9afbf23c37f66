/* SPDX-License-Identifier: MIT */
/* hostile.h -- the program `hostile`: it makes calls of any number with arguments that are wrong,
 * or nearly right, and writes anything into its u-area. What it is to do stands in the u-area's
 * words for the library, which its creator writes (tests/kernel/exo/campaign.c). */
#ifndef TESTS_EXO_HOSTILE_H
#define TESTS_EXO_HOSTILE_H

/* Indices of struct exo_uarea's own[]. */
#define HOSTILE_SEED  0 /* taken up at the next entry, and set to 0 */
#define HOSTILE_CALLS 1 /* to be made with it */
#define HOSTILE_LEFT  2 /* of these; at 0 it does nothing but yield to its creator */
#define HOSTILE_DISKS 3 /* not 0: of four calls three are such of disks */

/* Of the volume, where there is a disk: a root that anybody may change. Behind the volume: blocks
 * of a proxy node that is anybody's. */
#define HOSTILE_ROOT        300
#define HOSTILE_BLOCKS      1200
#define HOSTILE_BLOCK_COUNT 24

#endif
