/* SPDX-License-Identifier: MIT */
/* frame.c -- each frame is given out once, comes back once, and nothing else is one. */
#include "../freed.h"
#include "access.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/boot/boot.h"
#include "machine/memory/frame.h"
#include "machine/image.h"
#include "machine/report/panic.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"
#include "machine/user/user.h"
#include "measure/bench.h"

static void free_it(void *frame) {
    frame_free(*(paddr_t *)frame);
}

/* Whether freeing this is a panic whose message has this in it. */
static bool free_panics(paddr_t frame, const char *message) {
    struct trap_frame f;
    return trap_catch(&f, free_it, &frame) && f.vector == TRAP_PANIC &&
           strstr(panic_message(), message);
}

CHECK(frame_twice, "frame/freeing_twice_is_a_panic") {
    paddr_t frame;
    CHECK_THAT(c, frame_alloc(&frame) == 0);
    frame_free(frame);
    size_t unused = frame_unused();
    CHECK_THAT(c, free_panics(frame, "is free already"));
    CHECK_THAT(c, frame_unused() == unused);
}

CHECK(frame_foreign, "frame/freeing_what_is_no_frame_of_RAM_is_a_panic") {
    CHECK_THAT(c, free_panics(PADDR(0xfee00000), "no frame of ours"));
    CHECK_THAT(c, free_panics(PADDR(1ul << 50), "no frame of ours"));
    CHECK_THAT(c, free_panics(physical(text_start), "no frame of ours"));
    CHECK_THAT(c, free_panics(PADDR(0x1000), "no frame of ours")); /* firmware's */
    paddr_t frame;
    CHECK_THAT(c, frame_alloc(&frame) == 0);
    CHECK_THAT(c, free_panics(paddr_add(frame, 8), "no frame of ours"));
    frame_free(frame);
}

CHECK(frame_junk, "frame/a_freed_frame_is_full_of_junk_in_a_test_image") {
    paddr_t frame;
    CHECK_THAT(c, frame_alloc_zeroed(&frame) == 0);
    const uint8_t *bytes = direct(frame);
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        CHECK_THAT(c, bytes[i] == 0);
    frame_free(frame);
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        CHECK_THAT(c, bytes[i] == FREED_FRAME_JUNK);
    CHECK_THAT(c, frame_alloc_zeroed(&frame) == 0 && frame_pin(frame) == 0);
    frame_free(frame);
    bytes = direct(frame);
    CHECK_THAT(c, bytes[0] == 0); /* the device may still use it */
    frame_unpin(frame);
    for (unsigned i = 0; i < PAGE_SIZE; i++)
        CHECK_THAT(c, bytes[i] == FREED_FRAME_JUNK);
}

CHECK(frame_lowest, "frame/the_lowest_free_frame_comes_first") {
    paddr_t a, b, again;
    CHECK_THAT(c, frame_alloc(&a) == 0 && frame_alloc(&b) == 0);
    CHECK_THAT(c, a.at < b.at);
    frame_free(a);
    CHECK_THAT(c, frame_alloc(&again) == 0 && again.at == a.at);
    frame_free(b);
    frame_free(again);
}

static const struct page *shown(paddr_t frame) {
    size_t bytes;
    return (const struct page *)direct(frame_pages(&bytes)) + frame.at / PAGE_SIZE;
}

/* By what users may be shown. */
CHECK(frame_bits, "frame/a_frame_is_free_by_its_bit_if_it_has_no_reference") {
    size_t bytes, bits_bytes, count = 0, ours = 0;
    paddr_t at = frame_pages(&bytes), bits_at = frame_free_bits(&bits_bytes);
    const struct page *pages = direct(at);
    const uint64_t *bits = direct(bits_at);
    CHECK_THAT(c, (at.at | bits_at.at | bytes | bits_bytes) % PAGE_SIZE == 0);
    for (size_t n = 0; n < bytes / sizeof *pages && n < bits_bytes * 8; n++) {
        bool is_free = bits[n / 64] >> n % 64 & 1;
        CHECK_THAT(c, !is_free || pages[n].references == 0);
        count += is_free;
        ours += is_free || pages[n].references;
    }
    CHECK_THAT(c, count == frame_unused() && ours == frame_total());
    for (size_t i = 0; i < bytes; i += PAGE_SIZE) /* the arrays themselves are nobody's to have */
        CHECK_THAT(c, !frame_page(paddr_add(at, i)));
    CHECK_THAT(c, !frame_page(bits_at));
}

CHECK(frame_shared, "frame/a_frame_is_free_when_its_last_reference_goes") {
    paddr_t frame;
    size_t unused = frame_unused();
    CHECK_THAT(c, frame_alloc(&frame) == 0 && frame_share(frame) == 0 && frame_share(frame) == 0);
    CHECK_THAT(c, shown(frame)->references == 3);
    frame_free(frame);
    frame_free(frame);
    CHECK_THAT(c, frame_claim(frame, 0) == -E_EXISTS && frame_unused() == unused - 1);
    frame_free(frame);
    CHECK_THAT(c, frame_unused() == unused && free_panics(frame, "is free already"));
}

