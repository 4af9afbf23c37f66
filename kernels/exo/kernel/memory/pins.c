/* SPDX-License-Identifier: MIT */
/* pins.c -- see pins.h. */
#include "exo/kernel/memory/pins.h"

#include "exo/kernel/memory/account.h"
#include "lib/error.h"
#include "machine/memory/frame.h"

/* In a frame of its own. */
struct pins {
    unsigned count;
    uint32_t frame[EXO_PINS];
};
_Static_assert(sizeof(struct pins) <= PAGE_SIZE, "a frame has room");

unsigned pins_count(const struct pins *p) {
    return p ? p->count : 0;
}

struct exo_frame *pins_nth(const struct pins *p, unsigned n) {
    return &exo_frames[p->frame[n]];
}

int pins_add(struct pins **made, struct exo_frame *f, struct exo_env *account) {
    paddr_t frame;
    int error = *made ? 0 : account_frame(account, &frame);
    if (error)
        return error;
    if (!*made) {
        *made = direct(frame);
        (*made)->count = 0;
    }
    struct pins *p = *made;
    if (p->count == EXO_PINS)
        return -E_FULL;
    error = exo_frame_pin(f);
    if (!error)
        p->frame[p->count++] = (uint32_t)exo_frame_number(f);
    return error;
}

void pins_remove(struct pins *p, unsigned n) {
    exo_frame_unpin(pins_nth(p, n));
    p->frame[n] = p->frame[--p->count];
}

unsigned pins_find(const struct pins *p, uint64_t frame) {
    unsigned n = 0;
    while (n < pins_count(p) && p->frame[n] != frame)
        n++;
    return n;
}

void pins_free(struct pins *p, struct exo_env *account) {
    if (!p)
        return;
    while (p->count)
        pins_remove(p, 0);
    frame_free(physical(p));
    account_release(account, 1);
}
