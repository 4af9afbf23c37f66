/* SPDX-License-Identifier: MIT */
/* load_refusal.h -- why there is no program, whatever step of a load it was that refused it. */
#ifndef ENGINE_LOAD_REFUSAL_H
#define ENGINE_LOAD_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/rule.h"

#define LOAD_TEXT_MAX 6144

/* Which part of the engine refuses; the lists of rules are object_refusal.h, load_refusal.h,
 * link_refusal.h and rule.h. */
enum load_stage { STAGE_OBJECT, STAGE_TYPES, STAGE_LINK, STAGE_PROGRAM };

/* Why there is no program. */
struct load_refusal {
    enum load_stage stage;
    const char *rule;         /* its name */
    uint32_t slot;            /* of the object, STAGE_PROGRAM only; else OBJECT_NONE of object.h */
    char text[LOAD_TEXT_MAX]; /* in lines, each ending in "\n" */
};

/* Adds to the text; what does not fit is cut. */
void load_say(struct load_refusal *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Begins the text of a broken rule: "WHAT: SENTENCE (RULE)\n". */
void load_say_rule(struct load_refusal *why, enum rule rule, const char *what);
/* Ends it: "hint: HINT\n". */
void load_say_hint(struct load_refusal *why, enum rule rule);

/* Both, and false, so that a check can end with it. */
bool load_refuse(struct load_refusal *why, enum rule rule, const char *what);

#endif