static void share_it(void *frame) {
    (void)frame_share(*(paddr_t *)frame);
}

static void pin_it(void *frame) {
    (void)frame_pin(*(paddr_t *)frame);
}

static void unpin_it(void *frame) {
    frame_unpin(*(paddr_t *)frame);
}

static bool panics(void (*fn)(void *), paddr_t frame) {
    struct trap_frame f;
    return trap_catch(&f, fn, &frame) && f.vector == TRAP_PANIC;
}

CHECK(frame_pinned, "frame/a_frame_stays_while_a_device_has_it") {
    paddr_t frame;
    size_t unused = frame_unused();
    CHECK_THAT(c, frame_alloc(&frame) == 0 && frame_pin(frame) == 0);
    CHECK_THAT(c, shown(frame)->references == 2 && shown(frame)->pins == 1);
    frame_free(frame);
    CHECK_THAT(c, frame_unused() == unused - 1 && frame_claim(frame, 0) == -E_EXISTS);
    CHECK_THAT(c, free_panics(frame, "is held by devices only")); /* that reference is not ours */
    CHECK_THAT(c, panics(share_it, frame));
    frame_unpin(frame);
    CHECK_THAT(c, frame_unused() == unused && shown(frame)->pins == 0);
}

CHECK(frame_foreign_counts, "frame/a_free_frame_is_neither_shared_nor_pinned") {
    paddr_t frame;
    CHECK_THAT(c, frame_alloc(&frame) == 0);
    CHECK_THAT(c, panics(unpin_it, frame)); /* no device has it */
    frame_free(frame);
    CHECK_THAT(c, panics(share_it, frame) && panics(pin_it, frame) && panics(unpin_it, frame));
    CHECK_THAT(c, panics(share_it, PADDR(0x1000)) && panics(unpin_it, PADDR(1ul << 50)));
    CHECK_THAT(c, shown(frame)->references == 0 && shown(frame)->pins == 0);
}

static void count_below_none(void *unused) {
    uint32_t none = 0;
    (void)unused;
    page_count_down(&none);
}

CHECK(frame_counts, "frame/a_count_that_would_overflow_is_refused") {
    paddr_t frame;
    CHECK_THAT(c, frame_alloc(&frame) == 0);
    struct page *p = frame_page(frame);
    p->references = UINT32_MAX;
    CHECK_THAT(c, frame_share(frame) == -E_FULL && frame_pin(frame) == -E_FULL);
    CHECK_THAT(c, p->references == UINT32_MAX && p->pins == 0);
    p->references = 1;
    p->writers = UINT32_MAX - 1;
    int last = page_count_up(&p->writers), one_more = page_count_up(&p->writers);
    CHECK_THAT(c, last == 0 && one_more == -E_FULL);
    page_count_down(&p->writers);
    CHECK_THAT(c, p->writers == UINT32_MAX - 1);
    CHECK_THAT(c, panics(count_below_none, frame));
    frame_free(frame);
}

CHECK(frame_forgets, "frame/nothing_of_its_last_owner_is_known_of_a_frame") {
    paddr_t frame;
    CHECK_THAT(c, frame_alloc(&frame) == 0);
    struct page *p = frame_page(frame);
    CHECK_THAT(c, p && p->owner == 0 && p->references == 1 && !(p->readers | p->writers | p->pins));
    *p = (struct page){.owner = 42, .references = 1, .readers = 3, .writers = 4, .link = 5};
    frame_free(frame);
    CHECK_THAT(c, !(p->owner | p->references | p->readers | p->writers | p->link));
}

static bool user_reads(vaddr_t at, uint64_t *word) {
    return copy_from_user(word, at, sizeof *word) == 0;
}

CHECK(frame_shown, "frame/the_array_can_be_shown_to_a_user_and_not_be_written_by_him") {
    const vaddr_t where = 0x600000;
    size_t bytes;
    uint64_t owner = 0;
    struct space s;
    CHECK_THAT(c, space_open(&s));
    paddr_t frame = physical(s.data), pages = frame_pages(&bytes);
    frame_page(frame)->owner = 0x1234;
    uint64_t offset = frame.at / PAGE_SIZE * sizeof(struct page);
    bool mapped =
        page_map(&s.table, where, paddr_add(pages, page_round_down(offset)), PAGE_READ) == 0;
    bool read = user_reads(where + offset % PAGE_SIZE, &owner);
    int written = copy_to_user(where + offset % PAGE_SIZE, &owner, sizeof owner);
    page_unmap(&s.table, where, NULL);
    space_close(&s);
    CHECK_THAT(c, mapped && read && owner == 0x1234 && written == -E_FAULT);
}

