/* SPDX-License-Identifier: MIT */
/* jobs.h -- what a job is: it computes, and says what came of it through a pipe. */
#ifndef SCALE_JOBS_H
#define SCALE_JOBS_H

#include <stdint.h>

#define JOBS_SERVER      "jobs-server"
#define JOBS_MOST        8
#define JOB_INSTRUCTIONS 1000000u
#define JOB_BYTES        65536u
#define JOB_WRITES       4096u /* so many bytes at a time */

/* So many instructions, but for some. */
static inline void job_compute(void) {
    uint64_t turns = JOB_INSTRUCTIONS / 2;
    __asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(turns) : : "cc");
}

#endif
