/* SPDX-License-Identifier: MIT */
/* fault_offsets.h -- what fault_entry.S uses of the u-area and of an entry of EXO_FRAME; fault.c
 * holds the compiler to it. */
#ifndef EXO_LIBOS_EXOS_MEMORY_FAULT_OFFSETS_H
#define EXO_LIBOS_EXOS_MEMORY_FAULT_OFFSETS_H

#define OWN_NEXT_FRAME   848
#define OWN_FRAMES       864
#define FRAME_REFERENCES 8
#define FRAME_SHIFT      7 /* 32 bytes for each 4,096 */

#endif
