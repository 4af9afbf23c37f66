/* SPDX-License-Identifier: MIT */
/* image.c -- see image.h. */
#include "exo/libos/image.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/stubs.h"
#include "lib/cpio.h"
#include "lib/error.h"
#include "lib/string.h"

#define PAGE 4096ul

static void close_window(const struct image_to *to) {
    const struct exo_pages none = {to->window, 0, IMAGE_WINDOW};
    exo_page_update(0, 0, 0, &none, 1, 0);
}

long image_open(const struct image_to *to, uint64_t pages) {
    long error = frames_map(0, 0, to->slot, to->window, pages, EXO_WRITE | EXO_NO_EXEC);
    if (error)
        close_window(to);
    return error;
}

/* Page_update of env by these elements, of a page each. */
static long update(const struct image_to *to, const struct exo_pages *vector, uint64_t pages) {
    for (uint64_t done = 0; done < pages;) {
        long some = exo_page_update(to->slot, to->env, to->slot, vector, pages, done);
        if (some < 0 && !(some == -E_NO_MEMORY && frames_await()))
            return some;
        done += some > 0 ? (uint64_t)some : 0;
    }
    return 0;
}

static long give(const struct image_to *to, uint64_t at, uint64_t pages, uint64_t bits) {
    struct exo_pages vector[IMAGE_WINDOW];
    for (uint64_t i = 0; i < pages; i++) {
        uint64_t frame = exposed_entry(to->window + i * PAGE) & EXO_FRAME_OF;
        vector[i] = (struct exo_pages){at + i * PAGE, frame | EXO_PRESENT | bits, 1};
    }
    return update(to, vector, pages);
}

long image_give(const struct image_to *to, uint64_t at, uint64_t pages, uint64_t bits) {
    long error = give(to, at, pages, bits);
    close_window(to);
    return error;
}

/* The window shows what is in the segment from `page` on, with zeroes around it. */
static long fill(const struct image_to *to, const struct elf_source *image,
                 const struct elf_segment *s, uint64_t page, uint64_t bytes) {
    char *window = (char *)to->window;
    uint64_t end = s->at + s->data_len, until = page + bytes < end ? page + bytes : end;
    uint64_t from = page > s->at ? page : s->at;
    if (from >= until)
        from = until = page;
    memset(window, 0, from - page);
    memset(window + (until - page), 0, page + bytes - until);
    return until > from ? image->read(image->arg, s->data + (from - s->at), window + (from - page),
                                      until - from)
                        : 0;
}

/* How many of the segment's pages, from the first on, are shown where the image has them. */
static uint64_t show(const struct image_to *to, const struct elf_source *image,
                     const struct elf_segment *s, uint64_t bits) {
    const uint64_t page = s->at & -PAGE, end = s->at + s->data_len;
    const uint64_t whole = (end - page + (s->memory_len == s->data_len ? PAGE - 1 : 0)) / PAGE;
    if (!to->show || s->write || (s->at - s->data) % PAGE)
        return 0;
    return to->show(to->env, image, s->data & -PAGE, (struct exo_pages){page, bits, whole});
}

static long load_segment(const struct image_to *to, const struct elf_source *image,
                         const struct elf_segment *s) {
    uint64_t bits = (s->write ? EXO_WRITE : 0) | (s->execute ? 0 : EXO_NO_EXEC);
    uint64_t page = (s->at & -PAGE) + show(to, image, s, bits) * PAGE;
    const uint64_t zeroes = (s->at + s->data_len + PAGE - 1) & -PAGE, end = s->at + s->memory_len;
    long error = 0;
    for (uint64_t pages; !error && page < zeroes; page += pages * PAGE) {
        pages = (zeroes - page) / PAGE;
        pages = pages < IMAGE_WINDOW ? pages : IMAGE_WINDOW;
        error = image_open(to, pages);
        if (!error)
            error = fill(to, image, s, page, pages * PAGE);
        if (!error)
            error = give(to, page, pages, bits);
    }
    if (!error && page < end)
        error = frames_map(to->slot, to->env, to->slot, page | EXO_ZEROED,
                           (end - page + PAGE - 1) / PAGE, bits);
    return error;
}

long image_load(const struct image_to *to, const struct elf_source *from, uint64_t *entry) {
    struct elf elf;
    const char *why;
    long error = elf_open(&elf, from, PAGE, EXO_TOP, &why);
    for (unsigned i = 0; !error && i < elf.count; i++)
        error = load_segment(to, from, &elf.segment[i]);
    close_window(to);
    *entry = error ? 0 : elf.entry;
    return error;
}

const struct cpio *image_archive(void) {
    static struct cpio found;
    const char *why;
    if (!found.bytes &&
        cpio_open(&found, (const void *)env_info()->boot_at, env_info()->boot_bytes, &why))
        found.count = 0;
    return &found;
}

long image_find(const char *name, struct elf_source *image) {
    struct cpio_file file;
    if (!cpio_find(image_archive(), name, &file))
        return -E_NOT_FOUND;
    *image = elf_in_memory(file.data, file.len);
    return 0;
}
