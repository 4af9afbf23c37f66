/* SPDX-License-Identifier: MIT */
/* kinds.h -- a file system's handlers as kinds of programs, for tests on the host. */
#ifndef TESTS_EXT2_KINDS_H
#define TESTS_EXT2_KINDS_H

#include "engine/typing.h"

#define FILE_SYSTEM_KINDS 15 /* one an event */

extern const struct kind_description file_system_kinds[FILE_SYSTEM_KINDS];

#endif
