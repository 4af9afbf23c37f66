/* SPDX-License-Identifier: MIT */
/* rule.c -- the rules as strings, in one table. */
#include "engine/base/rule.h"
#include "engine/assert.h"

static const struct {
    const char *name, *sentence, *hint;
} rules[NATIVE_RULE_COUNT] = {[RULE_NONE] = {"none", "no rule is broken", ""},
#define X(id, name, sentence, hint) [RULE_##id] = {name, sentence, hint},
                              PROGRAM_RULES(X)
#undef X
#define X(id, name, sentence, hint) [OBJECT_RULE_##id] = {name, sentence, hint},
                                  OBJECT_RULES(X)
#undef X
#define X(id, name, sentence, hint) [LINK_RULE_##id] = {name, sentence, hint},
                                      LINK_RULES(X)
#undef X
#define X(id, name, sentence, hint) [LOAD_RULE_##id] = {name, sentence, hint},
                                          LOAD_RULES(X)
#undef X
#define X(id, name, sentence, hint) [NATIVE_RULE_##id] = {name, sentence, hint},
                                              NATIVE_RULES(X)
#undef X
};

const char *rule_name(enum rule rule) {
    ENGINE_ASSERT(rule < NATIVE_RULE_COUNT && rules[rule].name, "there is no rule %u", rule);
    return rules[rule].name;
}

const char *rule_sentence(enum rule rule) {
    return rules[rule].sentence;
}

const char *rule_hint(enum rule rule) {
    return rules[rule].hint;
}
