/* SPDX-License-Identifier: MIT */
/* report.h -- why there is no program, no domain or no binding, told to the author: whatever step
 * of linking and loading it was that refused. */
#ifndef ENGINE_REPORT_H
#define ENGINE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/rule.h"

#define REPORT_TEXT_MAX 6144
#define REPORT_NO_SLOT  UINT32_MAX

struct report {
    enum rule rule;             /* of several undefined names UNRESOLVED; the text has their own */
    uint32_t slot;              /* of the object, where decoder or verifier refuse one; else
                                   REPORT_NO_SLOT */
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

#endif
