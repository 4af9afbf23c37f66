/* SPDX-License-Identifier: MIT */
/* segment.h -- selectors into the descriptor table that cpu.c makes, for C and for assembly. */
#ifndef MACHINE_SEGMENT_H
#define MACHINE_SEGMENT_H

/* STAR makes sysret load USER_DATA and USER_CODE, in this order, behind a base of 0x10. */
#define KERNEL_CODE  0x08
#define KERNEL_DATA  0x10
#define USER_DATA    0x1b
#define USER_CODE    0x23
#define TSS_SELECTOR 0x28

#endif
