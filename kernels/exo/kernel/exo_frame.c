/* SPDX-License-Identifier: MIT */
/* exo_frame.c -- see exo_frame.h. */
#include "exo/kernel/exo_frame.h"

#include "exo/kernel/cap.h"
#include "exo/kernel/info.h"
#include "exo/kernel/view.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"

_Static_assert(sizeof(struct exo_frame) == sizeof(struct page), "one is shown as the other");
_Static_assert(offsetof(struct exo_frame, references) == offsetof(struct page, references) &&
                   offsetof(struct exo_frame, pins) == offsetof(struct page, pins) &&
                   offsetof(struct exo_frame, readers) == offsetof(struct page, readers) &&
                   offsetof(struct exo_frame, mapping) == offsetof(struct page, link),
               "abi.h");

static struct exo_frame *frames;
/* Whose a free frame was: what it holds may be seen by the holder of this capability, and is
 * cleared for any other. */
static struct cap *last_holder;

void exo_frame_init(void) {
    size_t bytes;
    paddr_t holders;
    frames = direct(frame_pages(&bytes));
    info.frame_count = bytes / sizeof *frames;
    size_t pages = page_round_up(info.frame_count * sizeof *last_holder) / PAGE_SIZE;
    if (frame_alloc_run(&holders, pages))
        panic("exo: no memory to note whose each frame was");
    last_holder = direct(holders);
    memset(last_holder, 0, pages * PAGE_SIZE);
    view_add(EXO_FRAME, physical(frames), bytes);
    paddr_t free_bits = frame_free_bits(&bytes);
    view_add(EXO_FREE, free_bits, bytes);
}

uint64_t exo_frame_number(const struct exo_frame *f) {
    return (uint64_t)(f - frames);
}

struct exo_frame *exo_frame_at(uint64_t number) {
    if (number >= info.frame_count)
        return NULL;
    struct exo_frame *f = &frames[number];
    return f->acl.valid || (!f->references && frame_page(PADDR(number * PAGE_SIZE))) ? f : NULL;
}

static bool same(struct cap a, struct cap b) {
    return memcmp(&a, &b, sizeof a) == 0;
}

int exo_frame_claim(struct exo_frame *f, struct cap holder, bool *cleared) {
    uint64_t number = exo_frame_number(f);
    if (frame_unused() <= EXO_FRAME_RESERVE)
        return -E_NO_MEMORY;
    int error = frame_claim(PADDR(number * PAGE_SIZE));
    if (error)
        return error;
    *cleared = !same(last_holder[number], holder);
    if (*cleared)
        memset(direct(PADDR(number * PAGE_SIZE)), 0, PAGE_SIZE);
    last_holder[number] = f->acl = holder;
    return 0;
}

int exo_frame_share(struct exo_frame *f, struct cap holder, bool write) {
    struct cap needed = f->acl;
    needed.rights = write ? CAP_READ | CAP_WRITE : CAP_READ;
    if (!cap_dominates(holder, needed))
        return -E_PERM;
    return page_count_up(&f->references);
}

void exo_frame_release(struct exo_frame *f) {
    frame_free(PADDR(exo_frame_number(f) * PAGE_SIZE));
}
