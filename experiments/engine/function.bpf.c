/* SPDX-License-Identifier: MIT */
/* function.bpf.c -- an untrusted deterministic function as small as any that is of use: is the
 * number of a block's bits odd? */
__attribute__((section("function/parity"), used)) long function(unsigned long block) {
    for (unsigned shift = 32; shift; shift /= 2)
        block ^= block >> shift;
    return (long)(block & 1);
}
