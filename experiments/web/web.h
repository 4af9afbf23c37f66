/* SPDX-License-Identifier: MIT */
/* web.h -- what the servers have, and what their clients ask for: files /100 ... /102400, whose
 * names are their sizes. */
#ifndef EXPERIMENTS_WEB_WEB_H
#define EXPERIMENTS_WEB_WEB_H

#include <stdint.h>

#define WEB_SIZES                                                                                  \
    { 100, 1024, 10240, 102400 }
#define WEB_MOST (102400 + 512) /* an answer, at most */
#define WEB_PORT 80

/* The byte at `at` of a file of that size. */
static inline uint8_t web_byte(uint32_t bytes, uint32_t at) {
    const uint32_t x = (at + bytes) * 2654435761u;
    return (uint8_t)(x >> 24 ^ x >> 9);
}

static inline char *web_number(char *to, uint64_t n) {
    char digits[20];
    unsigned at = sizeof digits;
    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    while (at < sizeof digits)
        *to++ = digits[at++];
    return to;
}

static inline char *web_text(char *to, const char *text) {
    while (*text)
        *to++ = *text++;
    return to;
}

/* The request for a file of that size, after whose answer the connection ends; how long it is. */
static inline uint32_t web_request(char *to, uint64_t bytes) {
    char *end = web_number(web_text(to, "GET /"), bytes);
    end = web_text(end, " HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\n\r\n");
    return (uint32_t)(end - to);
}

/* The mix: files of 1 to 8 KiB, and large ones. */
enum { MIX_SMALL = 24, MIX_LARGE = 4 };

static inline uint32_t mix_size(uint32_t file) {
    return file < MIX_SMALL ? 1024 * (1 + file % 8) + file + 1 : 65536 + file;
}

/* Seven of eight requests are for small files, and of these the first are the likeliest. */
static inline uint32_t mix_next(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    const uint32_t r = (uint32_t)(*seed >> 33), other = (uint32_t)(*seed >> 45);
    if (r % 8 == 7)
        return mix_size(MIX_SMALL + other % MIX_LARGE);
    const uint32_t a = r / 8 % MIX_SMALL, b = other % MIX_SMALL;
    return mix_size(a < b ? a : b);
}

/* Whether an answer has that file, and nothing else. */
static inline int web_right(const uint8_t *answer, uint32_t length, uint32_t bytes) {
    uint32_t at = 0;
    static const char ok[] = "HTTP/1.1 200", http10[] = "HTTP/1.0 200";
    for (; at < sizeof ok - 1; at++)
        if (at >= length || (answer[at] != (uint8_t)ok[at] && answer[at] != (uint8_t)http10[at]))
            return 0;
    while (at + 4 < length && (answer[at] != '\r' || answer[at + 1] != '\n' ||
                               answer[at + 2] != '\r' || answer[at + 3] != '\n'))
        at++;
    at += 4;
    for (uint32_t i = 0; i < bytes; i++)
        if (at + i >= length || answer[at + i] != web_byte(bytes, i))
            return 0;
    return length == at + bytes;
}

#endif
