/* SPDX-License-Identifier: MIT */
/* reader_fuzz.c -- any serial log at all becomes events and rows. The first byte chooses: an even
 * one takes the rest as the log, fed in pieces of that size; an odd one takes each line as a
 * record's body and frames it rightly, since no fuzzer guesses a CRC-32. */
#include "../unit/harness/serial.h"

#include "log/reader.h"
#include "result/summary.h"

#include <stdint.h>
#include <stdlib.h>

static uint64_t last_offset;

static void check_event(void *context, const struct reader_event *e) {
    uint64_t length = *(uint64_t *)context;
    if (e->offset < last_offset || e->offset > length || !e->line)
        abort(); /* events come in order, from inside the log */
    last_offset = e->offset;
    if (e->kind == READER_RECORD)
        for (size_t i = 0; i < e->record.field_count; i++)
            if (record_value(&e->record, e->record.fields[i].key) != e->record.fields[i].value)
                abort();
    if (e->kind == READER_TEXT && e->text[e->length])
        abort();
}

static void read_log(const char *bytes, size_t length, size_t piece) {
    uint64_t fed = length;
    last_offset = 0;
    struct reader *r = reader_new(check_event, &fed);
    for (size_t at = 0; at < length; at += piece)
        reader_feed(r, bytes + at, length - at < piece ? length - at : piece);
    reader_end(r);
    reader_free(r);
}

static void judge_log(const char *bytes, size_t length) {
    struct run *run = serial_run(bytes, length);
    json_decref(summary_to_json(run, &(struct verdicts){0}));
    run_free(run);
}

static void frame_lines(struct serial *s, const char *bytes, size_t length) {
    while (length && s->length + 2 * PROTOCOL_LINE_MAX < sizeof s->bytes) {
        char body[PROTOCOL_LINE_MAX];
        const char *end = memchr(bytes, '\n', length);
        size_t line = end ? (size_t)(end - bytes) : length;
        size_t kept = line < sizeof body ? line : sizeof body - 1;
        memcpy(body, bytes, kept);
        body[kept] = '\0';
        serial_record(s, body);
        bytes += line + (end != NULL);
        length -= line + (end != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size)
        return 0;
    const char *bytes = (const char *)data + 1;
    static struct serial framed;
    framed.length = framed.next = 0;
    if (data[0] & 1) {
        frame_lines(&framed, bytes, size - 1);
        read_log(framed.bytes, framed.length, framed.length + 1);
        judge_log(framed.bytes, framed.length);
    } else {
        read_log(bytes, size - 1, data[0] + 1u);
        judge_log(bytes, size - 1);
    }
    return 0;
}
