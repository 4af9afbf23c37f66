/* SPDX-License-Identifier: MIT */
/* workload.h -- the system calls that the extension `vm-workload` gives the process that asks for
 * it: rax WORKLOAD_CALL, rdi the operation, rsi and rdx its arguments. */
#ifndef EXPERIMENTS_VM_WORKLOAD_H
#define EXPERIMENTS_VM_WORKLOAD_H

#define WORKLOAD      "vm-workload"
#define WORKLOAD_CALL 1000

enum workload {
    WORKLOAD_ADDRESS, /* of the first of PAGES pages that can be written */
    WORKLOAD_FAULTS,  /* what its handler does from now on: one of enum workload_faults */
    WORKLOAD_PROTECT, /* page rsi and those behind, rdx in all, can be read only: 0 or an error */
    WORKLOAD_OPEN     /* page rsi can be written, too: 0 or an error */
};

enum workload_faults {
    FAULTS_STEP_OVER, /* notes the time and steps over the access */
    FAULTS_OPEN,      /* the page can be written, and the access goes on */
    FAULTS_EXCHANGE   /* the same, and the page that was opened before is protected */
};

#endif
