/* SPDX-License-Identifier: MIT */
/* reader.c -- bytes into lines, lines into events, and what only the sequence of records shows:
 * gaps, repetitions, a second beginning.
 *
 * A line is held until its end is seen, at most BUFFER bytes of it; longer ones are given away in
 * pieces but for their last PROTOCOL_LINE_MAX bytes. Where the line began as a record a whole one
 * may stand there: where a newline was lost, the record behind it has not been. */
#include "log/reader.h"
#include "base/assert.h"
#include "base/memory.h"
#include "log/record.h"
#include "base/status.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER = 4 * PROTOCOL_LINE_MAX };

struct reader {
    reader_callback *callback;
    void *context;

    char line[BUFFER + 1]; /* the line so far, room for a NUL behind it */
    size_t length;
    uint64_t offset, line_number; /* of line[0] */
    bool overlong;                /* the record that the line began with was given up */
    bool continued;               /* line[0] is not the first byte of its line */

    uint64_t next;    /* the sequence number due */
    uint64_t damaged; /* lines that may have borne one of the numbers not seen since */
    bool started;     /* a record was seen */
    bool done;        /* and the last one */

    struct record_space space;
};

static const struct {
    const char *name, *sentence;
    int status;
} diagnoses[] = {
#define DIAGNOSIS_ENTRY(id, name, status, sentence) {name, sentence, STATUS_##status},
    DIAGNOSES(DIAGNOSIS_ENTRY)
#undef DIAGNOSIS_ENTRY
};

const char *diagnosis_name(enum diagnosis d) {
    assert_that(d < DIAGNOSIS_KINDS);
    return diagnoses[d].name;
}

const char *diagnosis_sentence(enum diagnosis d) {
    return diagnoses[d].sentence;
}

int diagnosis_status(enum diagnosis d) {
    return diagnoses[d].status;
}

struct reader *reader_new(reader_callback *callback, void *context) {
    struct reader *r = memory_new(1, sizeof *r);
    r->callback = callback;
    r->context = context;
    r->line_number = 1;
    return r;
}

void reader_free(struct reader *r) {
    free(r);
}

static void emit_text(struct reader *r, const char *text, size_t length, uint64_t offset) {
    struct reader_event e = {.kind = READER_TEXT, .offset = offset, .line = r->line_number};
    e.text = text;
    e.length = length;
    r->callback(r->context, &e);
}

static void emit_diagnosis(struct reader *r, enum diagnosis d, uint64_t offset, uint64_t lost,
                           const char *format, ...) __attribute__((format(printf, 5, 6)));
