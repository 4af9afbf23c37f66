/* SPDX-License-Identifier: MIT */
/* report.h -- why there is no program, no object, no domain or no binding, told to the author:
 * whatever step on the way from bytes to a program it was that refused. */
#ifndef ENGINE_REPORT_H
#define ENGINE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/rule.h"

#define REPORT_TEXT_MAX 6144
#define REPORT_NO_SLOT  UINT32_MAX

struct report {
    enum rule rule;  /* of several undefined names UNRESOLVED; the text has their own */
    uint32_t slot;   /* where decoder or verifier refuse one, of the object if the program
                        is a linked one's; else REPORT_NO_SLOT */
    uint64_t offset; /* into the part of a file that the text names, where its bytes are
                        refused; else 0 */
    char text[REPORT_TEXT_MAX]; /* in lines, each ending in "\n"; what does not fit is cut */
};

/* Nothing is said yet. */
void report_begin(struct report *report);

/* Adds a line. */
void report_say(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Begins the report of a broken rule: "WHAT: SENTENCE (RULE)". */
void report_rule(struct report *report, enum rule rule, const char *what);
/* Ends it: "hint: HINT". Gives false, so that a check can end with it. */
bool report_hint(struct report *report);

/* Both. */
bool report_refuse(struct report *report, enum rule rule, const char *what);
/* The same of bytes of a file: "PART, offset 0x10", where the part is a section or a symbol, its
 * name cut and made printable, or null: the file. */
bool report_refuse_at(struct report *report, enum rule rule, const char *part, uint64_t offset);

/* Puts the words before what is said. */
void report_prefix(struct report *report, const char *words);

#endif
