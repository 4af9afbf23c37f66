/* SPDX-License-Identifier: MIT */
/* frame.h -- page frames of RAM: who may have one is the system's business, that each is given out
 * once is ours. What is freed is filled with junk (FRAME_JUNK in each byte). Freeing what is not
 * allocated is a panic. The lowest free frame goes first, so that every boot is alike. */
#ifndef MACHINE_FRAME_H
#define MACHINE_FRAME_H

#include "machine/memory/memory_map.h"

#define FRAME_JUNK 0xa5

/* Governs this RAM: `count` ranges, at least one, of whole pages in ascending order. */
void frame_init(const struct boot_range *ram, unsigned count);

/* A frame with undefined contents in *frame; 0 or -E_NO_MEMORY. */
int frame_alloc(paddr_t *frame);
/* The same, filled with zeros. */
int frame_alloc_zeroed(paddr_t *frame);
/* `count` frames that follow each other, undefined contents, the lowest run there is; *first is the
 * first of them. */
int frame_alloc_run(paddr_t *first, size_t count);
/* This very frame. -E_EXISTS when it is taken, -E_INVALID when there is no such frame of RAM. */
int frame_claim(paddr_t frame);

void frame_free(paddr_t frame);

/* Frames of RAM that this allocator governs, and how many of them are free. */
size_t frame_total(void);
size_t frame_unused(void);

/* For tests of what happens where memory ends: of the free frames only the `left` lowest can be had
 * until frame_withhold_end(). What is allocated meanwhile may be freed at any time. */
void frame_withhold(size_t left);
void frame_withhold_end(void);

#endif
