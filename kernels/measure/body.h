/* SPDX-License-Identifier: MIT */
/* body.h -- the body of one record ("type key=value ..."), built in a buffer of the caller's:
 * nothing is allocated, so a panic can use it. The body says what; magic, number and checksum are
 * the sender's (sender.h), which may live on the other side of a system call.
 *
 *     char body[BODY_MAX];
 *     struct body b;
 *     body_begin(&b, body, sizeof body, BODY_CHECK);
 *     body_text(&b, "name", "page/bind");
 *     body_text(&b, "verdict", "pass");
 *     hand_over(body, body_end(&b));
 *
 * A field is written whole or not at all: body_end() adds left_out=N where N fields found no
 * room. */
#ifndef MEASURE_BODY_H
#define MEASURE_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/protocol.h"

/* The longest body: what a line leaves beside "@X1 4294967295 " and " #01234567\n". */
#define BODY_MAX (PROTOCOL_LINE_MAX - 26)

enum body_type {
#define BODY_ENUM(id, name) BODY_##id,
    PROTOCOL_RECORDS(BODY_ENUM)
#undef BODY_ENUM
        BODY_TYPES
};

struct body {
    char *text;
    size_t size, length; /* length <= size <= BODY_MAX, at every moment */
    unsigned fields, left_out;
};

/* Starts a record in BUFFER; of SIZE bytes at most BODY_MAX are used, and at least 64
 * are needed. */
void body_begin(struct body *b, char *buffer, size_t size, enum body_type type);

/* Adds KEY=VALUE; keys are of [a-z0-9_]. What a value may not hold as it is, is escaped: space,
 * controls, 8-bit bytes, '%'. */
void body_text(struct body *b, const char *key, const char *value);
void body_bytes(struct body *b, const char *key, const char *value, size_t length);
void body_uint(struct body *b, const char *key, uint64_t value); /* decimal */
void body_hex(struct body *b, const char *key, uint64_t value);  /* 0x and no leading zeros */
void body_digest(struct body *b, const char *key, const void *bytes,
                 size_t length); /* hex digits, two a byte */

/* How many bytes a value under KEY may still have, escaped, before the field is left out. */
size_t body_space(const struct body *b, const char *key);

/* Closes the record. Gives the body's length. */
size_t body_end(struct body *b);

/* What an untrusted body is: its type, or BODY_TYPES where it is no well-formed record and must
 * not be framed. Total. */
enum body_type body_type(const char *body, size_t length);

/* The value of KEY in a well-formed body, as it stands (escaped); null where there is none. */
const char *body_value(const char *body, size_t length, const char *key, size_t *value_length);

/* Sends TEXT as log records, as many as it takes, all but the last with more=1; send() takes each
 * body. */
void body_log(void (*send)(const char *body, size_t length), const char *text, size_t length);

/* Sends the log record for a boot word that nobody understands. */
void body_unknown_word(void (*send)(const char *body, size_t length), const char *word,
                       size_t length);

#endif
