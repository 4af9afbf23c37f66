/* SPDX-License-Identifier: MIT */
/* reader.h -- the results protocol as the harness hears it (docs/protocol.md is the norm).
 *
 * The reader is total: any bytes, cut into pieces anyhow, become events; it never fails and never
 * guesses. Every line is a record, log text, or a diagnosis of why it is neither, with the place it
 * stands at. Nothing good is lost for something bad before it: after a damaged line the reader goes
 * on with the next, and finds a whole record behind a damaged or unfinished one on the same line.
 * Behind log text it looks for none: a text that is printed must not become a figure.
 *
 *     struct reader *r = reader_new(on_event, &boot);
 *     while ((n = read(fd, bytes, sizeof bytes)) > 0)
 *         reader_feed(r, bytes, n);
 *     reader_end(r);
 *     reader_free(r); */
#ifndef HARNESS_READER_H
#define HARNESS_READER_H

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

enum reader_event_kind { READER_RECORD, READER_TEXT, READER_DIAGNOSIS };

/* All pointers are the reader's and good until the callback returns. A line can give several
 * events: a gap and then the record behind it. */
struct reader_event {
    enum reader_event_kind kind;
    uint64_t offset; /* of the first byte of the line (or record in it) in all that was fed */
    uint64_t line;   /* from 1 */

    struct record record; /* READER_RECORD: checksum, form, type and needed keys are good */

    const char *text; /* READER_TEXT: a line of log text without its newline, NUL behind it; a long
                       * line comes in pieces. READER_DIAGNOSIS: the particulars, a phrase */
    size_t length;

    enum diagnosis diagnosis; /* READER_DIAGNOSIS */
    uint64_t lost;            /* GAP: how many records never came */
};

typedef void reader_callback(void *context, const struct reader_event *event);

struct reader;

/* Out of memory ends the process; memory is bounded whatever is fed. */
struct reader *reader_new(reader_callback *callback, void *context);
void reader_feed(struct reader *r, const void *bytes, size_t length);
/* No more bytes will come: a last line without its newline is diagnosed or given as text. */
void reader_end(struct reader *r);
void reader_free(struct reader *r);

/* The value of KEY, or null. */
const char *record_value(const struct record *record, const char *key);
/* The same as a decimal number; false where it is not there, not a number, or above 2^64 - 1. */
bool record_number(const struct record *record, const char *key, uint64_t *number);

const char *record_type_name(enum record_type type);
const char *diagnosis_name(enum diagnosis d);
const char *diagnosis_sentence(enum diagnosis d);
/* The exit status it makes a boot end with: an enum status. */
int diagnosis_status(enum diagnosis d);

#endif
