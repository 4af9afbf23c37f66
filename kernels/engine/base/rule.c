/* SPDX-License-Identifier: MIT */
/* rule.c -- the table of rules as strings. */
#include "engine/base/rule.h"

static const struct {
    const char *name, *sentence, *hint;
} rules[RULE_COUNT] = {[RULE_NONE] = {"none", "no rule is broken", ""},
#define X(id, name, sentence, hint) [RULE_##id] = {name, sentence, hint},
                       RULES(X)
#undef X
};

const char *rule_name(enum rule rule) {
    return rules[rule].name;
}

const char *rule_sentence(enum rule rule) {
    return rules[rule].sentence;
}

const char *rule_hint(enum rule rule) {
    return rules[rule].hint;
}
