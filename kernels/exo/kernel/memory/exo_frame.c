/* SPDX-License-Identifier: MIT */
/* exo_frame.c -- see exo_frame.h. */
#include "exo/kernel/memory/exo_frame.h"

#include "exo/defence.h"
#include "exo/kernel/memory/acl.h"
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
size_t exo_frame_reserve;
/* Whose a free frame was when its last mapping went: what it holds may be seen by the holder of
 * this capability, and is cleared for any other. That is so as long as the frame is marked: a use
 * by the kernel, which leaves what is nobody's to see, takes the mark away. */
static struct cap *last_holder;
#define MARKED 0x80000000 /* in `limits` of a free frame; frame_free() makes that 0 */

void exo_frame_init(void) {
    size_t bytes;
    paddr_t holders;
    exo_frames = direct(frame_pages(&bytes));
    exo_frame_reserve = frame_total() / EXO_FRAME_RESERVE_PART;
    if (exo_frame_reserve > EXO_FRAME_RESERVE)
        exo_frame_reserve = EXO_FRAME_RESERVE;
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
    int error = frame_claim(PADDR(number * PAGE_SIZE), DEFENDED(RESERVE) ? exo_frame_reserve : 0);
    if (error)
        return error;
    bool marked = f->limits || !DEFENDED(FRAME_KERNEL);
    f->limits = 0;
    f->acl = holder;
    return DEFENDED(FRAME_CLEAR) && !(marked && cap_same(last_holder[number], holder));
}

void exo_frame_fill(const struct exo_frame *f, const void *from) {
    void *page = direct(PADDR(exo_frame_number(f) * PAGE_SIZE));
    if (from)
        memcpy(page, from, PAGE_SIZE);
    else
        memset(page, 0, PAGE_SIZE);
}

/* A frame's last reference takes its longer list along. */
static void drop_list(const struct exo_frame *f) {
    if (acl_is_long(f->acl) && f->references == 1)
        acl_drop(f->acl);
}

void exo_frame_release(struct exo_frame *f) {
    const struct cap acl = f->acl;
    drop_list(f);
    frame_free(PADDR(exo_frame_number(f) * PAGE_SIZE));
    if (!f->references) {
        last_holder[exo_frame_number(f)] = acl;
        f->limits = MARKED;
    }
}

int exo_frame_pin(struct exo_frame *f) {
    if (f->references == f->pins && DEFENDED(PIN_HELD))
        return -E_BUSY;
    return frame_pin(PADDR(exo_frame_number(f) * PAGE_SIZE));
}

void exo_frame_unpin(struct exo_frame *f) {
    drop_list(f);
    frame_unpin(PADDR(exo_frame_number(f) * PAGE_SIZE));
}

bool exo_frame_has_room(const struct exo_frame *f, bool mapping, bool writer) {
    uint32_t limits = f->limits, mappings = f->readers + f->writers, full = 0;
    if (!DEFENDED(LIMIT))
        return true;
    if (mapping)
        full |= EXO_LIMIT_NO_MAPPING | (mappings ? EXO_LIMIT_ONE_MAPPING : 0);
    if (writer)
        full |= EXO_LIMIT_NO_WRITER | (f->writers ? EXO_LIMIT_ONE_WRITER : 0);
    return !(limits & full);
}

void exo_frame_set_acl(struct exo_frame *f, struct cap word, uint32_t limits) {
    struct cap before = f->acl;
    f->acl = word;
    f->limits = limits;
    if (acl_is_long(before))
        acl_drop(before);
}

uint64_t exo_frame_forget(struct cap what, uint64_t number, long *work) {
    for (; number<info.frame_count && * work> 0; number++, *work -= 35)
        if (cap_is_under(last_holder[number], what))
            last_holder[number] = (struct cap){0};
    return number;
}
