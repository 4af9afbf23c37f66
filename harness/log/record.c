/* SPDX-License-Identifier: MIT */
/* record.c -- one protocol line taken apart. The checksum is looked at before anything else, so
 * what is wrong behind it was written wrong by a guest and not damaged on its way. */
#include "log/record.h"
#include "base/assert.h"

#include "measure/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum {
    CRC_DIGITS = 8,
    TAIL = 2 + CRC_DIGITS, /* " #", digits */
    MAGIC = sizeof PROTOCOL_MAGIC - 1,
};

/* How a key's value must look. */
enum form { ANY, NUMBER, COUNT, CLOCK, KIND, PHASE, VERDICT, RUNS };

/* The keys that a type needs. A plan has kind and name, or count alone (see plan_check). */
static const struct need {
    const char *key;
    enum record_type type;
    enum form form;
} needs[] = {
    {"system", RECORD_HELLO, ANY},    {"build", RECORD_HELLO, ANY},
    {"clock", RECORD_HELLO, CLOCK},   {"name", RECORD_BENCH, ANY},
    {"clock", RECORD_BENCH, CLOCK},   {"overhead", RECORD_BENCH, NUMBER},
    {"batch", RECORD_BENCH, COUNT},   {"cold", RECORD_BENCH, NUMBER},
    {"steady", RECORD_BENCH, NUMBER}, {"name", RECORD_SAMPLES, ANY},
    {"phase", RECORD_SAMPLES, PHASE}, {"v", RECORD_SAMPLES, RUNS},
    {"name", RECORD_CHECK, ANY},      {"verdict", RECORD_CHECK, VERDICT},
    {"text", RECORD_LOG, ANY},        {"where", RECORD_FAULT, ANY},
    {"benches", RECORD_DONE, NUMBER}, {"checks", RECORD_DONE, NUMBER},
    {"failed", RECORD_DONE, NUMBER},  {"records", RECORD_DONE, NUMBER},
    {"faults", RECORD_DONE, NUMBER},
};

static const char *const type_names[] = {
#define TYPE_NAME(id, name) name,
    PROTOCOL_RECORDS(TYPE_NAME)
#undef TYPE_NAME
};

const char *record_type_name(enum record_type type) {
    assert_that(type < RECORD_TYPES);
    return type_names[type];
}

const char *record_value(const struct record *record, const char *key) {
    for (size_t i = 0; i < record->field_count; i++)
        if (!strcmp(record->fields[i].key, key))
            return record->fields[i].value;
    return NULL;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Reads digits at *at and moves it behind them; false where there is none or 2^64 is passed. */
static bool digits_read(const char **at, uint64_t *number) {
    if (!is_digit(**at))
        return false;
    *number = 0;
    for (; is_digit(**at); (*at)++)
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(**at - '0'), number))
            return false;
    return true;
}

bool record_number(const struct record *record, const char *key, uint64_t *number) {
    const char *value = record_value(record, key);
    return value && digits_read(&value, number) && !*value;
}

bool samples_next(const char **list, uint64_t *value, uint64_t *count) {
    const char *at = *list;
    if (!digits_read(&at, value))
        return false;
    *count = 1;
    if (*at == 'x') {
        at++;
        if (!digits_read(&at, count) || !*count || *count > SAMPLES_RUN_MAX)
            return false;
    }
    /* A list ends in a value, never in a comma. */
    if (*at && (*at++ != ',' || !*at))
        return false;
    *list = at;
    return true;
}

