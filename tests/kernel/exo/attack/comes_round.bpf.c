/* SPDX-License-Identifier: MIT */
/* comes_round.bpf.c -- wants to read its caller's memory with the kernel's rights: a pointer to the
 * stack that may be moved by half a GiB, and by as much again on either of two ways, four times
 * over. From a stack in the kernel's image it comes round to the lowest addresses, which are less
 * than r10 - 1. No compiler makes this. */
#define OR_FURTHER(number, to)                                                                     \
    "if r1 == " #number " goto " #to "f\n"                                                         \
    "r2 += 0x20000000\n" #to ":\n"

__attribute__((section("function/comes_round"), used, naked)) long function(unsigned long from) {
    __asm__ volatile("r0 = 0\n"
                     "if r1 > 0x20000000 goto 9f\n"
                     "*(u64 *)(r10 - 8) = r0\n"
                     "r2 = r10\n"
                     "r2 += -8\n"
                     "r2 += r1\n" OR_FURTHER(1, 1) OR_FURTHER(2, 2) OR_FURTHER(3, 3)
                         OR_FURTHER(4, 4) "r3 = r10\n"
                                          "r3 += -1\n"
                                          "if r2 >= r3 goto 9f\n"
                                          "r0 = *(u8 *)(r2 + 0)\n"
                                          "9: exit\n");
}
