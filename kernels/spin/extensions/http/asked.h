/* SPDX-License-Identifier: MIT */
/* asked.h -- the name that is asked for, and what is known of it. */
#ifndef SPIN_EXTENSIONS_HTTP_ASKED_H
#define SPIN_EXTENSIONS_HTTP_ASKED_H

#include "answers.h"
#include "cache.h"
#include "head.h"
#include "lib/error.h"

#define NAME_WORDS (NAME_MOST / 8)
#define INDEX      "index.html"

static unsigned char text[HTTP_REQUEST_MOST + 8]; /* of the request */
static unsigned char path[512] = HTTP_ROOT;       /* of the file that it asks for */
static unsigned long path_bytes;
static unsigned long name[NAME_WORDS]; /* the same without the root, zeros behind it */
static bool is_long;                   /* that has no room */

#define ROOT_BYTES (sizeof(HTTP_ROOT) - 1)

/* The name is the one at this place of the request. */
APART unsigned long http_name(unsigned long at, unsigned long bytes) {
    unsigned char *to = (unsigned char *)name;
    memset(name, 0, sizeof name);
    if (!bytes) {
        memcpy(path + ROOT_BYTES, INDEX, sizeof INDEX - 1);
        memcpy(name, INDEX, sizeof INDEX - 1);
        bytes = sizeof INDEX - 1;
    } else {
        for (unsigned long i = 0; i < bytes && i < HTTP_PATH_MOST; i++) {
            const unsigned char b = text[within(at + i, HTTP_REQUEST_MOST - 1)];
            path[ROOT_BYTES + within(i, 255)] = b;
            to[within(i, NAME_MOST - 1)] = b;
        }
    }
    is_long = bytes >= NAME_MOST;
    path_bytes = ROOT_BYTES + within(bytes, 255);
    return 0;
}

static inline long open_path(void) {
    const unsigned long n = path_bytes;
    return n <= 255 ? reader_open((const char *)path, n) : -1;
}

/* A number of the file, or below 0. */
APART long http_open(void) {
    const long number = open_path();
    return number == -E_FULL && DEFENDED(HTTP_READERS) && http_break_oldest() ? open_path()
                                                                              : number;
}

static inline bool has_name(const struct known *k) {
    const unsigned long *of = (const unsigned long *)k->name;
    for (unsigned i = 0; i < NAME_WORDS; i++)
        if (of[i] != name[i])
            return false;
    return k->id != 0;
}

/* What is to be known of it is asked. */
APART unsigned long http_look(unsigned long place) {
    struct known *k = known_at(place);
    k->id = 0;
    k->stamp = files_changed();
    const long reader = http_open();
    if (reader < 0)
        return 0;
    const long bytes = reader_bytes((unsigned long)reader);
    reader_close((unsigned long)reader);
    if (bytes < 0)
        return 0;
    k->bytes = (unsigned long)bytes;
    k->id = ++last_id;
    memcpy(k->name, name, sizeof name);
    for (unsigned keeps = 0; keeps < 2; keeps++) {
        k->head_bytes[keeps] = http_put_head(HTTP_OK, 0, k->bytes, k->bytes, keeps);
        memcpy(k->head[keeps], head, HEAD_MOST);
    }
    return 1;
}

/* Where it is known; NAMES: nothing is kept of it; NO_FILE: there is none. */
APART unsigned long http_find(void) {
    unsigned long hash = 0, oldest = 0, least = -1ul;
    if (is_long)
        return http_look(NAMES) ? NAMES : NO_FILE;
    for (unsigned i = 0; i < NAME_WORDS; i++)
        hash = (hash ^ name[i]) * 0x9e3779b97f4a7c15ul;
    hash >>= 58;
    for (unsigned long way = 0; way < NAME_WAYS; way++) {
        const unsigned long i = within(hash + way, NAMES - 1);
        struct known *k = &known[i];
        if (has_name(k)) {
            k->used = ++clock;
            return k->stamp == files_changed() || http_look(i) ? i : NO_FILE;
        }
        if (k->used < least) {
            least = k->used;
            oldest = i;
        }
    }
    known[within(oldest, NAMES - 1)].used = ++clock;
    return http_look(oldest) ? oldest : NO_FILE;
}

#endif
