/* SPDX-License-Identifier: MIT */
/* image.h -- the memory of a process of the Unix model, one of the models of an address space that
 * are built on PhysAddr, VirtAddr and Translation: *regions*, each a name with rights, whose pages
 * come when they are touched, and which a forked process shares until one of the two writes. What
 * a fault calls for says verified code (extensions/unix), by the operations of pages.h. */
#ifndef SPIN_SERVICES_UNIX_IMAGE_H
#define SPIN_SERVICES_UNIX_IMAGE_H

#include "spin/services/unix/regions.h"

#define UNIX_WORDS_MAX 256 /* bytes that a program is told, the NUL included */

/* The program of this name, of the boot's archive, with these system calls, a in rdi and the words'
 * address in rdx. 0; -E_NOT_FOUND; -E_BAD_IMAGE; -E_FULL: a region is longer than RANGES_MAX;
 * -E_NO_MEMORY. */
int unix_image_load(struct unix_image **image, address_space_handler *calls, const char *program,
                    uint64_t a, const char *words);
/* One with the same memory, shared until it is written. -E_NO_MEMORY, -E_FULL. */
int unix_image_copy(struct unix_image **image, struct unix_image *of);
/* Nobody runs it. */
void unix_image_destroy(struct unix_image *image);

#endif
