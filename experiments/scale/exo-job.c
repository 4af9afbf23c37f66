/* SPDX-License-Identifier: MIT */
/* exo-job.c -- the program that a job is. Its pipe is descriptor 1. */
#include "jobs.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "user/program.h"

uint64_t program_main(uint64_t a, uint64_t b, const char *words) {
    static char bytes[JOB_WRITES];
    (void)a, (void)b, (void)words;
    if (exos_begin())
        return 1;
    job_compute();
    for (unsigned sent = 0; sent < JOB_BYTES; sent += JOB_WRITES)
        if (exos_write(1, bytes, JOB_WRITES) != (long)JOB_WRITES)
            exos_exit(1);
    exos_exit(0);
}
