/* SPDX-License-Identifier: MIT */
/* changes.h -- byte ranges of a block that get other values. */
#ifndef EXO_XN_CHANGES_H
#define EXO_XN_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "exo/xn/type/udf.h"

/* Are they at most XN_CHANGES_MAX ranges within a block, none empty, of XN_CHANGED_MAX bytes in
 * all? To be asked of a copy that its author cannot change any more. */
bool xn_changes_are_sound(const struct xn_changes *changes);

/* One behind the other. */
void changes_apply(const struct xn_changes *changes, unsigned char *block);

#endif
