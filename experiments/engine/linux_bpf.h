/* SPDX-License-Identifier: MIT */
/* linux_bpf.h -- programs in Linux's own engine, by the bpf(2) system call itself: the same
 * instructions that ours verifies, behind a prologue of one or two that puts into r1 (and r2) what
 * our kernels hand over, for Linux's programs are not called with what they work on. */
#ifndef EXPERIMENTS_ENGINE_LINUX_BPF_H
#define EXPERIMENTS_ENGINE_LINUX_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lengths.h"

/* The instructions of the sample programs, in the order of programs/list.h (texts.S). */
struct sample_text {
    const void *bytes;
    size_t len;
};
extern const struct sample_text sample_text[];

struct linux_program {
    struct slot *slot; /* prologue and program */
    uint32_t slots;
    const void *packet; /* what a test run shows to it; any frame where it works on its context */
    uint32_t packet_bytes;
};

/* A program that is called with the address of `context`, which is copied into a map of one entry.
 * False when Linux gives no map. What is made stays until the process ends. */
bool linux_program_on_context(struct linux_program *p, const void *body, size_t body_bytes,
                              const void *context, size_t context_bytes);

/* A program that is called with start and end of a packet, which stays the caller's. */
void linux_program_on_packet(struct linux_program *p, const void *body, size_t body_bytes,
                             const void *packet, size_t packet_bytes);

/* Whether programs loaded from now on become machine code (net.core.bpf_jit_enable). False when the
 * kernel cannot do that. */
bool linux_bpf_compile(bool compiled);

/* BPF_PROG_LOAD: the program's file, or -1 and errno. */
int linux_bpf_load(const struct linux_program *p);

/* BPF_PROG_TEST_RUN: `iterations` runs in one system call. False when it fails; *result is the low
 * half of what the last run gave. */
bool linux_bpf_run(int program, const struct linux_program *p, uint32_t iterations,
                   uint32_t *result);

/* Bytes of its machine code; 0 where it is interpreted. */
uint32_t linux_bpf_code_bytes(int program);

#endif
