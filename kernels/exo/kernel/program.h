/* SPDX-License-Identifier: MIT */
/* program.h -- the programs that lie in the image, each a static ELF64 (programs.S). */
#ifndef EXO_KERNEL_PROGRAM_H
#define EXO_KERNEL_PROGRAM_H

#include "exo/abi.h"
#include "machine/types.h"

struct program {
    char name[EXO_NAME_MAX];
    const void *image;
    size_t length;
};

/* Null when there is none of this name. */
const struct program *program_find(const char *name);

#endif
