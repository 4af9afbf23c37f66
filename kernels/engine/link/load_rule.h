/* SPDX-License-Identifier: MIT */
/* load_rule.h -- every reason for which an object is refused that has to do with its kind: its
 * declarations, its sections, and what a kind grants. The name that docs/engine.md and the tests
 * use, the sentence a message prints, and what can be done about it. */
#ifndef ENGINE_LOAD_RULE_H
#define ENGINE_LOAD_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
/* X(id, name, sentence, hint) */
#define LOAD_RULES(X) \
    /* the object */ \
    X(NO_PROGRAM, "no-program", "the object has no program of any kind that is loaded here", "put the function into a section with the name of its kind: __attribute__((section(\"KIND\")))") \
    X(UNTYPED,    "untyped",    "the object does not describe the type of this program", "compile with -g (clang) or -gbtf (GCC), and make the function global") \
    X(PROTOTYPE,  "prototype",  "the program is not declared as its kind wants it", "take the declaration, and the types in it, from the header of the kind") \
    X(NO_MEMORY,  "no-memory",  "there is no memory left to load the object", "unload something first") \
    /* what a kind or an export says */ \
    X(NO_NAME,    "no-name",    "the types know no function, no pointer to a function and no function type of this name", "declare it in the file whose types these are, and use it there") \
    X(GRANT,      "grant",      "something is granted of a type or a field that does not exist", "name it as its declaration does") \
    X(NOT_PLAIN,  "not-plain",  "it is granted as plain bytes, and holds addresses", "grant its fields instead") \
    X(OPEN_TYPE,  "open-type",  "C does not say what there is behind this address", "point to a type with a size, or say in the signature how many bytes there are") \
    X(CLASS,      "class",      "it is described as a number and declared as an address, or the other way round", "leave out of the signature what the declaration says") \
    X(PARAMETERS, "parameters", "there are more than five parameters, or one that fits no register", "pass a pointer to a structure") \
    X(FIELDS,     "fields",     "the type has more fields than can be granted", "grant fewer, or make arrays of numbers instead of structures")
/* clang-format on */

enum load_rule {
    LOAD_RULE_NONE,
#define X(id, ...) LOAD_RULE_##id,
    LOAD_RULES(X)
#undef X
        LOAD_RULE_COUNT
};

#define LOAD_TEXT_MAX 6144

/* Which part of the engine refuses; the lists of rules are object_rule.h, load_rule.h, link_rule.h
 * and rule.h. */
enum load_stage { STAGE_OBJECT, STAGE_TYPES, STAGE_LINK, STAGE_PROGRAM };

/* Why there is no program. */
struct load_refusal {
    enum load_stage stage;
    const char *rule;         /* its name */
    uint32_t slot;            /* of the object, STAGE_PROGRAM only; else OBJECT_NONE of object.h */
    char text[LOAD_TEXT_MAX]; /* in lines, each ending in "\n" */
};

/* A rule's name, sentence and hint. Never null; LOAD_RULE_NONE is "none". */
const char *load_rule_name(enum load_rule rule);
const char *load_rule_sentence(enum load_rule rule);
const char *load_rule_hint(enum load_rule rule);

/* Adds to the text; what does not fit is cut. */
void load_say(struct load_refusal *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Begins the text of a broken rule: "WHAT: SENTENCE (RULE)\n". */
void load_say_rule(struct load_refusal *why, enum load_rule rule, const char *what);
/* Ends it: "hint: HINT\n". */
void load_say_hint(struct load_refusal *why, enum load_rule rule);

/* Both, and false, so that a check can end with it. */
bool load_refuse(struct load_refusal *why, enum load_rule rule, const char *what);

#endif
