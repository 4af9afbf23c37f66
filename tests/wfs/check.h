/* SPDX-License-Identifier: MIT */
/* check.h -- what a wfs volume must be, read from its bytes by other code than the extension's. */
#ifndef TESTS_WFS_CHECK_H
#define TESTS_WFS_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Null, or what is wrong: a block that two files have, or none and the map says it is used, names
 * and links that do not agree... After a CRASH blocks and nodes may be used that nobody has, and a
 * file may have more links than names. */
const char *wfs_check(const uint8_t *disk, size_t bytes, bool crash);

#endif
