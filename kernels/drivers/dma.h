/* SPDX-License-Identifier: MIT */
/* dma.h -- memory that a device reads or writes by itself. */
#ifndef DRIVERS_DMA_H
#define DRIVERS_DMA_H

#include "machine/types.h"

/* Physical memory, within RAM. */
struct dma_piece {
    paddr_t at;
    uint32_t bytes; /* not 0 */
};

/* Pins the page frames of the pieces (frame_pin). 0; -E_INVALID: what is no RAM; -E_FULL: one has
 * no room for another pin. Then none of them is pinned. */
int dma_pin(const struct dma_piece *piece, unsigned pieces);
void dma_unpin(const struct dma_piece *piece, unsigned pieces);

#endif
