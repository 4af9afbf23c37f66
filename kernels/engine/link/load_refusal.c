/* SPDX-License-Identifier: MIT */
/* load_refusal.c -- see load_refusal.h: refusals as text. */
#include "engine/link/load_refusal.h"

#include "engine/object.h"
#include "lib/format.h"
#include "lib/string.h"

void load_say(struct load_refusal *why, const char *format, ...) {
    size_t used = strlen(why->text);
    va_list args;
    va_start(args, format);
    format_text_va(why->text + used, sizeof why->text - used, format, args);
    va_end(args);
}

void load_say_rule(struct load_refusal *why, enum rule rule, const char *what) {
    why->stage = STAGE_TYPES;
    why->rule = rule_name(rule);
    why->slot = OBJECT_NONE;
    why->text[0] = '\0';
    load_say(why, "%s: %s (%s)\n", what, rule_sentence(rule), rule_name(rule));
}

void load_say_hint(struct load_refusal *why, enum rule rule) {
    load_say(why, "hint: %s\n", rule_hint(rule));
}

bool load_refuse(struct load_refusal *why, enum rule rule, const char *what) {
    load_say_rule(why, rule, what);
    load_say_hint(why, rule);
    return false;
}
