/* SPDX-License-Identifier: MIT */
/* native_rule.c -- the table of rules as strings, and refusals as text. */
#include "engine/native/native_rule.h"

#include "lib/format.h"

static const struct {
    const char *name, *sentence, *hint;
} rules[NATIVE_RULE_COUNT] = {[NATIVE_RULE_NONE] = {"none", "no rule is broken", ""},
#define X(id, name, sentence, hint) [NATIVE_RULE_##id] = {name, sentence, hint},
                              NATIVE_RULES(X)
#undef X
};

const char *native_rule_name(enum native_rule rule) {
    return rules[rule].name;
}

const char *native_rule_sentence(enum native_rule rule) {
    return rules[rule].sentence;
}

const char *native_rule_hint(enum native_rule rule) {
    return rules[rule].hint;
}

bool native_refuse(struct native_refusal *why, enum native_rule rule, const char *about,
                   uint64_t offset) {
    if (!about)
        about = "file";
    size_t n = 0;
    for (; about[n] && n < sizeof why->about - 1; n++)
        why->about[n] = about[n] >= ' ' && about[n] <= '~' ? about[n] : '?';
    why->about[n] = '\0';
    why->rule = rule;
    why->offset = offset;
    return false;
}

int native_refusal_text(const struct native_refusal *why, char *into, size_t size) {
    if (why->rule == NATIVE_RULE_IMPORT_TYPE)
        return format_text(into, size, "%s: %s: wanted %s, found %s (%s); %s", why->about,
                           native_rule_sentence(why->rule), why->wanted, why->offered,
                           native_rule_name(why->rule), native_rule_hint(why->rule));
    return format_text(into, size, "%s, offset 0x%llx: %s (%s); %s", why->about,
                       (unsigned long long)why->offset, native_rule_sentence(why->rule),
                       native_rule_name(why->rule), native_rule_hint(why->rule));
}
