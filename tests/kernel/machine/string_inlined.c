/* SPDX-License-Identifier: MIT */
/* string_inlined.c -- memcpy and memset as a compiler may inline them, with a number of bytes that
 * it knows: then it also knows that words and last bytes are as many for 9, 18, ..., and may keep
 * both in one register if their assembly lets it. */
#include "lib/string.h"

#include "measure/bench.h"

/* The functions of string.c again, of this file's own and never called. */
#define INLINED static inline __attribute__((always_inline, unused))
#define memcpy  inlined_memcpy
#define memmove inlined_memmove
#define memset  inlined_memset
#define memcmp  inlined_memcmp
#define memchr  inlined_memchr
#define strlen  inlined_strlen
#define strnlen inlined_strnlen
#define strcmp  inlined_strcmp
#define strncmp inlined_strncmp
#define strchr  inlined_strchr
#define strrchr inlined_strrchr
#define strstr  inlined_strstr
INLINED void *memcpy(void *restrict to, const void *restrict from, size_t n);
INLINED void *memmove(void *to, const void *from, size_t n);
INLINED void *memset(void *to, int byte, size_t n);
INLINED int memcmp(const void *a, const void *b, size_t n);
INLINED void *memchr(const void *s, int byte, size_t n);
INLINED size_t strlen(const char *s);
INLINED size_t strnlen(const char *s, size_t max);
INLINED int strcmp(const char *a, const char *b);
INLINED int strncmp(const char *a, const char *b, size_t n);
INLINED char *strchr(const char *s, int c);
INLINED char *strrchr(const char *s, int c);
INLINED char *strstr(const char *s, const char *find);
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "lib/string.c"

#define AREA_BYTES 80 /* more than is ever copied, to see what lies behind */

static uint8_t from[AREA_BYTES], to[AREA_BYTES];

static void fill(void) {
    for (unsigned i = 0; i < AREA_BYTES; i++) {
        from[i] = (uint8_t)(i + 1);
        to[i] = 0xee;
    }
}

/* The first n of `to` were copied, or set to 0x5a; the others were not touched. */
static void look(struct check *c, const char *what, unsigned n, bool copied) {
    for (unsigned i = 0; i < AREA_BYTES; i++) {
        uint8_t wanted = i >= n ? 0xee : copied ? (uint8_t)(i + 1) : 0x5a;
        if (to[i] != wanted)
            check_fail(c, "%s of %u bytes: byte %u is %#x and not %#x", what, n, i, to[i], wanted);
    }
}

#define ONE(n)                                                                                     \
    fill(), memcpy(to, from, n), look(c, "memcpy", n, true);                                       \
    fill(), memset(to, 0x5a, n), look(c, "memset", n, false);                                      \
    fill(), memmove(to, from, n), look(c, "memmove", n, true);
#define EIGHT(n)                                                                                   \
    ONE((n) + 0)                                                                                   \
    ONE((n) + 1)                                                                                   \
    ONE((n) + 2)                                                                                   \
    ONE((n) + 3)                                                                                   \
    ONE((n) + 4)                                                                                   \
    ONE((n) + 5)                                                                                   \
    ONE((n) + 6)                                                                                   \
    ONE((n) + 7)

CHECK(string_inlined, "string/inlined_with_a_constant_length_nothing_is_lost") {
    EIGHT(0)
    EIGHT(8)
    EIGHT(16)
    EIGHT(24)
    EIGHT(32)
    EIGHT(40)
    EIGHT(48)
    EIGHT(56)
    ONE(64)
}