static int hex_digit(char c) {
    if (is_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The checksum at the end of the line: lower-case digits only, so that a flipped bit shows. */
static bool tail_read(const char *line, size_t length, uint32_t *crc) {
    if (length < MAGIC + TAIL || memcmp(line + length - TAIL, " #", 2) != 0)
        return false;
    *crc = 0;
    for (size_t i = length - CRC_DIGITS; i < length; i++) {
        int digit = hex_digit(line[i]);
        if (digit < 0 || (line[i] >= 'A' && line[i] <= 'F'))
            return false;
        *crc = *crc << 4 | (uint32_t)digit;
    }
    return true;
}

static uint32_t line_crc(const char *line, size_t length) {
    return (uint32_t)crc32(0, (const unsigned char *)line, (unsigned)(length - TAIL));
}

bool record_checksum_fits(const char *line, size_t length) {
    uint32_t crc;
    return length < PROTOCOL_LINE_MAX && tail_read(line, length, &crc) &&
           crc == line_crc(line, length);
}

/* The decoder's three results are told apart by the caller: fine, or a diagnosis with
 * its detail. */
static bool refuse(struct record_space *space, enum diagnosis *wrong, enum diagnosis what,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));
static bool refuse(struct record_space *space, enum diagnosis *wrong, enum diagnosis what,
                   const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(space->detail, sizeof space->detail, format, arguments);
    va_end(arguments);
    *wrong = what;
    return false;
}

/* Decodes %HH in place; false for a byte that must be written so, a bad %, or a NUL. */
static bool value_decode(char *value) {
    char *to = value;
    for (const char *from = value; *from; from++) {
        if (*from < 0x21 || *from > 0x7e)
            return false;
        if (*from == '%') {
            int high = hex_digit(from[1]);
            int low = high < 0 ? -1 : hex_digit(from[2]);
            if (low < 0 || (high | low) == 0)
                return false;
            *to++ = (char)(high << 4 | low);
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return true;
}

static bool key_valid(const char *key) {
    if (!*key)
        return false;
    for (; *key; key++)
        if (!(*key >= 'a' && *key <= 'z') && !is_digit(*key) && *key != '_')
            return false;
    return true;
}

/* The fields at AT, a NUL behind them, into RECORD. */
static bool fields_split(char *at, struct record *record, struct record_space *space,
                         enum diagnosis *wrong) {
    record->fields = space->fields;
    record->field_count = 0;
    while (at) {
        char *key = at;
        at = strchr(key, ' ');
        if (at)
            *at++ = '\0';
        char *value = strchr(key, '=');
        if (!value)
            return refuse(space, wrong, DIAGNOSIS_MALFORMED, "'%.40s' is no key=value", key);
        *value++ = '\0';
        if (!key_valid(key))
            return refuse(space, wrong, DIAGNOSIS_MALFORMED, "'%.40s' is no key", key);
        if (record_value(record, key))
            return refuse(space, wrong, DIAGNOSIS_MALFORMED, "key %.40s stands twice", key);
        if (record->field_count == PROTOCOL_FIELD_MAX)
            return refuse(space, wrong, DIAGNOSIS_MALFORMED, "more than %d fields",
                          PROTOCOL_FIELD_MAX);
        if (!value_decode(value))
            return refuse(space, wrong, DIAGNOSIS_BAD_VALUE, "%.40s= is not written as it must be",
                          key);
        assert_that(record->field_count < PROTOCOL_FIELD_MAX);
        space->fields[record->field_count++] = (struct field){key, value};
    }
    return true;
}

static bool word_among(const char *word, const char *const *words) {
    for (; *words; words++)
        if (!strcmp(word, *words))
            return true;
    return false;
}

static bool runs_valid(const char *list) {
    uint64_t value, count;
    while (samples_next(&list, &value, &count))
        if (value >= 1ull << 53) /* beyond what a double holds exactly */
            return false;
    return !*list;
}

static bool value_fits(const struct record *record, const char *key, const char *value,
                       enum form form) {
    static const char *const clocks[] = {
#define CLOCK_NAME(id, name, unit, exact) name,
        CLOCKS(CLOCK_NAME)
#undef CLOCK_NAME
            NULL};
    static const char *const kinds[] = {"bench", "check", NULL};
    static const char *const phases[] = {"cold", "steady", NULL};
    static const char *const verdicts[] = {"pass", "fail", "skip", NULL};
    uint64_t number;
    switch (form) {
    case ANY:
        return true;
    case NUMBER:
        return record_number(record, key, &number) && number < 1ull << 53;
    case COUNT:
        return record_number(record, key, &number) && number > 0 && number < 1ull << 53;
    case CLOCK:
        return word_among(value, clocks);
    case KIND:
        return word_among(value, kinds);
    case PHASE:
        return word_among(value, phases);
    case VERDICT:
        return word_among(value, verdicts);
    case RUNS:
        return runs_valid(value);
    }
    return false;
}

bool row_name_fits(const char *name) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "_-+.:/,");
    return length > 0 && length < PROTOCOL_NAME_MAX && !name[length];
}

static bool need_check(const struct record *record, const char *key, enum form form,
                       struct record_space *space, enum diagnosis *wrong) {
    const char *value = record_value(record, key);
    if (!value)
        return refuse(space, wrong, DIAGNOSIS_MISSING_KEY,
                      "%s without %s=", record_type_name(record->type), key);
    if (!value_fits(record, key, value, form))
        return refuse(space, wrong, DIAGNOSIS_BAD_VALUE, "%s with %s=%.60s",
                      record_type_name(record->type), key, value);
    if (!strcmp(key, "name") && !row_name_fits(value))
        return refuse(space, wrong, DIAGNOSIS_BAD_VALUE, "%s with a name that no row can have",
                      record_type_name(record->type));
    return true;
}

static bool plan_check(const struct record *record, struct record_space *space,
                       enum diagnosis *wrong) {
    if (record_value(record, "count"))
        return need_check(record, "count", NUMBER, space, wrong);
    return need_check(record, "kind", KIND, space, wrong) &&
           need_check(record, "name", ANY, space, wrong);
}

static bool needs_check(const struct record *record, struct record_space *space,
                        enum diagnosis *wrong) {
    if (record->type == RECORD_PLAN)
        return plan_check(record, space, wrong);
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
        if (needs[i].type == record->type &&
            !need_check(record, needs[i].key, needs[i].form, space, wrong))
            return false;
    return true;
}

/* "1 17 bench ...": the version, the sequence number and the type; *at moves to the fields, or to
 * null where there are none. */
static bool head_read(char **at, struct record *record, struct record_space *space,
                      enum diagnosis *wrong, bool *numbered) {
    const char *head = *at;
    uint64_t version;
    if (!digits_read(&head, &version) || *head++ != ' ')
        return refuse(space, wrong, DIAGNOSIS_MALFORMED, "no version behind the magic");
    if (version != PROTOCOL_VERSION)
        return refuse(space, wrong, DIAGNOSIS_VERSION, "version %llu; this harness reads %d",
                      (unsigned long long)version, PROTOCOL_VERSION);
    if (!digits_read(&head, &record->sequence) || *head++ != ' ')
        return refuse(space, wrong, DIAGNOSIS_MALFORMED, "no sequence number");
    *numbered = true;
    assert_that(head > *at);
    char *name = *at + (head - *at);
    char *end = strchr(name, ' ');
    *at = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    for (int type = 0; type < RECORD_TYPES; type++) {
        record->type = (enum record_type)type;
        if (!strcmp(name, type_names[type]))
            return true;
    }
    return refuse(space, wrong, DIAGNOSIS_UNKNOWN_TYPE, "'%.40s'", name);
}

bool record_parse(char *line, size_t length, struct record *record, struct record_space *space,
                  enum diagnosis *wrong, bool *numbered) {
    uint32_t crc;
    *numbered = false;
    space->detail[0] = '\0';
    if (length >= PROTOCOL_LINE_MAX)
        return refuse(space, wrong, DIAGNOSIS_OVERLONG, "more than %d bytes", PROTOCOL_LINE_MAX);
    if (!tail_read(line, length, &crc))
        return refuse(space, wrong, DIAGNOSIS_CUT, "no checksum at its end");
    uint32_t right = line_crc(line, length);
    if (crc != right)
        return refuse(space, wrong, DIAGNOSIS_BAD_CRC, "%08x where the line makes %08x", crc,
                      right);
    assert_that(length >= MAGIC + TAIL); /* as tail_read found */
    length -= TAIL;
    if (memchr(line, '\0', length))
        return refuse(space, wrong, DIAGNOSIS_MALFORMED, "a NUL inside");
    line[length] = '\0';
    char *at = line + MAGIC;
    return head_read(&at, record, space, wrong, numbered) &&
           fields_split(at, record, space, wrong) && needs_check(record, space, wrong);
}
