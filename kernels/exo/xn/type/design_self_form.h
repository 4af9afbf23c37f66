/* SPDX-License-Identifier: MIT */
/* design_self_form.h -- the form of metadata that describe themselves: one for all file systems.
 *
 * A block begins with a header, which is written once; then 8 bytes that a credential must equal
 * for any change, unless they are 0; its windows are where the header says. */
#ifndef EXO_XN_DESIGN_SELF_FORM_H
#define EXO_XN_DESIGN_SELF_FORM_H

#include <stdint.h>

#include "exo/xn/type/udf.h"

#define XN_SELF_BYTES 24
#define XN_SELF_MAGIC 0x464c4553 /* "SELF" */
struct xn_self_header {
    uint32_t magic; /* 0: nothing is owned; is set, and taken back, while no pointer is */
    uint32_t block; /* this one */
    uint8_t type;   /* its own */
    uint8_t most;   /* pointers in a window */
    uint16_t first, stride, count; /* as in a template */
};
/* A window begins with `most` of these. All 0: none. */
struct xn_self_pointer {
    struct xn_extent child;
    uint32_t owner; /* the block that it stands in */
    uint32_t magic; /* XN_SELF_MAGIC */
};
_Static_assert(sizeof(struct xn_self_header) == 16 && sizeof(struct xn_self_pointer) == 16,
               "the form on disk");

#endif
