/* SPDX-License-Identifier: MIT */
/* engine_object_opened.h -- the object that a test has made and opened, one at a time, and the
 * memory that it was charged. */
#ifndef TESTS_ENGINE_OBJECT_OPENED_H
#define TESTS_ENGINE_OBJECT_OPENED_H

#include "engine_made.h"

static struct made made;
static struct account charged;
static struct hooks charging;
static struct object opened;
static struct report refusal;

/* Opens a file as `opened`, charged to a new account; or says why not. */
static inline bool open_file(const uint8_t *file, size_t len) {
    charging = account_hooks(&charged);
    return object_open(&opened, &charging, file, len, &refusal);
}

#endif
