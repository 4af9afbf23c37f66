/* SPDX-License-Identifier: MIT */
/* frame.h -- page frames of RAM, one struct page each. Which caller may have one is the business of
 * the kernel above; that each is given out once is ours. The lowest free frame goes first, so that
 * every boot is alike. Freeing what is not allocated is a panic. */
#ifndef MACHINE_FRAME_H
#define MACHINE_FRAME_H

#include "machine/memory/memory_map.h"

/* What is known of a frame. The owner word, the counts of readers and writers and the link mean
 * what the kernel above makes of them; the machine looks at none of them. Of a free frame, and of
 * what is no frame of ours, all is 0. o: the kernel above   f: frame.c only, read by anybody */
struct page {
    uint64_t owner;      /* o: 0 after allocation; of a page table's frames: page.h */
    uint32_t references; /* f */
    uint32_t pins;       /* f: of the references, those of devices */
    uint32_t readers;    /* o: page_count_up, page_count_down */
    uint32_t writers;    /* o: the same */
    uint64_t link;       /* o: the next in a list of frames */
};

/* Governs this RAM: `count` ranges, at least one, of whole pages in ascending order. */
void frame_init(const struct boot_range *ram, unsigned count);

/* A frame with undefined contents in *frame, one reference; 0 or -E_NO_MEMORY. */
int frame_alloc(paddr_t *frame);
/* The same, filled with zeros. */
int frame_alloc_zeroed(paddr_t *frame);
/* `count` frames that follow each other, undefined contents; *first is the first of them.
 * -E_INVALID for none, -E_NO_MEMORY. Looks through all frames: O(frames) where memory is
 * in pieces. */
int frame_alloc_run(paddr_t *first, size_t count);
/* This very frame. -E_EXISTS when it is taken, -E_INVALID when there is no such frame of RAM,
 * -E_NO_MEMORY when no more than `left` are free, which are kept for others, or it is withheld. */
int frame_claim(paddr_t frame, size_t left);

/* The two halves of it, for paths that are short: whether the frame with this number, below
 * frame_state.frames, is free; and the claim of one that is, whose struct page this is. False: no
 * more than `left` are. */
extern struct frame_state {
    uint64_t *free_bits;
    size_t frames; /* a multiple of 64 */
    size_t unused, withheld;
} frame_state;
static inline bool frame_is_free(size_t n) {
    return frame_state.free_bits[n / 64] >> n % 64 & 1;
}
static inline bool frame_claim_free(struct page *p, size_t n, size_t left) {
    if (frame_state.unused - frame_state.withheld <= left)
        return false;
    frame_state.free_bits[n / 64] &= ~(1ul << n % 64);
    frame_state.unused--;
    p->references = 1;
    return true;
}

/* Another reference to a frame that has one. -E_FULL: it has as many as can be counted. */
int frame_share(paddr_t frame);
/* A reference goes; with the last one the frame is free. */
void frame_free(paddr_t frame);

/* A reference that is a device's: the frame stays as long as the device may read or write it.
 * -E_FULL as above. */
int frame_pin(paddr_t frame);
void frame_unpin(paddr_t frame);

/* What is known of it, or null where it is no frame of ours. */
struct page *frame_page(paddr_t frame);
/* One more, one less of a frame's readers or writers. -E_FULL: it cannot be counted. One less than
 * none is a panic. */
int page_count_up(uint32_t *count);
void page_count_down(uint32_t *count);

/* The array of them, by frame number, and a bit a frame that says whether it is free: both whole
 * pages, in frames that are nobody's, so that a kernel may show them to its users, read-only.
 * *bytes is the length. */
paddr_t frame_pages(size_t *bytes);
paddr_t frame_free_bits(size_t *bytes);

/* Frames of RAM that this allocator governs, and how many of them are free. */
size_t frame_total(void);
size_t frame_unused(void);

/* For tests of what happens where memory ends: of the free frames only `left` can be had until
 * frame_withhold_end(). What is allocated meanwhile may be freed at any time. */
void frame_withhold(size_t left);
void frame_withhold_end(void);

#endif
