/* SPDX-License-Identifier: MIT */
/* freed.h -- frames that are freed become junk, so that a use after that is noticed. The
 * linker puts this in front of frame_free and frame_unpin (--wrap) in images that tests are linked
 * into; in no other. */
#ifndef TESTS_FREED_H
#define TESTS_FREED_H

#include "machine/memory/frame.h"

#define FREED_FRAME_JUNK 0xa5 /* each byte */

void __wrap_frame_free(paddr_t frame);
void __real_frame_free(paddr_t frame);
void __wrap_frame_unpin(paddr_t frame);
void __real_frame_unpin(paddr_t frame);

#endif
