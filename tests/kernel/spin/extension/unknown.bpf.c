/* SPDX-License-Identifier: MIT */
/* unknown.bpf.c -- calls a function of the kernel that nobody exports. */
extern void machine_reset(void) __attribute__((section(".ksyms")));

__attribute__((section("extension/unknown"), used)) long unknown(unsigned long n) {
    machine_reset();
    return (long)n;
}
