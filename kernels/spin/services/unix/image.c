/* SPDX-License-Identifier: MIT */
/* image.c -- see image.h. Only pages with data of the program are there from the start. */
#include "spin/services/unix/image.h"

#include "common/archive.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/thread/preempt.h"
#include "spin/services/unix/pages.h"

static struct translation *translation_of(struct unix_image *image) {
    return &image->process.space.translation;
}

static void free_memory(struct unix_image *image) {
    preempt_disable();
    heap_free(image, sizeof *image);
    preempt_enable();
}

static int create(struct unix_image **image, address_space_handler *calls, const char *name) {
    preempt_disable();
    struct unix_image *new = heap_alloc(sizeof *new);
    preempt_enable();
    if (!new)
        return -E_NO_MEMORY;
    *new = (struct unix_image){.regions = 0};
    int error = address_space_create(&new->process.space, name, calls);
    if (error) {
        free_memory(new);
        return error;
    }
    translation_give(translation_of(new), unix_pager);
    *image = new;
    return 0;
}

void unix_image_destroy(struct unix_image *image) {
    struct translation *t = translation_of(image);
    for (struct unix_region *r = image->region; r < image->region + image->regions; r++)
        for (vaddr_t at = r->v->range.at; at < range_end(&r->v->range); at += PAGE_SIZE)
            unix_page_drop(t, at);
    process_destroy(&image->process);
    free_memory(image);
}

static int add_region(struct unix_image *image, vaddr_t at, size_t pages, unsigned rights) {
    struct unix_region *r = &image->region[image->regions];
    if (pages > RANGES_MAX)
        return -E_FULL;
    int error = virt_addr_allocate(&translation_of(image)->names, at, pages, &r->v);
    if (error)
        return error;
    r->rights = rights;
    image->regions++;
    return 0;
}

/* Bytes of the source come to lie at an address of a region, in one of its pages. */
static int put(struct unix_image *image, vaddr_t at, const struct elf_source *source, uint64_t from,
               size_t n) {
    struct translation *t = translation_of(image);
    char bytes[256];
    int error = unix_page_add(t, at);
    if (error == -E_EXISTS)
        error = 0;
    while (!error && n) {
        size_t now = n < sizeof bytes ? n : sizeof bytes;
        error = source->read(source->arg, from, bytes, now);
        if (!error)
            error = phys_addr_write(translation_find(t, at)->page, at % PAGE_SIZE, bytes, now);
        at += now, from += now, n -= now;
    }
    return error;
}

static int load_segment(struct unix_image *image, const struct elf_source *source,
                        const struct elf_segment *s) {
    vaddr_t first = page_round_down(s->at), end = page_round_up(s->at + s->memory_len);
    int error =
        add_region(image, first, (end - first) / PAGE_SIZE,
                   PAGE_READ | (s->write ? PAGE_WRITE : 0) | (s->execute ? PAGE_EXECUTE : 0));
    for (uint64_t from = 0, n; !error && from < s->data_len; from += n) {
        n = PAGE_SIZE - (s->at + from) % PAGE_SIZE;
        if (n > s->data_len - from)
            n = s->data_len - from;
        error = put(image, s->at + from, source, s->data + from, n);
    }
    return error;
}

/* The stack, with the words at its end. */
static int load_stack(struct unix_image *image, uint64_t a, const char *words) {
    const vaddr_t at = PROCESS_STACK_TOP - PROCESS_WORDS_MAX;
    struct elf_source source = elf_in_memory(words, strnlen(words, UNIX_WORDS_MAX - 1));
    int error = add_region(image, PROCESS_STACK_TOP - PROCESS_STACK_PAGES * PAGE_SIZE,
                           PROCESS_STACK_PAGES, PAGE_READ | PAGE_WRITE);
    if (!error)
        error = put(image, at, &source, 0, source.len);
    user_frame_init(&image->start, image->process.entry, at, true);
    image->start.rdi = a;
    image->start.rdx = at;
    return error;
}

static int load(struct unix_image *image, const struct elf_source *source, uint64_t a,
                const char *words) {
    const char *why;
    struct elf elf;
    int error = elf_open(&elf, source, PAGE_SIZE, USER_TOP, &why);
    for (unsigned i = 0; !error && i < elf.count; i++)
        error = load_segment(image, source, &elf.segment[i]);
    if (!error)
        image->process.entry = elf.entry;
    if (!error)
        error = load_stack(image, a, words);
    return error == -E_EXISTS ? -E_BAD_IMAGE : error; /* it lies in the stack */
}

int unix_image_load(struct unix_image **image, address_space_handler *calls, const char *program,
                    uint64_t a, const char *words) {
    struct elf_source source;
    if (!archive_find(program, &source))
        return -E_NOT_FOUND;
    int error = create(image, calls, "unix");
    if (error)
        return error;
    error = load(*image, &source, a, words);
    if (error)
        unix_image_destroy(*image);
    return error;
}

/* Nobody writes to a shared page: it can be written again once it is the image's own. */
static int share_page(struct unix_image *of, struct unix_image *with, const struct unix_region *r,
                      struct virt_addr *v, vaddr_t at) {
    const struct mapping *m = translation_find(translation_of(of), at);
    const unsigned rights = r->rights & ~PAGE_WRITE;
    int error = 0;
    if (m && r->rights & PAGE_WRITE)
        error = translation_change_mapping(translation_of(of), at, 1, rights);
    if (m && !error)
        error = translation_add_mapping(translation_of(with), v, (at - v->range.at) / PAGE_SIZE,
                                        m->page, rights);
    return error;
}

static int share_region(struct unix_image *of, struct unix_image *with,
                        const struct unix_region *r) {
    const vaddr_t first = r->v->range.at;
    int error = add_region(with, first, r->v->range.pages, r->rights);
    for (vaddr_t at = first; !error && at < range_end(&r->v->range); at += PAGE_SIZE)
        error = share_page(of, with, r, with->region[with->regions - 1].v, at);
    return error;
}

int unix_image_copy(struct unix_image **image, struct unix_image *of) {
    int error = create(image, call_system_handler(&of->process.space.own), of->process.space.name);
    for (unsigned i = 0; !error && i < of->regions; i++) {
        error = share_region(of, *image, &of->region[i]);
        if (error)
            unix_image_destroy(*image);
    }
    return error;
}
