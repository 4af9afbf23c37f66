/* SPDX-License-Identifier: MIT */
/* embed.h -- a file of the build as bytes of a test image: ID to ID_end, aligned as an object must
 * be. */
#ifndef TESTS_KERNEL_EMBED_H
#define TESTS_KERNEL_EMBED_H

#include <stdint.h>

#define EMBED(id, path)                                                                            \
    extern const uint8_t id[], id##_end[];                                                         \
    __asm__(".pushsection .rodata\n.balign 16\n" #id ": .incbin \"" path "\"\n" #id                \
            "_end:\n.popsection")

#endif
