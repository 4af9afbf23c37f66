/* SPDX-License-Identifier: MIT */
/* link_rule.c -- the table of rules as strings, and reports line by line. */
#include "engine/link/link_rule.h"

#include "lib/format.h"
#include "lib/string.h"

static const struct {
    const char *name, *sentence, *hint;
} rules[LINK_RULE_COUNT] = {[LINK_RULE_NONE] = {"none", "no rule is broken", ""},
#define X(id, name, sentence, hint) [LINK_RULE_##id] = {name, sentence, hint},
                            LINK_RULES(X)
#undef X
};

const char *link_rule_name(enum link_rule rule) {
    return rules[rule].name;
}

const char *link_rule_sentence(enum link_rule rule) {
    return rules[rule].sentence;
}

const char *link_rule_hint(enum link_rule rule) {
    return rules[rule].hint;
}

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

bool link_refuse(struct link_report *report, enum link_rule rule, const char *name) {
    report->rule = rule;
    report->text[0] = '\0';
    link_say(report, "%s: %s (%s)", name, link_rule_sentence(rule), link_rule_name(rule));
    link_say(report, "hint: %s", link_rule_hint(rule));
    return false;
}
