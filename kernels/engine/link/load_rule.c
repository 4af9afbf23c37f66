/* SPDX-License-Identifier: MIT */
/* load_rule.c -- the list of load_rule.h as text. */
#include "engine/link/load_rule.h"

#include "engine/object.h"
#include "lib/format.h"
#include "lib/string.h"

static const struct {
    const char *name, *sentence, *hint;
} rules[LOAD_RULE_COUNT] = {[LOAD_RULE_NONE] = {"none", "nothing is wrong", ""},
#define X(id, name, sentence, hint) [LOAD_RULE_##id] = {name, sentence, hint},
                            LOAD_RULES(X)
#undef X
};

const char *load_rule_name(enum load_rule rule) {
    return rules[rule].name;
}

const char *load_rule_sentence(enum load_rule rule) {
    return rules[rule].sentence;
}

const char *load_rule_hint(enum load_rule rule) {
    return rules[rule].hint;
}

void load_say(struct load_refusal *why, const char *format, ...) {
    size_t used = strlen(why->text);
    va_list args;
    va_start(args, format);
    format_text_va(why->text + used, sizeof why->text - used, format, args);
    va_end(args);
}

void load_say_rule(struct load_refusal *why, enum load_rule rule, const char *what) {
    why->stage = STAGE_TYPES;
    why->rule = rules[rule].name;
    why->slot = OBJECT_NONE;
    why->text[0] = '\0';
    load_say(why, "%s: %s (%s)\n", what, rules[rule].sentence, rules[rule].name);
}

void load_say_hint(struct load_refusal *why, enum load_rule rule) {
    load_say(why, "hint: %s\n", rules[rule].hint);
}

bool load_refuse(struct load_refusal *why, enum load_rule rule, const char *what) {
    load_say_rule(why, rule, what);
    load_say_hint(why, rule);
    return false;
}
