/* SPDX-License-Identifier: MIT */
/* program.h -- a program in ring 3 of any of our kernels: it begins in crt0.S, speaks to its kernel
 * by what that system's own folder supplies, and ends. */
#ifndef USER_PROGRAM_H
#define USER_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program: a, b and words as its parent gave them; what it gives back is its exit
 * status. */
uint64_t program_main(uint64_t a, uint64_t b, const char *words);

/* From here on supplied by the system. */

_Noreturn void program_exit(uint64_t status);
/* Text for a person, and a record's body (measure/body.h). False where the kernel refuses it. */
bool program_text(const char *bytes, size_t length);
bool program_record(const char *body, size_t length);

#endif
