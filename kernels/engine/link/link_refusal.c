/* SPDX-License-Identifier: MIT */
/* link_refusal.c -- see link_refusal.h: refusals as text. */
#include "engine/link/link_refusal.h"

#include "lib/format.h"
#include "lib/string.h"

void link_say(struct link_report *report, const char *format, ...) {
    size_t used = strlen(report->text), room = LINK_TEXT_MAX - 1 - used;
    va_list args;
    if (room < 2)
        return;
    va_start(args, format);
    size_t len = (size_t)format_text_va(report->text + used, room, format, args);
    va_end(args);
    used += len < room ? len : room - 1;
    report->text[used] = '\n';
    report->text[used + 1] = '\0';
}

bool link_refuse(struct link_report *report, enum rule rule, const char *name) {
    report->rule = rule;
    report->text[0] = '\0';
    link_say(report, "%s: %s (%s)", name, rule_sentence(rule), rule_name(rule));
    link_say(report, "hint: %s", rule_hint(rule));
    return false;
}
