/* SPDX-License-Identifier: MIT */
/* fixup.h -- instructions of the kernel that may fault at a user's address; the linker script
 * gathers their table. */
#ifndef MACHINE_FIXUP_H
#define MACHINE_FIXUP_H

#include <stdint.h>

/* A page fault of the instruction at `at`, less than `bytes` above the user address that it holds
 * in the register at offset `user` of its trap frame, goes on at `resume`. */
struct fixup {
    uint64_t at, resume, user, bytes;
};
extern const struct fixup fixups_start[], fixups_end[];

/* The last page fault that a fixup was for, and how many there were. */
extern struct fixed { uint64_t count, address, error; } fixup_last;

#endif
