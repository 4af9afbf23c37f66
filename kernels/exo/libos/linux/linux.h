/* SPDX-License-Identifier: MIT */
/* linux.h -- a personality: programs that make calls by Linux's numbers run in this environment,
 * and this library answers them. The kernel knows nothing of them but which addresses are ours.
 *
 *   `syscall` of the program -> reflect_entry (kernel/entry/reflect_entry.S) -> linux_entry
 *   (linux_entry.S) -> linux_call (linux_calls.c) -> the instruction after it, by no kernel */
#ifndef EXO_LIBOS_LINUX_LINUX_H
#define EXO_LIBOS_LINUX_LINUX_H

#include <stdint.h>

/* A program lies here; all other addresses make native calls. */
#define LINUX_FIRST 0x10000000ul
#define LINUX_END   0x40000000ul

/* A call of the program's: its arguments, in the order of Linux's registers. */
struct linux_call {
    uint64_t argument[6];
};
/* Its result, or Linux's negative error. */
uint64_t linux_call(const struct linux_call *call, uint64_t number);

/* From now on `syscall` between these addresses is a call of Linux. */
void linux_reflect(uint64_t first, uint64_t end);
/* And no more. */
void linux_reflect_end(void);

/* Loads a program of the archive and begins it, with its name as the only argument: does not come
 * back, for its `exit` ends this environment. -E_NOT_FOUND; -E_BAD_IMAGE: no static program between
 * LINUX_FIRST and LINUX_END; the kernel's errors. */
long linux_run(const char *program);

#endif
