/* SPDX-License-Identifier: MIT */
/* cases_own.h -- what the cases share. */
#ifndef TESTS_UNIT_EXO_CHEETAH_CASES_OWN_H
#define TESTS_UNIT_EXO_CHEETAH_CASES_OWN_H

#include "cases.h"
#include "world.h"

#define SECOND      1000000000ull
#define MINUTE      (60 * SECOND)
#define GET(path)   "GET /" path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define CLOSE(path) "GET /" path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return __LINE__;                                                                       \
    } while (0)

/* One world at a time, in one memory (cases.c). */
extern struct world the_world;
extern struct world_memory the_memory;

static inline void begin(uint32_t connections, uint32_t pages) {
    world_begin(&the_world, &the_memory, connections, pages);
}

#endif
