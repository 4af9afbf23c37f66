/* SPDX-License-Identifier: MIT */
/* triple.bpf.c -- what calls.bpf.c calls across objects. */
__attribute__((section("prog/triple"), used)) long triple(long n) {
    return n * 3;
}
