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

static void release(struct pins **of, struct exo_env *account) {
    frame_free(physical(*of));
    account_release(account, 1);
    *of = NULL;
}

int pins_add(struct pins **of, struct exo_frame *f, struct exo_env *account) {
    paddr_t frame;
    int error = *of ? 0 : account_frame(account, &frame);
    if (error)
        return error;
    if (!*of) {
        *of = direct(frame);
        (*of)->count = 0;
    }
    struct pins *p = *of;
    error = p->count < EXO_PINS ? exo_frame_pin(f) : -E_FULL;
    if (!error)
        p->frame[p->count++] = (uint32_t)exo_frame_number(f);
    else if (!p->count)
        release(of, account);
    return error;
}

void pins_remove(struct pins **of, unsigned n, struct exo_env *account) {
    struct pins *p = *of;
    exo_frame_unpin(pins_nth(p, n));
    p->frame[n] = p->frame[--p->count];
    if (!p->count)
        release(of, account);
}

unsigned pins_find(const struct pins *p, uint64_t frame) {
    unsigned n = 0;
    while (n < pins_count(p) && p->frame[n] != frame)
        n++;
    return n;
}

void pins_free(struct pins **of, struct exo_env *account) {
    while (*of)
        pins_remove(of, 0, account);
}
