/* SPDX-License-Identifier: MIT */
/* function.bpf.c -- an untrusted deterministic function that calls what the exokernel exports to
 * such. */
typedef unsigned int u32;

extern u32 crc32_update(u32 crc, const void *bytes, unsigned long n)
    __attribute__((section(".ksyms")));

__attribute__((section("function/digits"), used)) long function(unsigned long number) {
    char digits[4];
    for (int i = 0; i < 4; i++, number /= 10)
        digits[i] = (char)('0' + number % 10);
    return crc32_update(0, digits, sizeof digits) & 0x7fffffff;
}
