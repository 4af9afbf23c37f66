/* SPDX-License-Identifier: MIT */
/* sweep.c -- rows as numbers of mixed radix: a sweep is a digit, its values are what the digit can
 * be. Nothing is stored; a row's name is worked out from its number. */
#include "measure/sweep.h"

#include "lib/string.h"

#include <stdint.h>

/* A part of a spec: what stands between two slashes. */
struct part {
    const char *at;
    size_t length;
    const char *values; /* behind the colon; null: no sweep */
    unsigned radix;     /* number of values, 1 where it is no sweep */
};

static bool part_next(const char **spec, struct part *part) {
    if (!*spec)
        return false;
    const char *end = strchr(*spec, '/');
    *part = (struct part){
        .at = *spec, .length = end ? (size_t)(end - *spec) : strlen(*spec), .radix = 1};
    *spec = end ? end + 1 : NULL;
    const char *colon = memchr(part->at, ':', part->length);
    if (colon) {
        part->values = colon + 1;
        for (const char *c = part->values; c < part->at + part->length; c++)
            part->radix += *c == ',';
    }
    return true;
}

/* Value INDEX of a sweep. */
static const char *part_value(const struct part *part, unsigned index, size_t *length) {
    const char *at = part->values, *end = part->at + part->length;
    while (index)
        index -= *at++ == ',';
    const char *comma = memchr(at, ',', (size_t)(end - at));
    *length = (size_t)((comma ? comma : end) - at);
    return at;
}

/* The part's longest form in a row's name; 0 where it is malformed. */
static size_t part_longest(const struct part *part) {
    for (size_t i = 0; i < part->length; i++)
        if (part->at[i] <= ' ' || part->at[i] > '~')
            return 0;
    if (!part->values)
        return memchr(part->at, ',', part->length) ? 0 : part->length;
    size_t key_length = (size_t)(part->values - part->at), longest = 0;
    if (key_length == 1 || memchr(part->at, ',', key_length) ||
        memchr(part->values, ':', part->length - key_length))
        return 0;
    for (unsigned i = 0; i < part->radix; i++) {
        size_t length;
        part_value(part, i, &length);
        if (!length)
            return 0;
        longest = length > longest ? length : longest;
    }
    return key_length + longest;
}

unsigned sweep_rows(const char *spec) {
    struct part part;
    uint64_t rows = 1;
    size_t name = 0;
    while (part_next(&spec, &part)) {
        size_t longest = part_longest(&part);
        rows *= part.radix;
        name += longest + 1; /* a slash, or the NUL */
        if (!longest || rows > SWEEP_ROWS_MAX || name > PROTOCOL_NAME_MAX)
            return 0;
    }
    return (unsigned)rows;
}

void sweep_name(const char *spec, unsigned index, char name[PROTOCOL_NAME_MAX]) {
    unsigned weight = sweep_rows(spec);
    struct part part;
    char *to = name;
    *to = '\0';
    while (weight && part_next(&spec, &part)) {
        size_t length = part.length;
        const char *from = part.at;
        if (to > name)
            *to++ = '/';
        if (part.values) {
            size_t key_length = (size_t)(part.values - part.at);
            memcpy(to, part.at, key_length);
            to += key_length;
            weight /= part.radix;
            from = part_value(&part, index / weight % part.radix, &length);
        }
        memcpy(to, from, length);
        to += length;
        *to = '\0';
    }
}

const char *sweep_value(const char *name, const char *key, size_t *length) {
    size_t key_length = strlen(key);
    struct part part;
    while (part_next(&name, &part))
        if (part.values && (size_t)(part.values - part.at) == key_length + 1 &&
            !memcmp(part.at, key, key_length)) {
            *length = part.length - key_length - 1;
            return part.values;
        }
    return NULL;
}
