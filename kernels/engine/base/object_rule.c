/* SPDX-License-Identifier: MIT */
/* object_rule.c -- the table of rules as strings, and refusals as text. */
#include "engine/base/object_rule.h"

#include "lib/format.h"

static const struct {
    const char *name, *sentence, *hint;
} rules[OBJECT_RULE_COUNT] = {[OBJECT_RULE_NONE] = {"none", "no rule is broken", ""},
#define X(id, name, sentence, hint) [OBJECT_RULE_##id] = {name, sentence, hint},
                              OBJECT_RULES(X)
#undef X
};

const char *object_rule_name(enum object_rule rule) {
    return rules[rule].name;
}

const char *object_rule_sentence(enum object_rule rule) {
    return rules[rule].sentence;
}

const char *object_rule_hint(enum object_rule rule) {
    return rules[rule].hint;
}

bool object_refuse(struct object_refusal *why, enum object_rule rule, const char *section,
                   uint64_t offset) {
    size_t n = 0;
    if (!section)
        section = "file";
    for (; section[n] && n < OBJECT_SECTION_TEXT - 1; n++)
        why->section[n] = section[n] >= ' ' && section[n] <= '~' ? section[n] : '?';
    why->section[n] = '\0';
    why->rule = rule;
    why->offset = offset;
    return false;
}

int object_refusal_text(const struct object_refusal *why, char *into, size_t size) {
    return format_text(into, size, "%s, offset 0x%llx: %s (%s); %s", why->section,
                       (unsigned long long)why->offset, object_rule_sentence(why->rule),
                       object_rule_name(why->rule), object_rule_hint(why->rule));
}
