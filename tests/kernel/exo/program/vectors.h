/* SPDX-License-Identifier: MIT */
/* vectors.h -- floating point and vector registers, for programs that the compiler makes without:
 * it does not know that these change any. */
#ifndef TESTS_EXO_VECTORS_H
#define TESTS_EXO_VECTORS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool vectors_have_avx(void) {
    uint32_t eax = 1, ebx, ecx, edx;
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    if (!(ecx >> 27 & 1)) /* OSXSAVE */
        return false;
    __asm__("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
    return eax & 4;
}

/* All of them, the control words included, hold something of this pattern. */
static inline void vectors_fill(uint64_t pattern) {
    static const uint32_t mxcsr = 0x1fa0;
    static const uint16_t control = 0x27f;
    __asm__ volatile("fninit\n\tfldcw %[control]\n\tldmxcsr %[mxcsr]\n\t"
                     ".rept 8\n\tfildq %[pattern]\n\t.endr\n\t"
                     "movq %[pattern], %%xmm0\n\tpunpcklqdq %%xmm0, %%xmm0\n\t"
                     ".irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"
                     "movdqa %%xmm0, %%xmm\\n\n\t.endr"
                     :
                     : [pattern] "m"(pattern), [mxcsr] "m"(mxcsr), [control] "m"(control));
    if (vectors_have_avx())
        __asm__ volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"
                         "vinsertf128 $1, %%xmm\\n, %%ymm\\n, %%ymm\\n\n\t.endr"
                         :
                         :);
}

/* How many of their 64 words of 8 bytes hold it (without AVX the upper 32 are 0), and whether x87
 * and control words are not in their first state. */
struct vectors_seen {
    unsigned words;
    bool x87, control;
};
static inline struct vectors_seen vectors_look(uint64_t pattern) {
    static struct {
        uint16_t fcw, fsw, ftw, fop;
        uint64_t fip, fdp;
        uint32_t mxcsr, mxcsr_mask;
        uint64_t st[16], xmm[32], rest[12];
    } area __attribute__((aligned(16)));
    static uint64_t high[32] __attribute__((aligned(16)));
    struct vectors_seen seen = {0};
    __asm__ volatile("fxsave64 %0" : "=m"(area));
    if (vectors_have_avx())
        __asm__ volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"
                         "vextractf128 $1, %%ymm\\n, 16 * \\n(%0)\n\t.endr"
                         :
                         : "r"(high)
                         : "memory");
    for (unsigned i = 0; i < 32; i++)
        seen.words += (area.xmm[i] == pattern) + (high[i] == pattern);
    for (unsigned i = 0; i < 8; i++)
        seen.x87 = seen.x87 || (area.ftw && area.st[2 * i]);
    seen.control = area.mxcsr != 0x1f80 || area.fcw != 0x37f;
    return seen;
}

#endif
