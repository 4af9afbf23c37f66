/* SPDX-License-Identifier: MIT */
/* gives_up.bpf.c -- a function that has no answer for odd numbers. */
extern void function_give_up(unsigned long about) __attribute__((section(".ksyms")));

__attribute__((section("function/gives_up"), used)) long function(unsigned long number) {
    if (number & 1)
        function_give_up(number);
    return (number / 2) & 0xffff;
}
