/* SPDX-License-Identifier: MIT */
/* notes.bpf.c -- what a slot of notes owns: its extent. */
#include "exo/libos/notes/notes_format.h"

XN_FUNCTION(owns)
unsigned long owns(const unsigned char *window, unsigned long index, struct xn_extent *out) {
    const struct note *note = (const void *)window;
    (void)index;
    if (note->at.count == 0)
        return 0;
    *out = note->at;
    return 1;
}
