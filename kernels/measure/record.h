/* SPDX-License-Identifier: MIT */
/* record.h -- the body of one record ("type key=value ..."), built in a buffer of the caller's:
 * nothing is allocated, so a panic can use it. The body says what; magic, number and checksum are
 * the framer's (framer.h), which may live on the other side of a system call.
 *
 *     char body[RECORD_MAX];
 *     struct record r;
 *     record_begin(&r, body, sizeof body, RECORD_CHECK);
 *     record_text(&r, "name", "page/bind");
 *     record_text(&r, "verdict", "pass");
 *     hand_over(body, record_end(&r));
 *
 * A field is written whole or not at all: record_end() adds left_out=N where N fields found no
 * room. */
#ifndef MEASURE_RECORD_H
#define MEASURE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/protocol.h"

/* The longest body: what a line leaves beside "@X1 4294967295 " and " #01234567\n". */
#define RECORD_MAX (PROTOCOL_LINE_MAX - 26)

enum record_type {
#define RECORD_ENUM(id, name) RECORD_##id,
    PROTOCOL_RECORDS(RECORD_ENUM)
#undef RECORD_ENUM
        RECORD_TYPES
};

struct record {
    char *body;
    size_t size, length; /* length <= size <= RECORD_MAX, at every moment */
    unsigned fields, left_out;
};

/* Starts a record in BUFFER; of SIZE bytes at most RECORD_MAX are used, and at least 64 are needed.
 */
void record_begin(struct record *r, char *buffer, size_t size, enum record_type type);

/* Adds KEY=VALUE; keys are of [a-z0-9_]. What a value may not hold as it is, is escaped: space,
 * controls, 8-bit bytes, '%'. */
void record_text(struct record *r, const char *key, const char *value);
void record_bytes(struct record *r, const char *key, const char *value, size_t length);
void record_uint(struct record *r, const char *key, uint64_t value); /* decimal */
void record_hex(struct record *r, const char *key, uint64_t value);  /* 0x and no leading zeros */
void record_digest(struct record *r, const char *key, const void *bytes,
                   size_t length); /* hex digits, two a byte */

/* How many bytes a value under KEY may still have, escaped, before the field is left out. */
size_t record_room(const struct record *r, const char *key);

/* Closes the record. Gives the body's length. */
size_t record_end(struct record *r);

/* What an untrusted body is: its type, or RECORD_TYPES where it is no well-formed record and must
 * not be framed. Total. */
enum record_type record_type(const char *body, size_t length);

/* The value of KEY in a well-formed body, as it stands (escaped); null where there is none. */
const char *record_value(const char *body, size_t length, const char *key, size_t *value_length);

/* Sends TEXT as log records, as many as it takes, all but the last with more=1; send() takes each
 * body. */
void record_log(void (*send)(const char *body, size_t length), const char *text, size_t length);

#endif
