/* SPDX-License-Identifier: MIT */
#include "drivers/dma.h"

#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/page.h"

/* Frames from the first to before `end`, all of which are pinned. */
static void unpin(uint64_t first, uint64_t end) {
    for (uint64_t at = first; at < end; at += PAGE_SIZE)
        if (frame_page(PADDR(at)))
            frame_unpin(PADDR(at));
}

/* What is RAM and no frame of ours is the kernel's image, which nobody gives back. */
static int pin(const struct dma_piece *p) {
    uint64_t first = page_round_down(p->at.at), end = page_round_up(p->at.at + p->bytes);
    if (end <= first)
        return -E_INVALID;
    for (uint64_t at = first; at < end; at += PAGE_SIZE) {
        bool ours = frame_page(PADDR(at));
        int error = ours ? frame_pin(PADDR(at)) : page_is_direct(PADDR(at), 1) ? 0 : -E_INVALID;
        if (error) {
            unpin(first, at);
            return error;
        }
    }
    return 0;
}

void dma_unpin(const struct dma_piece *piece, unsigned pieces) {
    for (const struct dma_piece *p = piece; p < piece + pieces; p++)
        unpin(page_round_down(p->at.at), page_round_up(p->at.at + p->bytes));
}

int dma_pin(const struct dma_piece *piece, unsigned pieces) {
    for (unsigned i = 0; i < pieces; i++) {
        int error = pin(&piece[i]);
        if (error) {
            dma_unpin(piece, i);
            return error;
        }
    }
    return 0;
}
