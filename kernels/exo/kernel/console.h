/* SPDX-License-Identifier: MIT */
/* console.h -- the serial line, whose sender of records the kernel owns (common/line.h): what an
 * environment hands over is checked and numbered here, so that no environment can forge another's
 * record, and the kernel can add a `fault` at any time. A system call needs a capability whose name
 * leads to "c": CAP_WRITE to write, CAP_READ to read. */
#ifndef EXO_KERNEL_CONSOLE_H
#define EXO_KERNEL_CONSOLE_H

#include <stdint.h>

#define CONSOLE_TEXT_MAX 1024 /* bytes of one console_write */

/* 0, or -E_PERM where the capability in slot does not open the console for writing. */
int console_may_write(uint64_t slot);

long sys_console_write(uint64_t slot, uint64_t text, uint64_t length);
long sys_console_read(uint64_t slot);
long sys_console_record(uint64_t slot, uint64_t body, uint64_t length);

#endif
