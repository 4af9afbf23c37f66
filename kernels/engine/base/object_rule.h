/* SPDX-License-Identifier: MIT */
/* object_rule.h -- every reason for which an object file is refused before its code is looked at:
 * the name that docs/engine.md and the tests use, the sentence a message prints, and what the
 * author can do about it. */
#ifndef ENGINE_OBJECT_RULE_H
#define ENGINE_OBJECT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define HINT_REBUILD "the file is damaged: build it again"
#define HINT_TYPES   "the type information is damaged: build the object again, with a compiler that is known to work"
#define HINT_LINES   "the line information is damaged: build the object again, or without -g"
/* X(id, name, sentence, hint) */
#define OBJECT_RULES(X) \
    /* the file */ \
    X(FILE_SIZE,        "file-size",        "the file is larger than the engine accepts", "split it, or build it without -g") \
    X(NOT_ELF,          "not-elf",          "this is no little-endian ELF64 file", "build it with clang -target bpf or bpf-gcc") \
    X(NOT_OBJECT,       "not-object",       "this is no relocatable object (ET_REL)", "compile with -c") \
    X(NOT_BPF,          "not-bpf",          "this is an object for another machine", "build it with clang -target bpf or bpf-gcc") \
    X(SECTION_TABLE,    "section-table",    "the table of sections is missing, too long or not inside the file", HINT_REBUILD) \
    X(STRING_TABLE,     "string-table",     "names are said to be in a section that is no string table", HINT_REBUILD) \
    X(NAME,             "name",             "a name is too long, has no end or has characters that no name has", HINT_REBUILD) \
    X(NO_MEMORY,        "no-memory",        "there is no memory left to load the object", "unload something first") \
    /* sections */ \
    X(SECTION_BOUNDS,   "section-bounds",   "a section lies outside of the file", HINT_REBUILD) \
    X(SECTION_OVERLAP,  "section-overlap",  "two sections share bytes of the file", HINT_REBUILD) \
    X(SECTION_ALIGN,    "section-align",    "a section's alignment is no power of two, or more than a page", "ask for less alignment") \
    X(SECTION_FLAGS,    "section-flags",    "a section is writable code, thread-local or compressed", "keep code and data apart, and debug sections uncompressed (-gz=none)") \
    X(SECTION_KIND,     "section-kind",     "a section that takes memory is of a kind that the engine does not load", "initialisers and notes do not exist here") \
    X(MAPS,             "maps",             "maps are not part of this engine", "keep state in global variables or in objects that an exported function hands out") \
    X(CODE_SIZE,        "code-size",        "a section of code is no whole number of instructions, or there are more of them than the engine accepts", "split the object") \
    X(DATA_SIZE,        "data-size",        "the global variables take more memory than the engine gives", "make them smaller") \
    /* symbols */ \
    X(SYMBOL_TABLE,     "symbol-table",     "the symbol table has an impossible size or too many symbols, or there are two", HINT_REBUILD) \
    X(SYMBOL_SECTION,   "symbol-section",   "a symbol belongs to a section that does not exist or cannot hold it", "compile with -fno-common, and use no absolute symbols") \
    X(SYMBOL_BOUNDS,    "symbol-bounds",    "a symbol lies outside of its section", HINT_REBUILD) \
    X(SYMBOL_KIND,      "symbol-kind",      "a symbol is of a kind that the engine does not know", "use functions and variables only, none of them thread-local") \
    X(FUNCTION_BOUNDS,  "function-bounds",  "a function does not start and end at an instruction, or overlaps another", HINT_REBUILD) \
    X(TWICE,            "twice",            "two global symbols have one name", "rename one of them") \
    /* relocations */ \
    X(RELOC_SECTION,    "reloc-section",    "a section of relocations has an impossible form, or belongs to nothing", HINT_REBUILD) \
    X(RELOC_PLACE,      "reloc-place",      "a relocation's place is outside of its section, out of order, or shared with another", HINT_REBUILD) \
    X(RELOC_KIND,       "reloc-kind",       "a relocation is of a kind that does not belong in this section", "addresses fit eight bytes: do not cut them to four") \
    X(RELOC_INSTRUCTION,"reloc-instruction","a relocation's place is not the instruction it is made for", HINT_REBUILD) \
    X(RELOC_SYMBOL,     "reloc-symbol",     "a relocation names a symbol that does not exist, or that nothing can be loaded for", "refer to functions and variables only") \
    X(RELOC_TARGET,     "reloc-target",     "a relocation leads outside of the section it means, or between two instructions", HINT_REBUILD) \
    X(RELOC_DIALECT,    "reloc-dialect",    "nothing in the object tells what the assembler left in the places to be relocated", "keep .comment, or build with -g") \
    X(NUMBERED,         "numbered",         "an instruction names a function or variable by a number, which is the loader's to give", "declare it extern: there are no numbered helpers") \
    X(RELOC_USE,        "reloc-use",        "an extern name is used both as a function to call and as an address", "call extern functions, and take addresses of extern variables only") \
    /* types */ \
    X(TYPE_HEADER,      "type-header",      "the header of .BTF is cut, of another version, or names parts outside of the section or overlapping", HINT_TYPES) \
    X(TYPE_STRINGS,     "type-strings",     "the strings of .BTF do not begin and end with an empty one", HINT_TYPES) \
    X(TYPE_COUNT,       "type-count",       "there are more types, or they take more bytes, than the engine accepts", "split the object, or include fewer headers") \
    X(TYPE_CUT,         "type-cut",         "the last type is cut", HINT_TYPES) \
    X(TYPE_KIND,        "type-kind",        "a type is of a kind that does not exist (they are 1 to 19)", HINT_TYPES) \
    X(TYPE_RESERVED,    "type-reserved",    "a field that this kind of type does not use is not zero", HINT_TYPES) \
    X(TYPE_NAME,        "type-name",        "a type or member has a name where none may be, lacks one, or has one that is not valid in C", HINT_TYPES) \
    X(TYPE_REFERENCE,   "type-reference",   "a type refers to one that does not exist, or that cannot stand there", HINT_TYPES) \
    X(TYPE_SIZE,        "type-size",        "a type has an impossible size", HINT_TYPES) \
    X(TYPE_MEMBER,      "type-member",      "a member lies outside of its structure, out of order, or over its neighbour", HINT_TYPES) \
    X(TYPE_CYCLE,       "type-cycle",       "a type contains itself", HINT_TYPES) \
    X(TYPE_DEPTH,       "type-depth",       "a type is nested deeper than the engine accepts", "use fewer levels of pointers, arrays and unnamed structures") \
    /* lines */ \
    X(EXT_HEADER,       "ext-header",       "the header of .BTF.ext is cut, of another version, or names parts outside of the section", HINT_LINES) \
    X(EXT_RECORD,       "ext-record",       "a record of .BTF.ext is cut or has an impossible size", HINT_LINES) \
    X(EXT_PLACE,        "ext-place",        "a record of .BTF.ext belongs to no code, or is out of order", HINT_LINES) \
    X(CORE_RELOCATION,  "core-relocation",  "the code has fields of structures that are to be found when it is loaded (CO-RE), which this engine does not do", "include the headers of the kernel that is meant, without preserve_access_index: types are compared when linking") \
    X(LINE_HEADER,      "line-header",      "the header of a line table is cut or has impossible values", HINT_LINES) \
    X(LINE_VERSION,     "line-version",     "a line table is of another version than DWARF 2 to 5", "compile with -gdwarf-4 or -gdwarf-5") \
    X(LINE_FORM,        "line-form",        "a file's name is given in a form that the engine does not know, or is none", HINT_LINES) \
    X(LINE_CUT,         "line-cut",         "the program of a line table is cut", HINT_LINES) \
    X(LINE_PLACE,       "line-place",       "a line belongs to no code, or to no file", HINT_LINES)
/* clang-format on */

enum object_rule {
    OBJECT_RULE_NONE,
#define X(id, ...) OBJECT_RULE_##id,
    OBJECT_RULES(X)
#undef X
        OBJECT_RULE_COUNT
};

#define OBJECT_SECTION_TEXT 32

/* Where and why an object was refused. */
struct object_refusal {
    enum object_rule rule;
    char section[OBJECT_SECTION_TEXT]; /* its name, cut and made printable; "file" when no section
                                          is known */
    uint64_t offset;                   /* into that section, or into the file */
};

/* A rule's name, sentence and hint. Never null; OBJECT_RULE_NONE is "none". */
const char *object_rule_name(enum object_rule rule);
const char *object_rule_sentence(enum object_rule rule);
const char *object_rule_hint(enum object_rule rule);

/* Fills in *why. A null section is the file. Gives false, so that a check can end with it. */
bool object_refuse(struct object_refusal *why, enum object_rule rule, const char *section,
                   uint64_t offset);

/* Writes "SECTION, offset 0x10: SENTENCE (RULE); HINT" as format_text does. */
int object_refusal_text(const struct object_refusal *why, char *into, size_t size);

#endif
