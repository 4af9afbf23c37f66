/* SPDX-License-Identifier: MIT */
/* sender.h -- the owner of the serial line: it numbers each record, adds magic and CRC-32, and lets
 * other text pass so that it can never be taken for a record. A guest has exactly one; whatever
 * else wants to report hands it a body.
 *
 * Text: a line of it that begins with the magic's first byte is quoted by "> "; a record that comes
 * while a text line is open begins on a line of its own. A body is checked before it is framed, so
 * it may come from user code: a newline in it, a type that does not exist or a bare space cannot
 * forge a second record.
 *
 * Sessions: what was counted since sender_session(), which sets the number back to 0, is summed up
 * by sender_done(). */
#ifndef MEASURE_SENDER_H
#define MEASURE_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/params.h"
#include "measure/body.h"

struct sender {
    void (*write)(const char *bytes, size_t length); /* the serial line; polled, never fails */
    void (*cut)(void); /* ends the guest in the middle of a record; only inject=cut calls it */
    enum injection
        inject; /* INJECT_CORRUPT, LOSE and CUT are the sender's to do, once; the rest is ignored */
    uint32_t sequence; /* the next record's number, so also how many there were */
    uint32_t seen[BODY_TYPES];
    uint32_t failed; /* checks with verdict=fail */
    bool mid_line;   /* a line is open */
    char line[PROTOCOL_LINE_MAX];
};

/* Begins a session: numbers and counts from 0. Zeroed memory with write (and cut) set is
 * a sender. */
void sender_session(struct sender *f);

/* Frames and sends BODY. False, and nothing is sent, where it is not a well-formed record. */
bool sender_record(struct sender *f, const char *body, size_t length);

/* The same for a body that comes from user code, which may send plan, bench, samples, check and log
 * records; hello, fault, done and the plan's count are the guest's own. */
bool sender_user_record(struct sender *f, const char *body, size_t length);

/* Passes text on. */
void sender_text(struct sender *f, const char *text, size_t length);

/* Sends the last plan record, count=: how many were sent in this session. False where there was
 * none, and a log record says so: a session that was to run nothing ends without done. */
bool sender_plan_end(struct sender *f);

/* Sends done, with the session's counts, and how many requests its disks had (0: says nothing). */
void sender_done(struct sender *f, uint64_t requests);

#endif
