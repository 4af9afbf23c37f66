/* SPDX-License-Identifier: MIT */
/* measure_sender_fuzz.c -- the guest's sender against the harness's reader: whatever bodies and
 * text a user program hands over, each accepted body comes out as one whole record with the next
 * number, and nothing else does. The input is lines: one that begins with '!' is handed over as a
 * body, any other as text. '\r' in a body becomes a newline, which lines alone could not hold. */
#include "measure/sender.h"
#include "log/reader.h"

#include <stdlib.h>
#include <string.h>

static struct reader *reader;
static uint64_t next; /* the lowest number the next record may have */

static void line_write(const char *bytes, size_t length) {
    reader_feed(reader, bytes, length);
}

static void on_event(void *context, const struct reader_event *event) {
    (void)context;
    switch (event->kind) {
    case READER_RECORD:
        if (event->record.sequence < next)
            abort();
        next = event->record.sequence + 1;
        break;
    case READER_TEXT:
        break;
    case READER_DIAGNOSIS:
        /* A well-formed record whose keys or order are wrong is the sender's own affair; its number
         * was used. */
        if (event->diagnosis != DIAGNOSIS_MISSING_KEY && event->diagnosis != DIAGNOSIS_BAD_VALUE &&
            event->diagnosis != DIAGNOSIS_OUT_OF_ORDER)
            abort();
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct sender sender;
    sender = (struct sender){.write = line_write};
    next = 0;
    reader = reader_new(on_event, NULL);
    sender_session(&sender);
    for (size_t at = 0; at < size;) {
        const uint8_t *newline = memchr(data + at, '\n', size - at);
        size_t length = newline ? (size_t)(newline - data) - at + 1 : size - at;
        if (data[at] == '!') {
            char *body = memcpy(malloc(length), data + at + 1, length - 1);
            size_t body_length = length - 1 - (newline != NULL);
            for (size_t i = 0; i < body_length; i++)
                body[i] = body[i] == '\r' ? '\n' : body[i];
            sender_user_record(&sender, body, body_length);
            free(body);
        } else {
            sender_text(&sender, (const char *)data + at, length);
        }
        at += length;
    }
    reader_end(reader);
    reader_free(reader);
    return 0;
}
