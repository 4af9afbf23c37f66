/* SPDX-License-Identifier: MIT */
/* link_refusal.h -- what the linker says when names stay undefined, or a domain or a program of a
 * linked object is refused. */
#ifndef ENGINE_LINK_REFUSAL_H
#define ENGINE_LINK_REFUSAL_H

#include <stdbool.h>

#include "engine/base/rule.h"

#define LINK_TEXT_MAX 4096

/* What is wrong, in lines that each end in "\n". Of several undefined names the rule is UNRESOLVED,
 * and the text has each name with its own. */
struct link_report {
    enum rule rule;
    char text[LINK_TEXT_MAX];
};

/* Adds a line to the report; what does not fit is cut. */
void link_say(struct link_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The whole report of a broken rule: "NAME: SENTENCE (RULE)\nhint: HINT\n". Gives false, so that a
 * check can end with it. */
bool link_refuse(struct link_report *report, enum rule rule, const char *name);

#endif
