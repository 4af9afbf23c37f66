/* SPDX-License-Identifier: MIT */
/* code.c -- see code.h. The window's pages are given out by first fit; a byte a page says which are
 * taken. Pieces up to half a page share pages, by first fit too. Each step is a region of its own;
 * in between what is being made is nobody else's. */
#include "machine/memory/code.h"

#include "lib/error.h"
#include "lib/pieces.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/region.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "machine/memory/page.h"
#include "machine/report/panic.h"

#define WINDOW_PAGES (CODE_WINDOW / PAGE_SIZE)
#define BREAKPOINT   0xcc /* what no code covers traps */

_Static_assert(PIECES_BYTES == PAGE_SIZE, "pieces are of pages");

static bool taken[WINDOW_PAGES];
static size_t lowest; /* no page before it is free */

/* The first of `count` free pages that follow each other; WINDOW_PAGES when there are none. */
static size_t find_range(size_t count) {
    size_t run = 0;
    for (size_t i = lowest; i < WINDOW_PAGES; i++) {
        run = taken[i] ? 0 : run + 1;
        if (run == count)
            return i + 1 - count;
    }
    return WINDOW_PAGES;
}

static vaddr_t address_of(size_t page) {
    return CODE_BASE + page * PAGE_SIZE;
}

static void forget(size_t page) {
    taken[page] = false;
    lowest = page < lowest ? page : lowest;
}

/* Takes the window's pages [first, first + count) back, with their frames. */
static void give_back(size_t first, size_t count) {
    for (size_t i = first; i < first + count; i++) {
        preempt_disable();
        assert_that(taken[i]);
        frame_free(page_unmap_code(address_of(i)));
        forget(i);
        preempt_enable();
    }
}

/* Pages of the window, and frames for them. */
static int reserve(size_t count, size_t *first, paddr_t *frame) {
    *first = count ? find_range(count) : WINDOW_PAGES;
    if (*first == WINDOW_PAGES || frame_alloc_run(frame, count))
        return -E_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        taken[*first + i] = true;
    if (*first == lowest)
        lowest += count;
    return 0;
}

static int map(size_t page, paddr_t frame, unsigned rights) {
    preempt_disable();
    int error = page_split_direct(frame);
    preempt_enable();
    if (error)
        return error;
    preempt_disable();
    error = page_map_code(address_of(page), frame, rights);
    preempt_enable();
    return error;
}

/* Frames for `count` pages of the window, mapped with these rights; *first is the first page. */
static int take_run(size_t count, unsigned rights, size_t *first, paddr_t *frame) {
    preempt_disable();
    int error = reserve(count, first, frame);
    preempt_enable();
    for (size_t i = 0; !error && i < count; i++) {
        error = map(*first + i, paddr_add(*frame, i * PAGE_SIZE), rights);
        if (!error)
            continue;
        give_back(*first, i);
        preempt_disable();
        for (; i < count; i++) {
            frame_free(paddr_add(*frame, i * PAGE_SIZE));
            forget(*first + i);
        }
        preempt_enable();
    }
    return error;
}

static void *take_memory(size_t bytes) {
    preempt_disable();
    void *memory = heap_alloc_dirty(bytes);
    preempt_enable();
    return memory;
}

static void give_memory(void *memory, size_t bytes) {
    preempt_disable();
    heap_free(memory, bytes);
    preempt_enable();
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
    size_t room; /* bytes: it has no place for more */
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
    struct shared *s = take_memory(sizeof *s);
    if (!s || take_run(1, PAGE_READ, &s->page, &frame)) {
        give_memory(s, sizeof *s);
        return NULL;
    }
    memset(direct(frame), BREAKPOINT, PAGE_SIZE);
    s->taken = 0;
    s->room = PAGE_SIZE;
    return s;
}

static bool take_of(struct shared *s, size_t bytes, size_t *offset) {
    if (bytes > s->room)
        return false;
    if (pieces_take(&s->taken, bytes, offset))
        return true;
    s->room = bytes - 1;
    return false;
}

/* Of the page that is new, if there is one, or of the first that has room; or null. */
static uint8_t *find_piece(struct shared *new, size_t bytes) {
    size_t offset;
    if (new) {
        new->next = shared_pages;
        shared_pages = new;
    }
    for (struct shared *s = shared_pages; s; s = s->next)
        if (take_of(s, bytes, &offset))
            return (uint8_t *)address_of(s->page) + offset;
    return NULL;
}

static uint8_t *take_piece(size_t bytes) {
    struct shared *new = NULL;
    uint8_t *piece;
    do {
        preempt_disable();
        piece = find_piece(new, bytes);
        preempt_enable();
    } while (!piece && (new = open_shared()));
    return piece;
}

/* The page, out of the list, if it has no piece any more; or null. */
static struct shared *give_to_page(size_t page, size_t offset, size_t bytes) {
    struct shared **link = &shared_pages, *s;
    while (*link && (*link)->page != page)
        link = &(*link)->next;
    s = *link;
    assert_that(s);
    pieces_give(&s->taken, offset, bytes);
    s->room = PAGE_SIZE;
    if (s->taken)
        return NULL;
    *link = s->next;
    return s;
}

static void give_piece(const struct code_pages *pages) {
    size_t page = page_of(pages->run), offset = (vaddr_t)pages->run % PAGE_SIZE;
    if (!pages->write)
        write_page(page, offset, NULL, pages->bytes);
    preempt_disable();
    struct shared *empty = give_to_page(page, offset, pages->bytes);
    preempt_enable();
    if (!empty)
        return;
    give_back(page, 1);
    give_memory(empty, sizeof *empty);
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
    *pages = (struct code_pages){.write = take_memory(bytes), .bytes = bytes};
    if (pages->write)
        pages->run = is_shared(bytes) ? take_piece(bytes) : take_pages(bytes);
    if (!pages->run) {
        give_memory(pages->write, bytes);
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
    give_memory(pages->write, pages->bytes);
    pages->write = NULL;
}

void code_free(struct code_pages *pages) {
    if (is_shared(pages->bytes))
        give_piece(pages);
    else
        give_back(page_of(pages->run), pages->bytes / PAGE_SIZE);
    give_memory(pages->write, pages->bytes);
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
