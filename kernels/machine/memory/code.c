/* SPDX-License-Identifier: MIT */
/* code.c -- see code.h. The window's pages are given out by first fit; a byte a page says which are
 * taken. Pieces up to half a page share pages, by first fit too. */
#include "machine/memory/code.h"

#include "lib/error.h"
#include "lib/pieces.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

#define WINDOW_PAGES (CODE_WINDOW / PAGE_SIZE)
#define BREAKPOINT   0xcc /* what no code covers traps */

_Static_assert(PIECES_BYTES == PAGE_SIZE, "pieces are of pages");

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
static int take_run(size_t count, unsigned rights, size_t *first, paddr_t *frame) {
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

/* A page that pieces share. */
struct shared {
    struct shared *next;
    size_t page;
    uint64_t taken;
};
static struct shared *shared_pages;

/* Puts `len` bytes, or breakpoints if there are none, at `offset` of a page of code. */
static void write_page(size_t page, size_t offset, const uint8_t *bytes, size_t len) {
    struct page_mapping m;
    bool interrupts = interrupts_off();
    if (page_walk(&page_table_kernel, address_of(page), &m) ||
        page_map_code(address_of(page), m.frame, PAGE_READ))
        panic("code: the tables of page %lu are gone", page); /* take_run() made them */
    uint8_t *to = (uint8_t *)direct(m.frame) + offset;
    if (bytes)
        memcpy(to, bytes, len);
    else
        memset(to, BREAKPOINT, len);
    (void)page_map_code(address_of(page), m.frame, PAGE_EXECUTE); /* the tables are there */
    interrupts_restore(interrupts);
}

/* A shared page with no piece taken, or null. */
static struct shared *open_shared(void) {
    paddr_t frame;
    struct shared *s = heap_alloc(sizeof *s);
    if (!s || take_run(1, PAGE_READ, &s->page, &frame)) {
        heap_free(s, sizeof *s);
        return NULL;
    }
    memset(direct(frame), BREAKPOINT, PAGE_SIZE);
    s->next = shared_pages;
    return shared_pages = s;
}

static void close_if_empty(struct shared *s) {
    if (s->taken)
        return;
    struct shared **link = &shared_pages;
    while (*link != s)
        link = &(*link)->next;
    *link = s->next;
    give_back(s->page, 1);
    heap_free(s, sizeof *s);
}

static uint8_t *take_piece(size_t bytes) {
    size_t offset;
    struct shared *s = shared_pages;
    while (s && !pieces_take(&s->taken, bytes, &offset))
        s = s->next;
    if (!s) {
        s = open_shared();
        if (!s || !pieces_take(&s->taken, bytes, &offset))
            return NULL;
    }
    return (uint8_t *)address_of(s->page) + offset;
}

static void give_piece(const struct code_pages *pages) {
    size_t page = page_of(pages->run), offset = (vaddr_t)pages->run % PAGE_SIZE;
    struct shared *s = shared_pages;
    while (s && s->page != page)
        s = s->next;
    assert_that(s);
    if (!pages->write)
        write_page(page, offset, NULL, pages->bytes);
    pieces_give(&s->taken, offset, pages->bytes);
    close_if_empty(s);
}

static bool is_shared(size_t bytes) {
    return bytes <= PIECES_AT_ONE;
}

static uint8_t *take_pages(size_t bytes) {
    size_t first;
    paddr_t frame;
    return take_run(bytes / PAGE_SIZE, PAGE_READ, &first, &frame) ? NULL
                                                                  : (uint8_t *)address_of(first);
}

int code_alloc(struct code_pages *pages, size_t bytes) {
    if (bytes == 0 || bytes > CODE_WINDOW)
        return -E_NO_MEMORY;
    bytes = is_shared(bytes) ? pieces_round_up(bytes) : page_round_up(bytes);
    *pages = (struct code_pages){.write = heap_alloc(bytes), .bytes = bytes};
    if (pages->write)
        pages->run = is_shared(bytes) ? take_piece(bytes) : take_pages(bytes);
    if (!pages->run) {
        heap_free(pages->write, bytes);
        return -E_NO_MEMORY;
    }
    memset(pages->write, BREAKPOINT, bytes);
    return 0;
}

void code_seal(struct code_pages *pages) {
    assert_that(pages->write);
    for (size_t at = 0, len; at < pages->bytes; at += len) {
        len = is_shared(pages->bytes) ? pages->bytes : PAGE_SIZE;
        write_page(page_of(pages->run + at), (vaddr_t)pages->run % PAGE_SIZE, pages->write + at,
                   len);
    }
    heap_free(pages->write, pages->bytes);
    pages->write = NULL;
}

void code_free(struct code_pages *pages) {
    if (is_shared(pages->bytes))
        give_piece(pages);
    else
        give_back(page_of(pages->run), pages->bytes / PAGE_SIZE);
    heap_free(pages->write, pages->bytes);
    *pages = (struct code_pages){0};
}

void *code_alloc_data(size_t bytes) {
    size_t first;
    paddr_t frame;
    if (take_run(page_round_up(bytes) / PAGE_SIZE, PAGE_WRITE, &first, &frame))
        return NULL;
    return memset((void *)address_of(first), 0, page_round_up(bytes));
}

void code_free_data(void *data, size_t bytes) {
    give_back(page_of(data), page_round_up(bytes) / PAGE_SIZE);
}
