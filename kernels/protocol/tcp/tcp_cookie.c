/* SPDX-License-Identifier: MIT */
#include "tcp_cookie.h"
#include "tcp_own.h"

/* What a cookie remembers beside its age: the length of segments, of the ones that are usual. */
static const uint16_t lengths[8] = {216, 536, 966, 1220, 1360, 1400, 1440, 1460};

#define COOKIE_AGE (64 * TCP_SECOND) /* one is taken in this and the next span */

/* A keyed hash of all that the acknowledgement has, and of the time: 29 bits, then the length. */
static uint32_t cookie_of(const struct secret *secret, const struct tuple *who, uint32_t irs,
                          uint64_t span, uint32_t length) {
    const uint64_t word[3] = {(uint64_t)who->source << 32 | who->target,
                              (uint64_t)who->source_port << 48 | (uint64_t)who->target_port << 32 |
                                  irs,
                              span << 3 | length};
    return (uint32_t)secret_hash(secret, word, 3) << 3 | length;
}

uint32_t tcp_cookie(const struct secret *secret, const struct tuple *who, uint32_t irs,
                    uint64_t now, uint16_t mss) {
    uint32_t length = 0;
    while (length < 7 && lengths[length + 1] <= mss)
        length++;
    return cookie_of(secret, who, irs, now / COOKIE_AGE, length);
}

bool tcp_is_cookie(const struct secret *secret, const struct tuple *who, uint32_t cookie,
                   uint32_t irs, uint64_t now) {
    const uint64_t span = now / COOKIE_AGE;
    return !DEFENDED(TCP_COOKIE) || cookie == cookie_of(secret, who, irs, span, cookie & 7) ||
           (span && cookie == cookie_of(secret, who, irs, span - 1, cookie & 7));
}

uint16_t tcp_cookie_mss(uint32_t cookie) {
    return lengths[cookie & 7];
}
