/* SPDX-License-Identifier: MIT */
/* link_rule.h -- every reason for which names stay undefined, or a domain or a program of a linked
 * object is refused: the name that docs/engine.md and the tests use, the sentence a message prints,
 * and what the author can do about it. */
#ifndef ENGINE_LINK_RULE_H
#define ENGINE_LINK_RULE_H

#include <stdbool.h>

/* clang-format off */
/* X(id, name, sentence, hint) */
#define LINK_RULES(X) \
    /* an undefined name */ \
    X(UNKNOWN_NAME, "unknown-name", "no domain in the list exports this name", "link against a domain that exports it: a name that no domain exports does not exist") \
    X(WRONG_TYPE,   "wrong-type",   "it is exported with another type", "compile against the declarations of the domain as it is now") \
    X(WRONG_KIND,   "wrong-kind",   "functions are called and variables are addressed, and this is the other of the two", "declare it as the domain does") \
    X(AMBIGUOUS,    "ambiguous",    "several domains in the list export it, and each time it is something else", "link against one of them first, or leave the other out of the list") \
    X(NO_TYPE,      "no-type",      "the object does not describe what type it has", "compile with -g (clang, -O1 or more) or -gbtf (GCC)") \
    X(TOO_ALIKE,    "too-alike",    "its type has too many copies to be compared", "build the object again: no compiler writes one type this often") \
    X(UNRESOLVED,   "unresolved",   "names are undefined", "every name must be bound before a program can run") \
    /* a domain */ \
    X(EXPORT_TWICE, "export-twice", "the domain exports one name twice", "rename one of them, or make two domains") \
    X(EXPORT_TYPE,  "export-type",  "nothing describes the type of this export", "compile the exporting code with -g (clang) or -gbtf (GCC)") \
    /* a program */ \
    X(NO_FUNCTION,  "no-function",  "the object has no function of this name", "`vcode dump` lists its functions") \
    X(NO_TARGET,    "no-target",    "a call or an address leads to code that belongs to no function", "build the object again: every function has a symbol") \
    X(DATA_ADDRESS, "data-address", "the program uses a section of variables that holds an address", "take addresses in the code: as initial values they would be numbers to the program") \
    X(STACK,        "stack",        "the program and what it calls need more stack than programs of its kind get", "keep large arrays in variables; call fewer functions inside each other") \
    X(NO_MEMORY,    "no-memory",    "there is no memory left", "unload something first")
/* clang-format on */

enum link_rule {
    LINK_RULE_NONE,
#define X(id, ...) LINK_RULE_##id,
    LINK_RULES(X)
#undef X
        LINK_RULE_COUNT
};

#define LINK_TEXT_MAX 4096

/* What is wrong, in lines that each end in "\n". Of several undefined names the rule is UNRESOLVED,
 * and the text has each name with its own. */
struct link_report {
    enum link_rule rule;
    char text[LINK_TEXT_MAX];
};

/* A rule's name, sentence and hint. Never null; LINK_RULE_NONE is "none". */
const char *link_rule_name(enum link_rule rule);
const char *link_rule_sentence(enum link_rule rule);
const char *link_rule_hint(enum link_rule rule);

/* Adds a line to the report; what does not fit is cut. */
void link_say(struct link_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The whole report of a broken rule: "NAME: SENTENCE (RULE)\nhint: HINT\n". Gives false, so that a
 * check can end with it. */
bool link_refuse(struct link_report *report, enum link_rule rule, const char *name);

#endif
