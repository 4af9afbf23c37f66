/* SPDX-License-Identifier: MIT */
/* packet_put.h -- a frame that arrives is put into a ring: the short path. Of the owner's memory
 * the kernel reads one word a frame, once; where buffers are it has copied, and looks at again only
 * whether the page frames are still the owner's to write. */
#ifndef EXO_KERNEL_PACKET_PUT_H
#define EXO_KERNEL_PACKET_PUT_H

#include "exo/defence.h"
#include "exo/kernel/memory/cap.h"
#include "exo/kernel/net/packet_ring.h"

/* Within one page frame, which is pinned. */
struct place {
    void *at; /* by the direct map */
    struct exo_frame *frame;
    struct cap opened; /* the frame's access list, as the holder opened it last */
    uint32_t bytes;
};

struct packet_buffer {
    struct place word, piece[EXO_PACKET_PIECES];
    uint32_t pieces, bytes;
};

static inline struct packet_buffer *packet_ring_first(struct packet_ring *r) {
    return (struct packet_buffer *)(r + 1);
}

/* Whether the place's frame, whose list has changed, is still the holder's to write. */
bool packet_ring_opens(const struct packet_ring *r, struct place *p);

static inline bool packet_may_still(const struct packet_ring *r, struct place *p) {
    return __builtin_expect(cap_same(p->frame->acl, p->opened), 1) || !DEFENDED(PACKET_ACL) ||
           packet_ring_opens(r, p);
}

/* Who an environment is and whether it lives, in one word to be compared at once: its id and its
 * state, without whether it sleeps, which makes no difference. */
static inline uint64_t packet_life(const struct exo_env *e) {
    _Static_assert(offsetof(struct exo_env, state) == 4 && offsetof(struct exo_env, asleep) == 6,
                   "both are in the first word");
    uint64_t word;
    __builtin_memcpy(&word, e, sizeof word);
    return word << 16;
}

/* The last word overlaps the one before it; what is shorter goes byte by byte. */
static inline void packet_copy(char *to, const char *from, uint64_t bytes) {
    uint64_t words = bytes / 8, last;
    if (__builtin_expect(bytes < 8, 0)) {
        __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
        return;
    }
    __builtin_memcpy(&last, from + bytes - 8, 8);
    __builtin_memcpy(to + bytes - 8, &last, 8);
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

/* Puts a frame in, and `mark` into its word, too: false, and nothing changes: its owner has ended
 * or may not write the next buffer any more, or has not taken what is in it. */
static inline __attribute__((always_inline)) bool
packet_put(struct packet_ring *r, const char *from, uint32_t bytes, uint64_t mark) {
    struct packet_buffer *b = r->next;
    volatile uint64_t *word = b->word.at;
    if ((packet_life(r->owner) != r->alive && DEFENDED(PACKET_DEAD)) ||
        !packet_may_still(r, &b->word))
        return false;
    if (*word && DEFENDED(PACKET_TAKEN))
        return false;
    uint32_t left = bytes < b->bytes ? bytes : b->bytes, stored = left;
    for (struct place *p = b->piece; left; p++) {
        uint32_t part = left < p->bytes ? left : p->bytes;
        if (!packet_may_still(r, p))
            return false;
        packet_copy(p->at, from, part);
        from += part;
        left -= part;
    }
    *word = mark | stored | (uint64_t)bytes << 32;
    r->next = b + 1 < r->end ? b + 1 : packet_ring_first(r);
    return true;
}

#endif
