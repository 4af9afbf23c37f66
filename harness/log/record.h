/* SPDX-License-Identifier: MIT */
/* record.h -- one line of the results protocol, taken apart: checksum, form, and the keys and
 * values that its type needs. What knows more than one line is in reader.c. */
#ifndef HARNESS_RECORD_H
#define HARNESS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/protocol.h"

enum record_type {
#define RECORD_ENUM(id, name) RECORD_##id,
    PROTOCOL_RECORDS(RECORD_ENUM)
#undef RECORD_ENUM
        RECORD_TYPES
};

/* What can be wrong: X(ID, NAME, STATUS, SENTENCE), STATUS without its STATUS_. */
#define DIAGNOSES(X)                                                                               \
    X(BAD_CRC, "bad CRC", DAMAGED, "the checksum does not fit the line")                           \
    X(MALFORMED, "malformed", DAMAGED, "no sequence number, type and key=value fields")            \
    X(OVERLONG, "overlong", DAMAGED, "a record longer than the protocol allows")                   \
    X(VERSION, "other version", DAMAGED, "a record of another protocol version")                   \
    X(UNKNOWN_TYPE, "unknown type", DAMAGED, "a record type that this protocol does not have")     \
    X(MISSING_KEY, "missing key", DAMAGED, "a record without a key that its type needs")           \
    X(BAD_VALUE, "bad value", DAMAGED, "a value that its key cannot have")                         \
    X(REPEATED, "repeated", DAMAGED, "a sequence number that was there before")                    \
    X(OUT_OF_ORDER, "out of order", DAMAGED, "not where its type belongs: hello first, done last") \
    X(RESTART, "restart", RESET, "a hello before done: the guest began anew")                      \
    X(GAP, "gap", LOST, "sequence numbers were skipped")                                           \
    X(CUT, "cut", LOST, "a record without an end")

enum diagnosis {
#define DIAGNOSIS_ENUM(id, name, status, sentence) DIAGNOSIS_##id,
    DIAGNOSES(DIAGNOSIS_ENUM)
#undef DIAGNOSIS_ENUM
        DIAGNOSIS_KINDS
};

/* A value is decoded (%HH), ends in a NUL and holds none (%00 is a bad value). */
struct field {
    const char *key, *value;
};

struct record {
    uint64_t sequence;
    enum record_type type;
    const struct field *fields;
    size_t field_count;
};

/* Room for a record taken apart. */
struct record_space {
    struct field fields[PROTOCOL_FIELD_MAX];
    char detail[160]; /* what exactly is wrong */
};

/* Takes the LENGTH bytes of LINE apart, which begin with the magic and have no newline; decoding
 * changes them. True: *record points into LINE and
 * SPACE. False: *wrong and space->detail say why; *numbered is true where the checksum was right,
 * so that record->sequence can be believed. */
bool record_parse(char *line, size_t length, struct record *record, struct record_space *space,
                  enum diagnosis *wrong, bool *numbered);

/* The value of KEY, or null. */
const char *record_value(const struct record *record, const char *key);
/* The same as a decimal number; false where it is not there, not a number, or above 2^64 - 1. */
bool record_number(const struct record *record, const char *key, uint64_t *number);

const char *record_type_name(enum record_type type);

/* Whether the LENGTH bytes of LINE begin with the magic and end in the right checksum. */
bool record_checksum_fits(const char *line, size_t length);

/* The runs of a samples record's v=: gives the next VALUE and COUNT and moves *list behind them;
 * false at the end or where the list is malformed, *list then pointing at what is left of it. */
bool samples_next(const char **list, uint64_t *value, uint64_t *count);

/* The most that one run may count: far above any real bench, and memory stays bounded. */
#define SAMPLES_RUN_MAX 1000000

/* Whether NAME can name a row. It goes into file formats, command lines and plots: letters, digits
 * and the signs _ - + . : / and comma alone. */
bool row_name_fits(const char *name);

#endif
