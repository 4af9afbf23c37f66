/* SPDX-License-Identifier: MIT */
/* tells_address.bpf.c -- wants half of the kernel's stack address for a result: r2 is 12 bytes
 * below r10 once it has been compared, where no pointer may be kept, for it could be read in
 * halves. No compiler makes this. */
__attribute__((section("function/tells_address"), used, naked)) long function(unsigned long from) {
    __asm__ volatile("r6 = r1\n"
                     "r6 &= 4\n"
                     "r2 = r10\n"
                     "r2 += -16\n"
                     "r2 += r6\n"
                     "r3 = r10\n"
                     "r3 += -12\n"
                     "r0 = 0\n"
                     "if r2 != r3 goto 1f\n"
                     "*(u64 *)(r2 + 0) = r10\n"
                     "r0 = *(u32 *)(r10 - 12)\n"
                     "r1 &= 8\n"
                     "if r1 == 0 goto 2f\n"
                     "r0 = *(u32 *)(r10 - 8)\n"
                     "2: r0 &= 0x7fffffff\n"
                     "1: exit\n");
}
