/* SPDX-License-Identifier: MIT */
/* notes_format.h -- notes on the disk: one block has a head and 31 slots of 128 bytes, of which
 * each has a name and an extent. */
#ifndef EXO_LIBOS_NOTES_FORMAT_H
#define EXO_LIBOS_NOTES_FORMAT_H

#include "exo/xn/type/udf.h"

#define NOTES_MAGIC 0x45544f4eu /* "NOTE" */
#define NOTES_TYPE  40          /* free for a library to choose: 8 to 127 */
#define NOTES_SLOT  128
#define NOTES_SLOTS 31 /* the head has the place of one */

struct note {
    struct xn_extent at; /* nothing, where the slot is free */
    unsigned int bytes;
    char name[NOTES_SLOT - 12]; /* ended by a NUL */
};
_Static_assert(sizeof(struct note) == NOTES_SLOT, "on disk");

#endif
