/* SPDX-License-Identifier: MIT */
/* ash.h -- what an application-specific handler is and what it may call (docs/exo/ash.md). It is
 * compiled to verified code by a stock compiler (clang -target bpf), and its function is
 *
 *     unsigned long ash(uint8_t *frame, uint64_t bytes, uint8_t *region, uint64_t from);
 *
 * frame   EXO_ASH_FRAME bytes: what arrived, where it lies, which the handler may change
 * bytes   how many of them arrived; what is behind them is 0 or was in an earlier frame of its own
 * region  its owner's pages, as many as the handler was set with; it is kept from run to run
 * from    the interface's number; or EXO_ASH_MESSAGE | the id of the environment that sent it
 *
 * What it gives: 0, it declines, and the frame goes to the filter's ring, as it lies now; anything
 * else, it is done with it. */
#ifndef EXO_ASH_H
#define EXO_ASH_H

#include <stdint.h>

#define EXO_ASH_FRAME   1600
#define EXO_ASH_MESSAGE (1ul << 32)

/* Sends a frame, which is copied, by an interface: if it is one that its owner may send there
 * (packet_template). 0, or an error's number: E_INVALID: longer or shorter than a frame may be;
 * E_NOT_FOUND: interface; E_PERM; E_FULL: too many of its are on their way; E_DEAD. */
uint64_t ash_send(const void *frame, uint64_t bytes, uint64_t nic);

/* Runs one of the handler's pipes (ash_pipe_set) over `bytes` bytes of the frame from `at` on, to
 * `to`, in one pass; state[i] is its i-th stage's, before and after. False: the frame has no such
 * bytes, or the handler no such pipe. */
uint64_t ash_pipe(void *to, uint64_t bytes, uint64_t at, uint64_t *state, uint64_t pipe);

/* Beside these sum_bytes (of at most 1,514 bytes), sum_pseudo and sum_update; they are those of
 * protocol/checksum.h. */

#endif
