/* SPDX-License-Identifier: MIT */
/* kinds.h -- ext2's handlers as kinds of programs, for tests on the host. */
#ifndef TESTS_EXT2_KINDS_H
#define TESTS_EXT2_KINDS_H

#include "engine/typing.h"

#define EXT2_KINDS 14 /* one an event; a volume is not formatted */

extern const struct kind_description ext2_kinds[EXT2_KINDS];

#endif
