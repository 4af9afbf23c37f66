/* SPDX-License-Identifier: MIT */
/* relocatable.h -- the form of ELF64 relocatable objects (System V gABI, chapter 4), which the
 * loaders of object.h and of native.h read. */
#ifndef ENGINE_RELOCATABLE_H
#define ENGINE_RELOCATABLE_H

#include "engine/base/report.h"
#include "engine/bytes.h"

enum {
    SECTION_PROGBITS = 1,
    SECTION_SYMTAB = 2,
    SECTION_STRTAB = 3,
    SECTION_RELA = 4,
    SECTION_NOBITS = 8,
    SECTION_REL = 9
};
enum {
    FLAG_WRITE = 1,
    FLAG_ALLOC = 2,
    FLAG_EXECUTE = 4,
    FLAG_TLS = 0x400,
    FLAG_COMPRESSED = 0x800
};
enum { SYMBOL_NOTYPE, SYMBOL_OBJECT, SYMBOL_FUNC, SYMBOL_SECTION, SYMBOL_FILE };
enum { BIND_LOCAL, BIND_GLOBAL, BIND_WEAK };
enum { /* fields of the file's header */
       IN_FILE_TYPE = 16,
       IN_FILE_MACHINE = 18,
       IN_FILE_SECTIONS = 40,
       IN_FILE_SECTION_BYTES = 58,
       IN_FILE_SECTION_COUNT = 60,
       IN_FILE_NAMES = 62,
       FILE_HEADER_BYTES = 64
};
enum { /* fields of a section header */
       IN_HEADER_NAME = 0,
       IN_HEADER_TYPE = 4,
       IN_HEADER_FLAGS = 8,
       IN_HEADER_OFFSET = 24,
       IN_HEADER_SIZE = 32,
       IN_HEADER_LINK = 40,
       IN_HEADER_INFO = 44,
       IN_HEADER_ALIGN = 48,
       SECTION_HEADER_BYTES = 64
};
enum { /* fields of a symbol */
       IN_SYMBOL_NAME = 0,
       IN_SYMBOL_INFO = 4,
       IN_SYMBOL_SECTION = 6,
       IN_SYMBOL_VALUE = 8,
       IN_SYMBOL_SIZE = 16,
       SYMBOL_BYTES = 24
};
#define SECTION_ALIGN_MAX 4096
#define SECTION_ABSOLUTE  0xfff1u

struct symbol {
    const char *name;
    uint8_t type, bind;
    uint32_t section; /* 0: defined elsewhere */
    uint64_t value, size;
};

/* The i-th symbol of a table whose names are in `names`; both have been found to hold it. */
struct symbol symbol_read(struct bytes table, struct bytes names, uint32_t i);

/* What an object must be, and the rules that it breaks where it is not. */
struct relocatable {
    uint16_t machine;
    enum rule not_elf, not_object, other_machine, section_align, section_bounds;
};

/* Is it such an object? False, with *why set. */
bool relocatable_check(const struct relocatable *want, struct bytes file, struct report *why);

/* What the section whose header is at `at` holds: nothing where it has no bytes in the file. False,
 * with *why set, when its alignment is none or its bytes lie outside. */
bool relocatable_section(const struct relocatable *want, struct bytes file, uint64_t at,
                         struct bytes *data, struct report *why);

#endif
