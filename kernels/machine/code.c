/* SPDX-License-Identifier: MIT */
/* code.c -- see code.h. The window's pages are given out by first fit; a byte a page says which are
 * taken. A range's frames follow each other, so that they can be written as one piece. */
#include "machine/code.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/frame.h"
#include "machine/page.h"
#include "machine/panic.h"

#define WINDOW_PAGES (CODE_WINDOW / PAGE_SIZE)

static bool taken[WINDOW_PAGES];

/* The first of `count` free pages that follow each other; WINDOW_PAGES when there are none. */
static size_t find_range(size_t count) {
    size_t run = 0;
    for (size_t i = 0; i < WINDOW_PAGES; i++) {
        run = taken[i] ? 0 : run + 1;
        if (run == count)
            return i + 1 - count;
    }
    return WINDOW_PAGES;
}

static vaddr_t address_of(size_t page) {
    return CODE_BASE + page * PAGE_SIZE;
}

/* Takes the window's pages [first, first + count) back, with their frames. */
static void give_back(size_t first, size_t count) {
    for (size_t i = first; i < first + count; i++) {
        assert_that(taken[i]);
        taken[i] = false;
        frame_free(page_unmap_code(address_of(i)));
    }
}

/* Frames for `count` pages of the window, mapped with these rights; *first is the first page. */
static int take(size_t count, unsigned rights, size_t *first, paddr_t *frame) {
    *first = count ? find_range(count) : WINDOW_PAGES;
    if (*first == WINDOW_PAGES)
        return -E_NO_MEMORY;
    int error = frame_alloc_run(frame, count);
    if (error)
        return error;
    for (size_t i = 0; i < count; i++) {
        if (page_map_code(address_of(*first + i), paddr_add(*frame, i * PAGE_SIZE), rights)) {
            give_back(*first, i);
            for (; i < count; i++)
                frame_free(paddr_add(*frame, i * PAGE_SIZE));
            return -E_NO_MEMORY;
        }
        taken[*first + i] = true;
    }
    return 0;
}

static size_t page_of(const void *at) {
    assert_that((vaddr_t)at >= CODE_BASE && (vaddr_t)at < CODE_BASE + CODE_WINDOW);
    return ((vaddr_t)at - CODE_BASE) / PAGE_SIZE;
}

int code_alloc(struct code_pages *pages, size_t bytes) {
    size_t first;
    paddr_t frame;
    int error = take(page_round_up(bytes) / PAGE_SIZE, PAGE_READ, &first, &frame);
    if (error)
        return error;
    *pages = (struct code_pages){direct(frame), (uint8_t *)address_of(first), page_round_up(bytes)};
    return 0;
}

void code_seal(struct code_pages *pages) {
    assert_that(pages->write);
    for (size_t at = 0; at < pages->bytes; at += PAGE_SIZE)
        if (page_map_code((vaddr_t)pages->run + at, physical(pages->write + at), PAGE_EXECUTE))
            panic("code_seal: the tables of %p are gone",
                  (void *)pages->run); /* take() made them */
    pages->write = NULL;
}

void code_free(struct code_pages *pages) {
    give_back(page_of(pages->run), pages->bytes / PAGE_SIZE);
    *pages = (struct code_pages){0};
}

void *code_alloc_data(size_t bytes) {
    size_t first;
    paddr_t frame;
    if (take(page_round_up(bytes) / PAGE_SIZE, PAGE_WRITE, &first, &frame))
        return NULL;
    return memset((void *)address_of(first), 0, page_round_up(bytes));
}

void code_free_data(void *data, size_t bytes) {
    give_back(page_of(data), page_round_up(bytes) / PAGE_SIZE);
}
