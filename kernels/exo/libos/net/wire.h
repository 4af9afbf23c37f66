/* SPDX-License-Identifier: MIT */
/* wire.h -- where frames go, for who need not know by what: an interface (port.h), or a test's. */
#ifndef EXO_LIBOS_NET_WIRE_H
#define EXO_LIBOS_NET_WIRE_H

#include "exo/libos/net/link_part.h"

#define WIRE_HEAD 96 /* bytes of a frame's headers, at most */

struct wire {
    /* Memory for the headers of the next frame, WIRE_HEAD bytes, until it has gone; null: none can
     * go now. */
    uint8_t *(*head)(struct wire *wire);
    /* Sends what these parts hold, the first of which is that memory, the others the caller's,
     * which stay as they are until it has gone: now, or together with others by `go`, which always
     * follows. */
    void (*send)(struct wire *wire, const struct link_part *piece, uint32_t count);
    void (*go)(struct wire *wire);
};

#endif
