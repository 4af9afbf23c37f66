/* SPDX-License-Identifier: MIT */
/* unresolved.bpf.c -- two names that no domain has, and one that there is. */
extern void machine_reset(void) __attribute__((section(".ksyms")));
extern long secret __attribute__((section(".ksyms")));
extern unsigned int crc32_update(unsigned int crc, const void *bytes, unsigned long n)
    __attribute__((section(".ksyms")));

__attribute__((section("extension/unresolved"), used)) long unresolved(unsigned long n) {
    machine_reset();
    return secret + crc32_update(0, &n, sizeof n);
}
