/* SPDX-License-Identifier: MIT */
/* program.c -- see program.h. */
#include "machine/user/program.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/region.h"
#include "machine/memory/frame.h"
#include "machine/memory/page_range.h"

/* A region for each page: others may run in between, but none that has this table. */
static int map_zeroed(struct page_table *t, vaddr_t at, unsigned rights, paddr_t *frame) {
    page_make_tables(t, at);
    preempt_disable();
    int error = frame_alloc(frame);
    if (!error) {
        error = page_map(t, at, *frame, rights);
        if (error)
            frame_free(*frame);
    }
    preempt_enable();
    if (!error)
        memset(direct(*frame), 0, PAGE_SIZE);
    return error;
}

int program_map(struct page_table *t, vaddr_t at, size_t pages, unsigned rights) {
    for (size_t i = 0; i < pages; i++) {
        paddr_t frame;
        int error = map_zeroed(t, at + i * PAGE_SIZE, rights, &frame);
        if (error)
            return error;
    }
    return 0;
}

/* Copies what the segment's data has for the page at `page` into its frame. */
static int fill(const struct elf_source *source, const struct elf_segment *s, vaddr_t page,
                paddr_t frame) {
    uint64_t from = page > s->at ? page - s->at : 0; /* offset into the data */
    if (from >= s->data_len)
        return 0;
    uint64_t into = s->at + from - page;
    uint64_t n = PAGE_SIZE - into;
    if (n > s->data_len - from)
        n = s->data_len - from;
    return source->read(source->arg, s->data + from, (char *)direct(frame) + into, n);
}

/* 0, page_map()'s errors, with *why set where the image is to blame, or the source's. */
static int load_segment(struct page_table *t, const struct elf_source *source,
                        const struct elf_segment *s, const char **why) {
    unsigned rights = PAGE_READ | (s->write ? PAGE_WRITE : 0) | (s->execute ? PAGE_EXECUTE : 0);
    vaddr_t end = page_round_up(s->at + s->memory_len);
    for (vaddr_t page = page_round_down(s->at); page < end; page += PAGE_SIZE) {
        paddr_t frame;
        int error = map_zeroed(t, page, rights, &frame);
        if (error == -E_EXISTS) {
            *why = "a segment lies where something else is mapped";
            return -E_BAD_IMAGE;
        }
        if (!error)
            error = fill(source, s, page, frame);
        if (error)
            return error;
    }
    return 0;
}

int program_load(struct page_table *t, const struct elf_source *source, vaddr_t *entry,
                 const char **why) {
    struct elf elf;
    const char *rule;
    int error = elf_open(&elf, source, PAGE_SIZE, USER_TOP, &rule);
    for (unsigned i = 0; !error && i < elf.count; i++)
        error = load_segment(t, source, &elf.segment[i], &rule);
    *why = error == -E_BAD_IMAGE && rule ? rule : "";
    if (!error)
        *entry = elf.entry;
    return error;
}

static void give_back(paddr_t frame, void *unused) {
    (void)unused;
    frame_free(frame);
}

void program_unload(struct page_table *t) {
    page_unmap_range(t, 0, USER_TOP, give_back, NULL);
}
