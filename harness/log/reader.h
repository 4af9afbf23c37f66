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

#include "log/record.h"

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

const char *diagnosis_name(enum diagnosis d);
const char *diagnosis_sentence(enum diagnosis d);
/* The exit status it makes a boot end with: an enum status. */
int diagnosis_status(enum diagnosis d);

#endif
