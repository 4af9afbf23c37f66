/* SPDX-License-Identifier: MIT */
/* linux_run.c -- a foreign program is loaded into this environment, beside the library. */
#include "exo/libos/frames.h"
#include "exo/libos/image.h"
#include "exo/libos/linux/linux.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"
#include "lib/linux_abi.h"

#define PAGE        4096ul
#define STACK_PAGES 16
#define DATA        (EXO_WRITE | EXO_NO_EXEC)

void linux_begin(uint64_t entry, uint64_t stack); /* linux_entry.S */

/* A segment is written as data, then gets the bits that it asks for. */
static long load(const struct elf_source *image, const struct elf_segment *s) {
    uint64_t first = s->at & -PAGE, pages = (s->at + s->memory_len - first + PAGE - 1) / PAGE;
    long error = frames_map(0, 0, 0, first, pages, DATA);
    if (!error)
        error = image->read(image->arg, s->data, (void *)s->at, s->data_len);
    const struct exo_protect last = {first, pages, DATA,
                                     (s->write ? EXO_WRITE : 0) | (s->execute ? 0 : EXO_NO_EXEC)};
    for (uint64_t done = 0; !error && done < pages;) {
        long now = exo_page_protect(0, 0, 0, &last, 1, done);
        error = now < 0 ? now : 0;
        done += (uint64_t)now;
    }
    return error;
}

long linux_run(const char *program) {
    struct elf_source image;
    struct elf elf;
    const char *why, *const argument[] = {program};
    const uint64_t stack = LINUX_END - STACK_PAGES * PAGE;
    long error = image_find(program, &image);
    if (!error)
        error = elf_open(&elf, &image, LINUX_FIRST, stack, &why);
    for (unsigned i = 0; !error && i < elf.count; i++)
        error = load(&image, &elf.segment[i]);
    if (!error)
        error = frames_map(0, 0, 0, stack, STACK_PAGES, DATA);
    if (error)
        return error;
    uint64_t rsp = linux_start((void *)stack, STACK_PAGES * PAGE, stack, argument, 1, elf.entry);
    linux_reflect(LINUX_FIRST, LINUX_END);
    linux_begin(elf.entry, rsp);
    return 0; /* it does not */
}
