/* SPDX-License-Identifier: MIT */
/* program.c -- see program.h. */
#include "machine/user/program.h"

#include "lib/elf.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"

const struct program *program_find(const char *name) {
    for (const struct program *p = programs; p < programs_end; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static int map_zeroed(struct page_table *t, vaddr_t at, unsigned rights, paddr_t *frame) {
    int error = frame_alloc_zeroed(frame);
    if (error)
        return error;
    error = page_map(t, at, *frame, rights);
    if (error)
        frame_free(*frame);
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
static void fill(const struct elf_segment *s, vaddr_t page, paddr_t frame) {
    uint64_t from = page > s->at ? page - s->at : 0; /* offset into the data */
    if (from >= s->data_len)
        return;
    uint64_t into = s->at + from - page;
    uint64_t n = PAGE_SIZE - into;
    if (n > s->data_len - from)
        n = s->data_len - from;
    memcpy((char *)direct(frame) + into, s->data + from, n);
}

/* 0, or page_map()'s errors, with *why set where the image is to blame. */
static int load_segment(struct page_table *t, const struct elf_segment *s, const char **why) {
    unsigned rights = PAGE_READ | (s->write ? PAGE_WRITE : 0) | (s->execute ? PAGE_EXECUTE : 0);
    vaddr_t end = page_round_up(s->at + s->memory_len);
    for (vaddr_t page = page_round_down(s->at); page < end; page += PAGE_SIZE) {
        paddr_t frame;
        int error = map_zeroed(t, page, rights, &frame);
        if (error == -E_EXISTS) {
            *why = "a segment lies where something else is mapped";
            return -E_BAD_IMAGE;
        }
        if (error)
            return error;
        fill(s, page, frame);
    }
    return 0;
}

int program_load(struct page_table *t, const void *image, size_t len, vaddr_t *entry,
                 const char **why) {
    struct elf elf;
    const char *broken;
    int error = elf_open(&elf, image, len, PAGE_SIZE, USER_TOP, &broken);
    for (unsigned i = 0; !error && i < elf.count; i++)
        error = load_segment(t, &elf.segment[i], &broken);
    *why = error == -E_BAD_IMAGE ? broken : "";
    if (!error)
        *entry = elf.entry;
    return error;
}

/* Remembers the first page of user space that is mapped. */
static bool first_user_page(const struct page_mapping *m, void *arg) {
    if (m->at < USER_TOP)
        *(struct page_mapping *)arg = *m;
    return false;
}

void program_unload(struct page_table *t) {
    for (vaddr_t from = 0;;) {
        struct page_mapping m = {.at = USER_TOP};
        page_each(t, from, first_user_page, &m);
        if (m.at >= USER_TOP)
            return;
        page_unmap(t, m.at, NULL);
        frame_free(m.frame);
        from = m.at + PAGE_SIZE;
    }
}
