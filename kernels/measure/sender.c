/* SPDX-License-Identifier: MIT */
/* sender.c -- magic, number, body, CRC-32, newline. */
#include "measure/sender.h"

#include "lib/crc32.h"
#include "lib/format.h"
#include "lib/string.h"

static const char head_format[] = PROTOCOL_MAGIC "%d %u ";
static const char tail_format[] = " #%08x\n";

void sender_session(struct sender *f) {
    f->sequence = 0;
    f->failed = 0;
    memset(f->seen, 0, sizeof f->seen);
}

/* The fault that was injected and that this record is to show; it is shown once. */
static enum injection injection_take(struct sender *f, enum body_type type) {
    enum injection inject = f->inject;
    if (type != BODY_SAMPLES ||
        (inject != INJECT_CORRUPT && inject != INJECT_LOSE && inject != INJECT_CUT))
        return INJECT_NOTHING;
    f->inject = INJECT_NOTHING;
    return inject;
}

static void line_send(struct sender *f, size_t length, enum injection inject) {
    if (inject == INJECT_LOSE)
        return;
    if (inject == INJECT_CORRUPT)
        f->line[length / 2] ^= 1;
    if (inject == INJECT_CUT) {
        f->write(f->line, length / 2);
        f->mid_line = true;
        f->cut();
        return;
    }
    /* Should the write be interrupted for good (a panic, a dead child), the line is known to be
     * open. */
    f->mid_line = true;
    f->write(f->line, length);
    f->mid_line = false;
}

static void count(struct sender *f, enum body_type type, const char *body, size_t length) {
    size_t size;
    const char *verdict = body_value(body, length, "verdict", &size);
    f->sequence++;
    f->seen[type]++;
    if (type == BODY_CHECK && verdict && size == 4 && !memcmp(verdict, "fail", 4))
        f->failed++;
}

bool sender_record(struct sender *f, const char *body, size_t length) {
    enum body_type type = body_type(body, length);
    if (type == BODY_TYPES)
        return false;
    if (f->mid_line)
        f->write("\n", 1);
    f->mid_line = false;

    size_t at = (size_t)format_text(f->line, sizeof f->line, head_format, PROTOCOL_VERSION,
                                    (unsigned)f->sequence);
    memcpy(f->line + at, body, length);
    at += length;
    /* The newline takes the place of format_text's NUL: BODY_MAX leaves no byte more. */
    char tail[16];
    size_t tail_length =
        (size_t)format_text(tail, sizeof tail, tail_format, (unsigned)crc32_update(0, f->line, at));
    memcpy(f->line + at, tail, tail_length);

    /* Counted before it is sent: a record that dies on its way leaves a gap, and never a number
     * used twice. */
    count(f, type, body, length);
    line_send(f, at + tail_length, injection_take(f, type));
    return true;
}

bool sender_user_record(struct sender *f, const char *body, size_t length) {
    size_t size;
    switch (body_type(body, length)) {
    case BODY_PLAN:
        return !body_value(body, length, "count", &size) && sender_record(f, body, length);
    case BODY_BENCH:
    case BODY_SAMPLES:
    case BODY_CHECK:
    case BODY_LOG:
        return sender_record(f, body, length);
    default:
        return false;
    }
}

void sender_text(struct sender *f, const char *text, size_t length) {
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        if (!f->mid_line && text[i] == PROTOCOL_MAGIC[0]) {
            f->write(text + from, i - from);
            f->write("> ", 2);
            from = i;
        }
        f->mid_line = text[i] != '\n';
    }
    if (from < length)
        f->write(text + from, length - from);
}

static void summary_send(struct sender *f, struct body *b) {
    size_t length = body_end(b);
    sender_record(f, b->text, length);
}

bool sender_plan_end(struct sender *f) {
    char buffer[128];
    struct body b;
    bool empty = !f->seen[BODY_PLAN];
    body_begin(&b, buffer, sizeof buffer, BODY_PLAN);
    body_uint(&b, "count", f->seen[BODY_PLAN]);
    summary_send(f, &b);
    if (empty) {
        body_begin(&b, buffer, sizeof buffer, BODY_LOG);
        body_text(&b, "text", "run= names no row that there is; 'list' shows all");
        summary_send(f, &b);
    }
    return !empty;
}

void sender_done(struct sender *f, uint64_t requests) {
    char buffer[160];
    struct body b;
    body_begin(&b, buffer, sizeof buffer, BODY_DONE);
    body_uint(&b, "benches", f->seen[BODY_BENCH]);
    body_uint(&b, "checks", f->seen[BODY_CHECK]);
    body_uint(&b, "failed", f->failed);
    body_uint(&b, "faults", f->seen[BODY_FAULT]);
    body_uint(&b, "records", f->sequence);
    if (requests)
        body_uint(&b, "requests", requests);
    summary_send(f, &b);
}
