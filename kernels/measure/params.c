/* SPDX-License-Identifier: MIT */
/* params.c -- reading the boot words. Nothing is copied: LIST stays in the text it came in and is
 * read anew for each row. */
#include "measure/params.h"

#include "lib/string.h"

struct slice {
    const char *at;
    size_t length;
};

static const char *const clock_names[] = {
#define CLOCK_NAME(id, name, unit, exact) name,
    CLOCKS(CLOCK_NAME)
#undef CLOCK_NAME
};

static const char *const injection_names[] = {"nothing",
#define INJECT_NAME(id, name) name,
                                              PROTOCOL_INJECTIONS(INJECT_NAME)
#undef INJECT_NAME
};

enum { INJECTIONS = sizeof injection_names / sizeof injection_names[0] };

const char *clock_name(enum clock clock) {
    return clock_names[clock];
}

static bool slice_is(struct slice s, const char *text) {
    return strlen(text) == s.length && !memcmp(text, s.at, s.length);
}

/* Takes what stands before the next separator off the front of REST. */
static struct slice slice_take(struct slice *rest, bool (*separates)(char)) {
    struct slice first = {rest->at, 0};
    while (first.length < rest->length && !separates(first.at[first.length]))
        first.length++;
    size_t taken = first.length + (first.length < rest->length);
    rest->at += taken;
    rest->length -= taken;
    return first;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_comma(char c) {
    return c == ',';
}

/* All of S as a decimal number up to MAX. */
static bool slice_number(struct slice s, uint32_t max, uint32_t *number) {
    uint64_t sum = 0;
    for (size_t i = 0; i < s.length; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
        sum = sum * 10 + (uint64_t)(s.at[i] - '0');
        if (sum > max)
            return false;
    }
    *number = (uint32_t)sum;
    return s.length > 0;
}

static bool number_set(struct slice value, uint32_t min, uint32_t max, uint32_t *into) {
    uint32_t number;
    if (!slice_number(value, max, &number) || number < min)
        return false;
    *into = number;
    return true;
}

static bool clock_set(struct slice value, enum clock *into) {
    /* The host's clock is none of a guest's. */
    static const enum clock known[] = {CLOCK_ICOUNT, CLOCK_TSC, CLOCK_NONE};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (slice_is(value, clock_names[known[i]])) {
            *into = known[i];
            return true;
        }
    return false;
}

static bool injection_set(struct slice value, enum injection *into) {
    for (unsigned i = 1; i < INJECTIONS; i++)
        if (slice_is(value, injection_names[i])) {
            *into = (enum injection)i;
            return true;
        }
    return false;
}

static bool word_obey(struct params *p, struct slice word) {
    const char *equals = memchr(word.at, '=', word.length);
    if (!equals)
        return false;
    struct slice key = {word.at, (size_t)(equals - word.at)};
    struct slice value = {equals + 1, word.length - key.length - 1};
    if (slice_is(key, "run")) {
        p->run = value.at;
        p->run_length = value.length;
        return true;
    }
    if (slice_is(key, "clock"))
        return clock_set(value, &p->clock);
    if (slice_is(key, "samples"))
        return number_set(value, 1, PARAMS_SAMPLES_MAX, &p->samples);
    if (slice_is(key, "cold"))
        return number_set(value, 0, PARAMS_COLD_MAX, &p->cold);
    if (slice_is(key, "warm"))
        return number_set(value, 0, PARAMS_WARM_MAX, &p->warm);
    if (slice_is(key, "times"))
        return number_set(value, 0, 1, &p->times);
    if (slice_is(key, "inject"))
        return injection_set(value, &p->inject);
    return false;
}

void params_default(struct params *p) {
    *p = (struct params){.clock = CLOCK_NONE, .samples = 64, .cold = 1, .warm = 8};
}

void params_parse(struct params *p, const char *text, size_t length,
                  void (*unknown)(const char *word, size_t length)) {
    struct slice rest = {text, strnlen(text, length)};
    while (rest.length) {
        struct slice word = slice_take(&rest, is_blank);
        if (word.length && !word_obey(p, word) && unknown)
            unknown(word.at, word.length);
    }
}

/* Whether NAME matches PATTERN, in which '*' stands for any bytes and '?' for one. Goes back to the
 * last '*' only: that suffices, and the time is bounded by the product of the lengths. */
static bool glob_match(struct slice pattern, const char *name) {
    size_t p = 0, star = pattern.length, retry = 0, n = 0;
    while (name[n]) {
        if (p < pattern.length && pattern.at[p] == '*') {
            star = p++;
            retry = n;
        } else if (p < pattern.length && (pattern.at[p] == '?' || pattern.at[p] == name[n])) {
            p++;
            n++;
        } else if (star < pattern.length) {
            p = star + 1;
            n = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.at[p] == '*')
        p++;
    return p == pattern.length;
}

/* "17", or "0-14": a number or a range, and nothing else; false where the item is a name. */
static bool item_is_range(struct slice item, uint32_t *first, uint32_t *last) {
    const char *dash = memchr(item.at, '-', item.length);
    if (!dash) {
        bool number = slice_number(item, UINT32_MAX, first);
        *last = *first;
        return number;
    }
    struct slice low = {item.at, (size_t)(dash - item.at)};
    struct slice high = {dash + 1, item.length - low.length - 1};
    return slice_number(low, UINT32_MAX, first) && slice_number(high, UINT32_MAX, last);
}

bool params_select(const struct params *p, unsigned row, const char *name) {
    if (!p->run)
        return false;
    struct slice rest = {p->run, p->run_length};
    while (rest.length) {
        struct slice item = slice_take(&rest, is_comma);
        uint32_t first = 0, last = 0;
        if (item_is_range(item, &first, &last) ? first <= row && row <= last
                                               : slice_is(item, "all") || glob_match(item, name))
            return true;
    }
    return false;
}
