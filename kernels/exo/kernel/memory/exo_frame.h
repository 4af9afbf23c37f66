/* SPDX-License-Identifier: MIT */
/* exo_frame.h -- page frames that environments have: who may map one is in its struct exo_frame
 * (abi.h), which machine/memory/frame.h keeps as its struct page. The environment names the frame
 * that it wants; the kernel never chooses one for it. */
#ifndef EXO_KERNEL_EXO_FRAME_H
#define EXO_KERNEL_EXO_FRAME_H

#include "exo/abi.h"
#include "machine/memory/frame.h"
#include "machine/types.h"

/* Frames that are left for the kernel when environments have all others: so many, or this part of
 * all where there are few.
 * Decides frame: none but that the last 256, or a 32nd of all, are the kernel's. */
#define EXO_FRAME_RESERVE      256
#define EXO_FRAME_RESERVE_PART 32

void exo_frame_init(void);

/* The entry of the frame with this number, which may be any; null where there is no such frame, or
 * the kernel has it. */
struct exo_frame *exo_frame_at(uint64_t number);

/* The first mapping of a free frame is about to be made, by the holder of this capability, which
 * alone may map it from now on. 0: he had it last; 1: it holds what another left there, and is to
 * be filled; -E_NO_MEMORY: only the kernel's reserve is left; -E_INVALID: it is no RAM. */
int exo_frame_claim(struct exo_frame *f, struct cap holder);
/* It holds what the page at `from` does; null: zeroes. */
void exo_frame_fill(const struct exo_frame *f, const void *from);
/* A mapping is gone, and no processor holds it. With the last reference the frame is free. */
void exo_frame_release(struct exo_frame *f);
/* A reference that keeps the frame though nobody maps it any more. -E_FULL: it cannot be
 * counted. */
int exo_frame_pin(struct exo_frame *f);
void exo_frame_unpin(struct exo_frame *f);
/* The same for paths that are short. */
static inline int exo_frame_pin_short(struct exo_frame *f) {
    uint32_t more;
    if (f->references == f->pins || __builtin_add_overflow(f->references, 1, &more))
        return exo_frame_pin(f); /* which refuses */
    f->references = more;
    f->pins++;
    return 0;
}
static inline void exo_frame_unpin_short(struct exo_frame *f) {
    if (f->references == 1) { /* with its end */
        exo_frame_unpin(f);
        return;
    }
    f->references--;
    f->pins--;
}

/* Whether one mapping more, one that may write more, or both are within the frame's limits. */
bool exo_frame_has_room(const struct exo_frame *f, bool mapping, bool writer);
/* The frame's access list becomes this word; a reference to the list that it names is the
 * frame's. */
void exo_frame_set_acl(struct exo_frame *f, struct cap word, uint32_t limits);

/* Who holds a capability under `what` from now on sees nothing that one before left in a frame.
 * Goes through frames from this number on, as *work allows; where it stopped. */
uint64_t exo_frame_forget(struct cap what, uint64_t number, long *work);

/* All of them, by number, and how many are left for the kernel; for the functions below. */
extern struct exo_frame *exo_frames;
extern size_t exo_frame_reserve;

/* exo_frame_claim() and exo_frame_fill() for a path that is short: of a frame with this number,
 * below info.frame_count, that is to hold a copy of `from`, or zeroes. False: it is not to be
 * had. */
static inline __attribute__((always_inline)) bool exo_frame_claim_filled(struct exo_frame *f,
                                                                         uint64_t number,
                                                                         const struct cap *holder,
                                                                         const void *from) {
    if (!frame_is_free(number) || !frame_claim_free((struct page *)f, number, exo_frame_reserve))
        return false;
    void *to = direct(PADDR(number * PAGE_SIZE));
    uint64_t words = PAGE_SIZE / 8;
    f->limits = 0;
    f->acl = *holder;
    if (from)
        __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
    else
        __asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(0ul) : "memory");
    return true;
}

/* Its number. */
static inline uint64_t exo_frame_number(const struct exo_frame *f) {
    return (uint64_t)(f - exo_frames);
}
/* The one that a present entry maps. One shift: an element's size is a power of two. */
static inline struct exo_frame *exo_frame_mapped(uint64_t entry) {
    return (struct exo_frame *)((char *)exo_frames +
                                (entry & EXO_FRAME_OF) / (PAGE_SIZE / sizeof(struct exo_frame)));
}

#endif
