/* SPDX-License-Identifier: MIT */
/* link_part.h -- what a frame is made of. */
#ifndef EXO_LIBOS_NET_LINK_PART_H
#define EXO_LIBOS_NET_LINK_PART_H

#include <stdint.h>

/* Bytes of one's own. */
struct link_part {
    const void *at;
    uint32_t bytes;
};

#endif
