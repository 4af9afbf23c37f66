/* SPDX-License-Identifier: MIT */
/* internal.h -- what the parts of the loader share; for object*.c and lines*.c only. object.c
 * calls the parts in the order in which they stand here; each may rely on what those before it have
 * accepted. */
#ifndef ENGINE_OBJECT_PART_H
#define ENGINE_OBJECT_PART_H

#include "engine/object.h"
#include "engine/object/relocatable.h"

#define RELOCATION_BYTES 16

/* The kinds of relocations, with the numbers of LLVM and of the GNU assembler up to 2.41. */
enum {
    RELOC_64_64 = 1,
    RELOC_ABS64 = 2,
    RELOC_ABS32 = 3,
    RELOC_NODYLD32 = 4,
    RELOC_64_32 = 10,
    RELOC_GNU_DATA_32 = 11,
    RELOC_GNU_DATA_64 = 12
};

/* What a place to be relocated holds: see object_dialect.c. */
enum dialect { ADDEND_ALONE, ADDEND_AND_VALUE, DIALECT_UNKNOWN };

struct load {
    struct object *object;
    struct report *why;
    uint32_t names;   /* the section that names the sections */
    uint32_t symbols; /* the symbol table's section, or 0 */
    uint32_t symbol_count;
    uint32_t *number; /* one a symbol: that of an extern one, plus one */
    bool *called;     /* one a symbol: is that number an import's? */
    enum dialect dialect;
};

struct relocation {
    uint64_t offset;
    uint32_t type, symbol;
    uint32_t at; /* its own place in the section of relocations */
};

/* Refuses; the place is in section s. */
static inline bool object_refuse_at(struct load *load, enum rule rule,
                                    const struct object_section *s, uint64_t offset) {
    return report_refuse_at(load->why, rule, s->name, offset);
}

/* Refuses; the place is a field of the header of section s. */
static inline bool object_refuse_header(struct load *load, enum rule rule,
                                        const struct object_section *s, uint32_t field) {
    return report_refuse_at(load->why, rule, NULL, s->header_at + field);
}

/* object_file.c: the header and the table of sections. */
bool object_read_sections(struct load *load);
/* The first section of this name, or null. */
const struct object_section *object_section_named(const struct object *object, const char *name);

/* object_symbol.c: the symbol table; what the object defines. Wants the types. */
bool object_read_symbols(struct load *load);
struct symbol object_symbol(const struct load *load, uint32_t i);

/* object_dialect.c: which compiler wrote the relocations. */
enum dialect object_dialect(const struct load *load);

/* object_reloc.c: copies the code and relocates it; what the object wants from others. */
bool object_relocate(struct load *load);
/* The i-th entry of a section of relocations; its symbol exists if it is below symbol_count. */
struct relocation object_relocation(const struct object_section *relocations, uint32_t i);

/* lines.c: fills in object->line. */
bool object_read_lines(struct load *load);

#endif
