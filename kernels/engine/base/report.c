/* SPDX-License-Identifier: MIT */
/* report.c -- see report.h: refusals as lines of text. */
#include "engine/base/report.h"
#include "engine/assert.h"

#include "lib/format.h"
#include "lib/string.h"

#define PART_TEXT_MAX 64

void report_begin(struct report *report) {
    report->rule = RULE_NONE;
    report->slot = REPORT_NO_SLOT;
    report->offset = 0;
    report->text[0] = '\0';
}

void report_say(struct report *report, const char *format, ...) {
    size_t used = strlen(report->text), space = REPORT_TEXT_MAX - 1 - used;
    va_list args;
    ENGINE_ASSERT(used < REPORT_TEXT_MAX, "a report of %zu bytes", used);
    if (space < 2)
        return;
    va_start(args, format);
    size_t len = (size_t)format_text_va(report->text + used, space, format, args);
    va_end(args);
    used += len < space ? len : space - 1;
    report->text[used] = '\n';
    report->text[used + 1] = '\0';
}

void report_rule(struct report *report, enum rule rule, const char *what) {
    report_begin(report);
    report->rule = rule;
    report_say(report, "%s: %s (%s)", what, rule_sentence(rule), rule_name(rule));
}

bool report_hint(struct report *report) {
    report_say(report, "hint: %s", rule_hint(report->rule));
    return false;
}

bool report_refuse(struct report *report, enum rule rule, const char *what) {
    report_rule(report, rule, what);
    return report_hint(report);
}

bool report_refuse_at(struct report *report, enum rule rule, const char *part, uint64_t offset) {
    char what[PART_TEXT_MAX + 32];
    format_text(what, PART_TEXT_MAX, "%s", part ? part : "file");
    for (char *c = what; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    size_t used = strlen(what);
    format_text(what + used, sizeof what - used, ", offset 0x%llx", (unsigned long long)offset);
    report_refuse(report, rule, what);
    report->offset = offset;
    return false;
}

void report_prefix(struct report *report, const char *words) {
    size_t more = strlen(words), len = strlen(report->text);
    if (more >= REPORT_TEXT_MAX)
        more = REPORT_TEXT_MAX - 1;
    if (len > REPORT_TEXT_MAX - 1 - more)
        len = REPORT_TEXT_MAX - 1 - more;
    memmove(report->text + more, report->text, len);
    memcpy(report->text, words, more);
    report->text[more + len] = '\0';
}
