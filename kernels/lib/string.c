/* SPDX-License-Identifier: MIT */
/* string.c -- the freestanding string functions. Copies and fills run eight bytes at a time by
 * string instructions: under icount each iteration of a `rep` counts as one instruction, and all
 * systems move memory by the same means. */
#include "lib/string.h"

#include <stdint.h>

/* The early clobbers keep the last bytes' number out of rcx: where both numbers are the same, as
 * for nine bytes, the compiler would otherwise give them one register. */
void *memcpy(void *restrict to, const void *restrict from, size_t n) {
    void *out = to;
    size_t words = n / 8, bytes = n % 8;
    __asm__ volatile("rep movsq\n\tmov %3, %%rcx\n\trep movsb"
                     : "+&D"(out), "+&S"(from), "+&c"(words)
                     : "r"(bytes)
                     : "memory");
    return to;
}

/* The last bytes first, then words, each from its own last byte or word down. */
static void copy_backwards(void *to, const void *from, size_t n) {
    uint8_t *last = (uint8_t *)to + n - 1;
    const uint8_t *source = (const uint8_t *)from + n - 1;
    size_t words = n / 8, bytes = n % 8;
    __asm__ volatile("std\n\trep movsb\n\tsub $7, %0\n\tsub $7, %1\n\tmov %3, %%rcx\n\t"
                     "rep movsq\n\tcld"
                     : "+&D"(last), "+&S"(source), "+&c"(bytes)
                     : "r"(words)
                     : "memory", "cc");
}

void *memmove(void *to, const void *from, size_t n) {
    if ((uintptr_t)to - (uintptr_t)from >= n)
        memcpy(to, from, n);
    else
        copy_backwards(to, from, n);
    return to;
}

void *memset(void *to, int byte, size_t n) {
    void *out = to;
    size_t words = n / 8, bytes = n % 8;
    uint64_t pattern = (uint8_t)byte * 0x0101010101010101ul;
    __asm__ volatile("rep stosq\n\tmov %2, %%rcx\n\trep stosb"
                     : "+&D"(out), "+&c"(words)
                     : "r"(bytes), "a"(pattern)
                     : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t n) {
    const uint8_t *x = a, *y = b;
    for (; n; n--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

void *memchr(const void *s, int byte, size_t n) {
    for (const uint8_t *p = s; n; n--, p++)
        if (*p == (uint8_t)byte)
            return (void *)p;
    return NULL;
}

size_t strlen(const char *s) {
    const char *end = s;
    while (*end)
        end++;
    return end - s;
}

size_t strnlen(const char *s, size_t max) {
    const char *nul = memchr(s, 0, max);
    return nul ? (size_t)(nul - s) : max;
}

int strcmp(const char *a, const char *b) {
    return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n) {
    for (; n; n--, a++, b++)
        if (*a != *b || !*a)
            return (uint8_t)*a - (uint8_t)*b;
    return 0;
}

char *strchr(const char *s, int c) {
    for (;; s++) {
        if (*s == (char)c)
            return (char *)s;
        if (!*s)
            return NULL;
    }
}

char *strrchr(const char *s, int c) {
    for (const char *p = s + strlen(s);; p--) {
        if (*p == (char)c)
            return (char *)p;
        if (p == s)
            return NULL;
    }
}

char *strstr(const char *s, const char *find) {
    size_t n = strlen(find);
    for (; *s || !n; s++)
        if (strncmp(s, find, n) == 0)
            return (char *)s;
    return NULL;
}
