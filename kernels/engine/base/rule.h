/* SPDX-License-Identifier: MIT */
/* rule.h -- the rules of rules.h as numbers and as texts. */
#ifndef ENGINE_RULE_H
#define ENGINE_RULE_H

#include "engine/base/rules.h"

/* Each list ends with its _COUNT, which is no rule and above all that come before. */
enum rule {
    RULE_NONE,
#define X(id, ...) RULE_##id,
    PROGRAM_RULES(X)
#undef X
        RULE_COUNT,
#define X(id, ...) OBJECT_RULE_##id,
    OBJECT_RULES(X)
#undef X
        OBJECT_RULE_COUNT,
#define X(id, ...) LINK_RULE_##id,
    LINK_RULES(X)
#undef X
        LINK_RULE_COUNT,
#define X(id, ...) LOAD_RULE_##id,
    LOAD_RULES(X)
#undef X
        LOAD_RULE_COUNT,
#define X(id, ...) NATIVE_RULE_##id,
    NATIVE_RULES(X)
#undef X
        NATIVE_RULE_COUNT
};

/* A rule's name, sentence and hint. Never null; RULE_NONE is "none". */
const char *rule_name(enum rule rule);
const char *rule_sentence(enum rule rule);
const char *rule_hint(enum rule rule);

#endif
