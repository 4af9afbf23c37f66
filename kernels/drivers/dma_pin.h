/* SPDX-License-Identifier: MIT */
/* dma_pin.h -- page frames stay while a device may use them. For the drivers, in whose way of each
 * request this is: each compiles it as that way wants it. */
#ifndef DRIVERS_DMA_PIN_H
#define DRIVERS_DMA_PIN_H

#include "drivers/dma.h"

#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"

/* Frames from the first to before `end`, all of which are pinned. */
static void dma_unpin_frames(uint64_t first, uint64_t end) {
    for (uint64_t at = first; at < end; at += PAGE_SIZE)
        if (frame_page(PADDR(at)))
            frame_unpin(PADDR(at));
}

/* What is RAM and no frame of ours is the kernel's image, which nobody gives back. */
static int dma_pin_piece(const struct dma_piece *p) {
    uint64_t first = page_round_down(p->at.at), end = page_round_up(p->at.at + p->bytes);
    if (end <= first)
        return -E_INVALID;
    for (uint64_t at = first; at < end; at += PAGE_SIZE) {
        bool ours = frame_page(PADDR(at));
        int error = ours ? frame_pin(PADDR(at)) : page_is_direct(PADDR(at), 1) ? 0 : -E_INVALID;
        if (error) {
            dma_unpin_frames(first, at);
            return error;
        }
    }
    return 0;
}

static void dma_unpin(const struct dma_piece *piece, unsigned pieces) {
    for (unsigned i = 0; i < pieces; i++)
        dma_unpin_frames(page_round_down(piece[i].at.at),
                         page_round_up(piece[i].at.at + piece[i].bytes));
}

/* Pins the page frames of the pieces (frame_pin). 0; -E_INVALID: what is no RAM; -E_FULL: one has
 * no room for another pin. Then none of them is pinned. */
static int dma_pin(const struct dma_piece *piece, unsigned pieces) {
    for (unsigned i = 0; i < pieces; i++) {
        int error = dma_pin_piece(&piece[i]);
        if (error) {
            dma_unpin(piece, i);
            return error;
        }
    }
    return 0;
}

#endif
