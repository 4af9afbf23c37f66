/* SPDX-License-Identifier: MIT */
/* frame_calls.h -- the calls on frames, beside those on page tables. */
#ifndef EXO_KERNEL_FRAME_CALLS_H
#define EXO_KERNEL_FRAME_CALLS_H

#include <stdint.h>

long sys_acl_read(uint64_t frame, uint64_t into, uint64_t room);
long sys_acl_set(uint64_t slot, uint64_t first, uint64_t frames, uint64_t words, uint64_t count,
                 uint64_t limits);
long sys_frame_pin(uint64_t holder, uint64_t frame);
long sys_frame_unpin(uint64_t slot, uint64_t env, uint64_t frame);

#endif
