/* SPDX-License-Identifier: MIT */
/* turns.bpf.c -- how many steps it takes from a number to 1 (Collatz), which nobody can bound; from
 * 0 there are no end of them. */
__attribute__((section("function/turns"), used)) long function(unsigned long from) {
    int turns = 0;
    for (; from != 1; turns++)
        from = from & 1 ? 3 * from + 1 : from / 2;
    return turns & 0xffff;
}
