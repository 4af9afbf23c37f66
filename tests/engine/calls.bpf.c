/* SPDX-License-Identifier: MIT */
/* calls.bpf.c -- one function called within the object, and the same one of another object. */
extern long triple(long n) __attribute__((section(".ksyms")));

static __attribute__((noinline)) long triple_here(long n) {
    return n * 3;
}

__attribute__((section("prog/within"), used)) long within(long n) {
    return triple_here(n) + n;
}

__attribute__((section("prog/across"), used)) long across(long n) {
    return triple(n) + n;
}
