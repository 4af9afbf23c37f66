/* SPDX-License-Identifier: MIT */
/* marked.bpf.c -- calls that say which line of this file they stand in. */
extern void here(int line) __attribute__((section(".ksyms")));

static __attribute__((noinline)) void deeper(long a) {
    here(__LINE__);
    if (a & 1)
        here(__LINE__);
}

__attribute__((section("prog/first"), used)) int first(long a) {
    here(__LINE__);

    deeper(a);
    for (int i = 0; i < 3; i++)
        here(__LINE__);
    return 0;
}

__attribute__((section("prog/second"), used)) int second(long a) {
    deeper(a + 1);
    here(__LINE__);
    return 1;
}
