/* SPDX-License-Identifier: MIT */
/* image.h -- pages of an environment that is being made: they are filled while they are mapped
 * here, and then mapped there. */
#ifndef EXO_LIBOS_IMAGE_H
#define EXO_LIBOS_IMAGE_H

#include <stdint.h>

#include "exo/abi.h"
#include "lib/cpio.h"
#include "lib/elf.h"

#define IMAGE_WINDOW 8 /* pages */

struct image_to {
    unsigned slot; /* of the capability that the pages belong to, and that opens env */
    uint64_t env;
    uint64_t window; /* where IMAGE_WINDOW pages of ours are used, which are not mapped */
    /* Null, or maps pages of env, which are not written, as `there` says, that show what is from
     * `offset` on in the image: how many, from the first on. The others are filled. */
    uint64_t (*show)(uint64_t env, const struct elf_source *image, uint64_t offset,
                     struct exo_pages there);
};

/* Maps so many frames, whose contents are anybody's, at the window. 0, or the kernel's error. */
long image_open(const struct image_to *to, uint64_t pages);
/* The pages of the window become env's from `at` on, with these bits, and are here no longer. */
long image_give(const struct image_to *to, uint64_t at, uint64_t pages, uint64_t bits);

/* The segments of a program; *entry: where it begins. 0; -E_BAD_IMAGE, or the kernel's error, with
 * some of it there. */
long image_load(const struct image_to *to, const struct elf_source *from, uint64_t *entry);

/* The archive that the boot brought, without a file where it is none. It is looked through once,
 * also for the children of whoever does so. */
const struct cpio *image_archive(void);

/* The program of this name in it. 0; -E_NOT_FOUND. */
long image_find(const char *name, struct elf_source *image);

#endif
