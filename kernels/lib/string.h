/* SPDX-License-Identifier: MIT */
/* string.h -- the part of C's <string.h> that guests need. Where there is a C library (Linux's
 * init, tests on the host) it is the library's; freestanding it is string.c, which moves eight
 * bytes at a time with `rep movsq` and `rep stosq`, as every system here does (docs/method.md). */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#if __STDC_HOSTED__
#include <string.h>
#else
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int byte, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *find);
#endif

#endif
