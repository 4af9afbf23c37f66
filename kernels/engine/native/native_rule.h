/* SPDX-License-Identifier: MIT */
/* native_rule.h -- every reason for which a signed native object is refused: the name that
 * docs/engine-native.md and the tests use, the sentence a message prints, and what its author can
 * do about it. */
#ifndef ENGINE_NATIVE_RULE_H
#define ENGINE_NATIVE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define HINT_SIGN  "sign it with vsign and the key of this build"
#define HINT_BUILD "build it again: with the kernel's compiler and the kernel's flags"
/* X(id, name, sentence, hint) */
#define NATIVE_RULES(X) \
    /* the envelope */ \
    X(NOT_SIGNED,     "not-signed",     "this is no signed object", HINT_SIGN) \
    X(SIGNED_VERSION, "signed-version", "the signed object is of another version than 1", HINT_SIGN) \
    X(SIGNED_LENGTH,  "signed-length",  "the file is longer or shorter than its header says", "it was cut or added to on its way: sign and copy it again") \
    X(SIGNATURE,      "signature",      "the key of this kernel did not sign these bytes", HINT_SIGN) \
    X(SIGNED_KIND,    "signed-kind",    "the object was signed as another kind of program", "sign it as the kind it is loaded as") \
    X(FILE_SIZE,      "file-size",      "the file is larger than the engine accepts", "split it, or build it without -g") \
    X(NO_MEMORY,      "no-memory",      "there is no memory left to load the object", "unload something first") \
    /* the object inside */ \
    X(NOT_ELF,        "not-elf",        "this is no little-endian ELF64 file", HINT_BUILD) \
    X(NOT_OBJECT,     "not-object",     "this is no relocatable object (ET_REL)", "compile with -c") \
    X(NOT_NATIVE,     "not-native",     "this is an object for another machine", HINT_BUILD) \
    X(SECTION_TABLE,  "section-table",  "the table of sections is missing, too long or not inside the file", HINT_BUILD) \
    X(NAME,           "name",           "a name has no end or lies outside of its table", HINT_BUILD) \
    X(SECTION_BOUNDS, "section-bounds", "a section lies outside of the file", HINT_BUILD) \
    X(SECTION_ALIGN,  "section-align",  "a section's alignment is no power of two, or more than a page", "ask for less alignment") \
    X(SECTION_FLAGS,  "section-flags",  "a section is writable code, thread-local or compressed", "keep code and data apart") \
    X(SECTION_KIND,   "section-kind",   "a section that takes memory is neither code nor data", "initialisers and notes do not exist here") \
    X(SIZE,           "size",           "the sections take more memory than the engine gives", "make them smaller") \
    X(NO_VARIABLES,   "no-variables",   "the object has writable variables, and this kernel gives native objects none", "keep state in what the program is called with") \
    X(SYMBOL_TABLE,   "symbol-table",   "the symbol table is missing or has an impossible form", HINT_BUILD) \
    X(SYMBOL_KIND,    "symbol-kind",    "a symbol is thread-local, common or absolute, or of a kind that the engine does not know", "compile with -fno-common; use functions and variables only") \
    X(SYMBOL_BOUNDS,  "symbol-bounds",  "a symbol lies outside of its section, or its section does not exist", HINT_BUILD) \
    X(RELOC_TABLE,    "reloc-table",    "a section of relocations has an impossible form", HINT_BUILD) \
    X(RELOC_KIND,     "reloc-kind",     "a relocation is of a kind that the kernel's flags do not give", HINT_BUILD) \
    X(RELOC_PLACE,    "reloc-place",    "a relocation's place is outside of its section", HINT_BUILD) \
    X(RELOC_SYMBOL,   "reloc-symbol",   "a relocation names a symbol that does not exist or is not in memory", HINT_BUILD) \
    X(RELOC_RANGE,    "reloc-range",    "what a relocation refers to is too far away for its field", "compile with -mcmodel=kernel, and export from the kernel's image") \
    X(TYPES,          "types",          "the type information is damaged", "build the object again with -gbtf, or without it") \
    X(NO_FUNCTION,    "no-function",    "the object defines no global function", "a program is a function that is not static") \
    /* names */ \
    X(UNRESOLVED,     "unresolved",     "none of the domains exports this name", "link against a domain that exports it") \
    X(AMBIGUOUS,      "ambiguous",      "two of the domains export this name", "link against one of them only") \
    X(IMPORT_TYPE,    "import-type",    "this name is exported with another type", "include the header of the interface instead of declaring it by hand")
/* clang-format on */

enum native_rule {
    NATIVE_RULE_NONE,
#define X(id, ...) NATIVE_RULE_##id,
    NATIVE_RULES(X)
#undef X
        NATIVE_RULE_COUNT
};

/* Where and why a native object was refused. */
struct native_refusal {
    enum native_rule rule;
    char about[64];                 /* a section's or symbol's name; "file" when neither is known */
    uint64_t offset;                /* into that section, or into the object */
    char wanted[128], offered[128]; /* IMPORT_TYPE: the two types as C */
};

/* A rule's name, sentence and hint. Never null; NATIVE_RULE_NONE is "none". */
const char *native_rule_name(enum native_rule rule);
const char *native_rule_sentence(enum native_rule rule);
const char *native_rule_hint(enum native_rule rule);

/* Sets rule, about (null is the file) and offset. Gives false, so that a check can end with it. */
bool native_refuse(struct native_refusal *why, enum native_rule rule, const char *about,
                   uint64_t offset);

/* Writes "ABOUT, offset 0x10: SENTENCE (RULE); HINT" as format_text does. */
int native_refusal_text(const struct native_refusal *why, char *into, size_t size);

#endif
