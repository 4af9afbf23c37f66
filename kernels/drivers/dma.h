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

#endif