CHECK(frame_claimed, "frame/a_frame_is_claimed_by_name_once") {
    paddr_t frame;
    CHECK_THAT(c, frame_alloc(&frame) == 0);
    CHECK_THAT(c, frame_claim(frame, 0) == -E_EXISTS);
    frame_free(frame);
    CHECK_THAT(c, frame_claim(frame, 0) == 0);
    CHECK_THAT(c, frame_claim(frame, 0) == -E_EXISTS);
    frame_free(frame);
    CHECK_THAT(c, frame_claim(paddr_add(frame, 1), 0) == -E_INVALID);
    CHECK_THAT(c, frame_claim(PADDR(0), 0) == -E_INVALID);
    CHECK_THAT(c, frame_claim(PADDR(-(uint64_t)PAGE_SIZE), 0) == -E_INVALID);
}

/* The first MiB holds the firmware's data and, for other CPUs to start, real-mode code. */
CHECK(frame_reserved, "frame/no_frame_is_the_firmwares_or_the_images") {
    for (uint64_t at = 0; at < 0x100000; at += PAGE_SIZE)
        if (frame_claim(PADDR(at), 0) != -E_INVALID)
            check_fail(c, "frame %#lx of the first MiB is governed", at);
    for (paddr_t at = physical(image_start); at.at < physical(image_end).at; at.at += PAGE_SIZE)
        if (frame_claim(at, 0) != -E_INVALID)
            check_fail(c, "frame %#lx of the image is governed", at.at);
}

static void withhold_all(void *unused) {
    (void)unused;
    frame_withhold(0);
}

CHECK(frame_withheld, "frame/what_is_withheld_cannot_be_had_and_comes_back") {
    size_t unused = frame_unused();
    paddr_t frame[70], other;
    struct trap_frame f;
    CHECK_THAT(c, frame_alloc(&other) == 0);
    frame_free(other);
    frame_withhold(0);
    int claimed = frame_claim(other, 0);
    bool once = trap_catch(&f, withhold_all, NULL) && f.vector == TRAP_PANIC;
    frame_withhold_end();
    CHECK_THAT(c, claimed == -E_NO_MEMORY && once);
    for (size_t left = 0; left < 70; left++) {
        size_t n = 0;
        frame_withhold(left);
        while (n < 70 && frame_alloc(&frame[n]) == 0)
            n++;
        int run = frame_alloc_run(&other, 1);
        bool spent = frame_unused() == 0 && run == -E_NO_MEMORY;
        if (left % 2)
            frame_withhold_end();
        for (size_t i = 0; i < n; i++)
            frame_free(frame[i]);
        if (left % 2 == 0)
            frame_withhold_end();
        if (n != left || !spent || frame_unused() != unused)
            check_fail(c, "%lu left: %lu could be had, %lu frames instead of %lu", left, n,
                       frame_unused(), unused);
    }
}

CHECK(frame_runs, "frame/a_run_lies_in_one_piece") {
    paddr_t run, hole;
    size_t unused = frame_unused();
    CHECK_THAT(c, frame_alloc_run(&run, 0) == -E_INVALID);
    CHECK_THAT(c, frame_alloc_run(&run, frame_total() + 1) == -E_NO_MEMORY);
    CHECK_THAT(c, frame_alloc_run(&run, 16) == 0);
    for (unsigned i = 0; i < 16; i++)
        CHECK_THAT(c, frame_claim(paddr_add(run, i * PAGE_SIZE), 0) == -E_EXISTS);
    frame_free(paddr_add(run, 5 * PAGE_SIZE));
    CHECK_THAT(c, frame_alloc_run(&hole, 1) == 0 && hole.at <= run.at + 5 * PAGE_SIZE);
    frame_free(hole);
    CHECK_THAT(c, frame_claim(paddr_add(run, 5 * PAGE_SIZE), 0) == 0);
    for (unsigned i = 0; i < 16; i++)
        frame_free(paddr_add(run, i * PAGE_SIZE));
    CHECK_THAT(c, frame_unused() == unused);
}

#define EXHAUSTED_MAX (0x40000000ul / PAGE_SIZE) /* a GiB: more takes minutes */

/* All of RAM, chained through the frames themselves; then all of it back. */
CHECK(frame_exhausted, "frame/the_last_frame_is_followed_by_an_error") {
    paddr_t frame, chain = PADDR(0);
    size_t unused = frame_unused(), count = 0;
    int error;
    if (unused > EXHAUSTED_MAX) {
        check_skip(c, "%lu frames are too many to take each of them", unused);
        return;
    }
    while ((error = frame_alloc(&frame)) == 0) {
        *(paddr_t *)direct(frame) = chain;
        chain = frame;
        count++;
    }
    size_t left = frame_unused();
    while (chain.at) {
        frame = chain;
        chain = *(paddr_t *)direct(frame);
        frame_free(frame);
    }
    CHECK_THAT(c, error == -E_NO_MEMORY && left == 0);
    CHECK_THAT(c, count == unused && frame_unused() == unused);
}
