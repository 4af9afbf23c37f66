/* SPDX-License-Identifier: MIT */
/* ash_kind.h -- what must be proven of a handler, and of what it hands to what it calls. Of the
 * engine only; nothing of a machine. */
#ifndef EXO_KERNEL_ASH_KIND_H
#define EXO_KERNEL_ASH_KIND_H

#include "engine/kind.h"

enum { ASH_BYTES_MOST = 1514 }; /* of a frame */
enum { ASH_DIVISION = 15 };     /* instructions of the machine, but for one */

/* The kind of handlers whose region has so many bytes. */
struct kind ash_kind(uint32_t region);

/* Of ash_send, ash_pipe, sum_bytes; and of what takes and gives numbers only. */
extern const struct signature ash_send_signature, ash_pipe_signature, ash_sum_signature,
    ash_number_signature;

#endif
