/* SPDX-License-Identifier: MIT */
/* clock.c -- see clock.h. */
#include "base/clock.h"
#include "base/assert.h"

#include <string.h>

static const struct {
    const char *name, *unit;
    bool exact;
} clocks[] = {
#define CLOCK_ENTRY(id, name, unit, exact) {name, unit, exact},
    CLOCKS(CLOCK_ENTRY)
#undef CLOCK_ENTRY
};
enum { CLOCK_COUNT = sizeof clocks / sizeof clocks[0] };

const char *clock_name(enum clock c) {
    assert_that((size_t)c < CLOCK_COUNT);
    return clocks[c].name;
}

const char *clock_unit(enum clock c) {
    assert_that((size_t)c < CLOCK_COUNT);
    return clocks[c].unit;
}

bool clock_exact(enum clock c) {
    assert_that((size_t)c < CLOCK_COUNT);
    return clocks[c].exact;
}

bool clock_is_size(enum clock c) {
    return c == CLOCK_SIZE || c == CLOCK_LINES || c == CLOCK_EVENTS;
}

bool clock_find(const char *name, enum clock *c) {
    for (int i = 0; i < CLOCK_COUNT; i++)
        if (!strcmp(clocks[i].name, name)) {
            *c = (enum clock)i;
            return true;
        }
    return false;
}
