/* SPDX-License-Identifier: MIT */
/* engine_objects.h -- every object of the tests, read, and what to ask of the loader with one. */
#ifndef TESTS_ENGINE_OBJECTS_H
#define TESTS_ENGINE_OBJECTS_H

#include "unit.h"

#include <glob.h>

#include "engine/lines.h"
#include "engine_made.h"
#include "host_hooks.h"
#include "kinds_open.h"

#define OBJECTS     "build/tests/engine/*.o"
#define OBJECTS_MAX 512

static struct host_hooks host;
static struct kinds kinds;
static struct report why;

static struct {
    uint8_t *bytes;
    size_t len;
    const char *path;
} object[OBJECTS_MAX];
static size_t objects;
static glob_t found;

/* What a compiler makes at one level, byte for byte, at the next, too, is here once. */
static int open_all(void **state) {
    (void)state;
    host_hooks_init(&host);
    if (!kinds_open(&kinds, &host.hooks, &why) || glob(OBJECTS, 0, NULL, &found) != 0)
        return -1;
    for (size_t i = 0; i < found.gl_pathc && objects < OBJECTS_MAX; i++) {
        size_t len, last = objects - 1;
        uint8_t *bytes = read_whole(found.gl_pathv[i], &len);
        if (objects && len == object[last].len && !memcmp(bytes, object[last].bytes, len)) {
            free(bytes);
            continue;
        }
        object[objects].path = found.gl_pathv[i];
        object[objects].bytes = bytes;
        object[objects++].len = len;
    }
    return 0;
}

static int close_all(void **state) {
    (void)state;
    while (objects)
        free(object[--objects].bytes);
    globfree(&found);
    kinds_close(&kinds);
    return host.allocated || host.code_bytes ? -1 : 0;
}

static struct load_request request(const void *file, size_t len) {
    return (struct load_request){.name = "tested.o",
                                 .file = file,
                                 .len = len,
                                 .kind = kinds.list,
                                 .kinds = KINDS,
                                 .domain = &kinds.domain,
                                 .domains = 1};
}

/* Which part of the engine has this rule. */
enum stage { STAGE_PROGRAM, STAGE_OBJECT, STAGE_LINK, STAGE_TYPES, STAGES };

static inline enum stage stage_of(enum rule rule) {
    return (rule > RULE_COUNT) + (rule > OBJECT_RULE_COUNT) + (rule > LINK_RULE_COUNT);
}

/* Does the text have this, `format` filled in, somewhere? */
static inline __attribute__((format(printf, 1, 2))) bool says(const char *format, ...) {
    char wanted[PLACE_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(wanted, sizeof wanted, format, args);
    va_end(args);
    return strstr(why.text, wanted);
}

#endif