static void emit_diagnosis(struct reader *r, enum diagnosis d, uint64_t offset, uint64_t lost,
                           const char *format, ...) {
    char detail[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    struct reader_event e = {.kind = READER_DIAGNOSIS, .offset = offset, .line = r->line_number};
    e.diagnosis = d;
    e.lost = lost;
    e.text = detail;
    e.length = strlen(detail);
    r->callback(r->context, &e);
}

static void emit_record(struct reader *r, const struct record *record, uint64_t offset) {
    struct reader_event e = {.kind = READER_RECORD, .offset = offset, .line = r->line_number};
    e.record = *record;
    r->callback(r->context, &e);
}

/* Follows the sequence numbers; false where a record was there before and must not count twice. */
static bool sequence_follow(struct reader *r, uint64_t sequence, bool hello, uint64_t offset) {
    unsigned long long is = sequence, due = r->next;
    if (is < due && is == 0 && hello) {
        /* After done it is the next session of an interactive guest. */
        if (!r->done)
            emit_diagnosis(r, DIAGNOSIS_RESTART, offset, 0, "after record %llu", due - 1);
        r->done = false;
    } else if (is < due) {
        emit_diagnosis(r, DIAGNOSIS_REPEATED, offset, 0, "record %llu after record %llu", is,
                       due - 1);
        return false;
    } else if (is - due > r->damaged) {
        emit_diagnosis(r, DIAGNOSIS_GAP, offset, is - due - r->damaged,
                       "record %llu where %llu was due", is, due);
    }
    assert_that(sequence >= r->next || !sequence);
    r->next = sequence + 1;
    r->damaged = 0;
    return true;
}

/* Hello is number 0, and nothing else is but the fault that a guest had before its hello; after
 * done it can still fail, but not report. */
static void order_check(struct reader *r, const struct record *record, uint64_t offset) {
    bool late = r->done && record->type != RECORD_LOG && record->type != RECORD_FAULT;
    bool hello = record->type == RECORD_HELLO, first = record->sequence == 0;
    if ((hello != first && record->type != RECORD_FAULT) || late)
        emit_diagnosis(r, DIAGNOSIS_OUT_OF_ORDER, offset, 0, "%s as record %llu%s",
                       record_type_name(record->type), (unsigned long long)record->sequence,
                       late ? ", after done" : "");
    r->done |= record->type == RECORD_DONE;
}

/* A line, or the end of one, that begins with the magic. */
static void take_record(struct reader *r, char *line, size_t length, uint64_t offset) {
    struct record record = {0};
    enum diagnosis wrong;
    bool numbered;
    if (record_parse(line, length, &record, &r->space, &wrong, &numbered)) {
        if (!sequence_follow(r, record.sequence, record.type == RECORD_HELLO, offset))
            return;
        order_check(r, &record, offset);
        emit_record(r, &record, offset);
        return;
    }
    if (numbered) {
        if (!sequence_follow(r, record.sequence, false, offset))
            return;
    } else {
        r->damaged++;
    }
    emit_diagnosis(r, wrong, offset, 0, "%s", r->space.detail);
}

static bool has_magic(const char *line, size_t length) {
    return length >= sizeof PROTOCOL_MAGIC - 1 &&
           !memcmp(line, PROTOCOL_MAGIC, sizeof PROTOCOL_MAGIC - 1);
}

/* Where a whole record begins behind a damaged one on the same line, or the line's LENGTH: the last
 * place with the magic decides, for one line has one end. */
static size_t buried_record(const char *line, size_t length) {
    const char *at = line + length;
    while ((at = memrchr(line, PROTOCOL_MAGIC[0], (size_t)(at - line))) && at > line)
        if (has_magic(at, length - (size_t)(at - line)))
            return record_checksum_fits(at, length - (size_t)(at - line)) ? (size_t)(at - line)
                                                                          : length;
    return length;
}

/* What stands on a line before its end or before a buried record: log text or a bad record. */
static void take_front(struct reader *r, size_t length) {
    assert_that(length <= r->length && r->length <= BUFFER);
    if (r->overlong)
        return;
    if (!r->continued && has_magic(r->line, length)) {
        take_record(r, r->line, length, r->offset);
        return;
    }
    char kept = r->line[length];
    r->line[length] = '\0';
    emit_text(r, r->line, length, r->offset);
    r->line[length] = kept;
}

/* The whole line is in the buffer. Gives where the whole record at its end begins; -1: there is
 * none. */
static ptrdiff_t take_line(struct reader *r) {
    size_t length = r->length;
    if (length && r->line[length - 1] == '\r') /* a terminal's line end */
        length--;
    /* Behind log text nothing is a record: a guest that prints text could forge one. */
    bool record = r->overlong || (!r->continued && has_magic(r->line, length));
    bool whole = record && !r->overlong && record_checksum_fits(r->line, length);
    size_t buried = whole || !record ? length : buried_record(r->line, length);
    assert_that(buried <= length && length <= r->length);
    take_front(r, buried);
    if (buried < length)
        take_record(r, r->line + buried, length - buried, r->offset + buried);
    if (whole)
        return 0;
    return buried < length ? (ptrdiff_t)buried : -1;
}

static void line_begin(struct reader *r) {
    r->offset += r->length + 1;
    r->line_number++;
    r->length = 0;
    r->overlong = r->continued = false;
}

/* The buffer is full and the line goes on: give away all that cannot belong to a record at
 * its end. */
static void spill(struct reader *r) {
    size_t piece = BUFFER - PROTOCOL_LINE_MAX;
    assert_that(r->length == BUFFER);
    if (!r->continued && has_magic(r->line, r->length)) {
        r->overlong = true;
        r->damaged++;
        emit_diagnosis(r, DIAGNOSIS_OVERLONG, r->offset, 0, "more than %d bytes",
                       PROTOCOL_LINE_MAX);
    } else {
        take_front(r, piece);
    }
    r->length -= piece;
    r->offset += piece;
    r->continued = true;
    memmove(r->line, r->line + piece, r->length);
}

void reader_feed(struct reader *r, const void *bytes, size_t length) {
    const char *at = bytes;
    while (length) {
        assert_that(r->length < BUFFER); /* a full one is spilled at once */
        size_t space = BUFFER - r->length;
        size_t take = length < space ? length : space;
        const char *end = memchr(at, '\n', take);
        if (end)
            take = (size_t)(end - at);
        memcpy(r->line + r->length, at, take);
        r->length += take;
        at += take;
        length -= take;
        if (end) {
            take_line(r);
            line_begin(r);
            at++;
            length--;
        } else if (r->length == BUFFER) {
            spill(r);
        }
    }
}

void reader_end(struct reader *r) {
    if (!r->length)
        return;
    bool begun = !r->continued && r->length < sizeof PROTOCOL_MAGIC - 1 &&
                 !memcmp(r->line, PROTOCOL_MAGIC, r->length);
    /* The newline belongs to the record; what lacks only that is kept all the same. */
    ptrdiff_t record = take_line(r);
    if (record >= 0 || begun)
        emit_diagnosis(r, DIAGNOSIS_CUT, r->offset + (uint64_t)(record > 0 ? record : 0), 0,
                       "the log ends inside it");
    line_begin(r);
}
