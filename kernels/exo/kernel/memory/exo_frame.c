/* SPDX-License-Identifier: MIT */
/* exo_frame.c -- see exo_frame.h. */
#include "exo/kernel/memory/exo_frame.h"

#include "exo/kernel/memory/cap.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/view.h"
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

struct exo_frame *exo_frames;
static size_t reserve;
/* Whose a free frame was: what it holds may be seen by the holder of this capability, and is
 * cleared for any other. */
static struct cap *last_holder;

void exo_frame_init(void) {
    size_t bytes;
    paddr_t holders;
    exo_frames = direct(frame_pages(&bytes));
    reserve = frame_total() / EXO_FRAME_RESERVE_PART;
    reserve = reserve < EXO_FRAME_RESERVE ? reserve : EXO_FRAME_RESERVE;
    info.frame_count = bytes / sizeof *exo_frames;
    size_t pages = page_round_up(info.frame_count * sizeof *last_holder) / PAGE_SIZE;
    if (frame_alloc_run(&holders, pages))
        panic("exo: no memory to note whose each frame was");
    last_holder = direct(holders);
    memset(last_holder, 0, pages * PAGE_SIZE);
    view_add(EXO_FRAME, physical(exo_frames), bytes);
    paddr_t free_bits = frame_free_bits(&bytes);
    view_add(EXO_FREE, free_bits, bytes);
}

struct exo_frame *exo_frame_at(uint64_t number) {
    if (number >= info.frame_count)
        return NULL;
    struct exo_frame *f = &exo_frames[number];
    return f->acl.valid || (!f->references && frame_page(PADDR(number * PAGE_SIZE))) ? f : NULL;
}

int exo_frame_claim(struct exo_frame *f, struct cap holder) {
    uint64_t number = exo_frame_number(f);
    int error = frame_claim(PADDR(number * PAGE_SIZE), reserve);
    if (error)
        return error;
    struct cap before = last_holder[number];
    last_holder[number] = f->acl = holder;
    return !cap_same(before, holder);
}

void exo_frame_fill(const struct exo_frame *f, const void *from) {
    void *page = direct(PADDR(exo_frame_number(f) * PAGE_SIZE));
    if (from)
        memcpy(page, from, PAGE_SIZE);
    else
        memset(page, 0, PAGE_SIZE);
}

void exo_frame_release(struct exo_frame *f) {
    frame_free(PADDR(exo_frame_number(f) * PAGE_SIZE));
}
