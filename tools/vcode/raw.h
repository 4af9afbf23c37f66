/* SPDX-License-Identifier: MIT */
/* raw.h -- runs unverified bytecode, for conformance tests: by the interpreter, which checks every
 * access against the stack and the memory handed in, or as machine code in a child process, where a
 * bad access is a signal. */
#ifndef VCODE_RAW_H
#define VCODE_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RAW_FUEL       (1u << 25)
#define RAW_REPORT_MAX 256

enum raw_way { RAW_INTERPRETER, RAW_JIT };

enum raw_outcome {
    RAW_DONE,    /* *r0 is the result */
    RAW_REFUSED, /* the bytes are no program; the report names rule and slot */
    RAW_FAILED,  /* it ran and was stopped; the report says by what */
};

/* Runs `len` bytes of code with r1 the address and r2 the length of `memory`, which the run changes
 * (both 0 when memory_len is 0). The report is one line. */
enum raw_outcome raw_run(enum raw_way way, const uint8_t *code, size_t len, uint8_t *memory,
                         size_t memory_len, uint64_t *r0, char report[RAW_REPORT_MAX]);

#endif
