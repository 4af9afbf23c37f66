/* SPDX-License-Identifier: MIT */
/* disk_calls.h -- the calls on disks by their blocks. */
#ifndef EXO_KERNEL_DISK_CALLS_H
#define EXO_KERNEL_DISK_CALLS_H

#include "machine/types.h"

long sys_disk_request(uint64_t how, uint64_t block, uint64_t count, uint64_t frames, uint64_t word);
/* The same by its complete path. */
long disk_request_complete(uint64_t how, uint64_t block, uint64_t count, uint64_t frames,
                           uint64_t word);
long sys_disk_wait(uint64_t disk);
long sys_disk_reset(uint64_t slot, uint64_t disk);
long sys_disk_latency(uint64_t slot, uint64_t ticks);

#endif
