/* SPDX-License-Identifier: MIT */
/* wrong_type.bpf.c -- takes the event for something else than it is. */
extern int console_write(const char *text) __attribute__((section(".ksyms")));

__attribute__((section("extension/wrong"), used)) long wrong(unsigned long n) {
    char text[8] = "amount ";
    text[7] = (char)n;
    return console_write(text);
}
