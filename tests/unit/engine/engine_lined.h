/* SPDX-License-Identifier: MIT */
/* engine_lined.h -- objects made by hand with line information: .debug_line of any version, and
 * .BTF.ext. */
#ifndef TESTS_ENGINE_LINED_H
#define TESTS_ENGINE_LINED_H

#include "engine_made.h"

/* Objects made by hand: 16 slots in "prog", 4 in ".text", and line information to taste. */

static uint8_t made_code[16 * 8], made_text[4 * 8];
static const char made_strings[] = "\0prog_function";
static uint8_t made_symbols[4 * 24], made_relocs[8 * 16];
enum { IN_PROG = 1, IN_TEXT, IN_SYMTAB, IN_STRTAB, IN_DEBUG, IN_RELOCS, IN_TYPES, IN_EXT };

struct source {
    uint8_t debug[1024];
    size_t debug_len, relocs;
    uint8_t *types;
    size_t types_len;
    uint8_t ext[512];
    size_t ext_len;
    const char *debug_strings;
    size_t debug_strings_len;
};

static inline void make_lined(struct made *m, const struct source *s) {
    const struct part parts[] = {
        {"prog", 1, 6, 0, 0, 8, made_code, sizeof made_code, 0},
        {".text", 1, 6, 0, 0, 8, made_text, sizeof made_text, 0},
        {".symtab", 2, 0, IN_STRTAB, 1, 8, made_symbols, sizeof made_symbols, 0},
        {".strtab", 3, 0, 0, 0, 1, made_strings, sizeof made_strings, 0},
        {s->debug_len ? ".debug_line" : ".none1", 1, 0, 0, 0, 1, s->debug, s->debug_len, 0},
        {".rel.debug_line", 9, 0, IN_SYMTAB, IN_DEBUG, 8, made_relocs, s->relocs * 16, 0},
        {s->types ? ".BTF" : ".none2", 1, 0, 0, 0, 1, s->types, s->types ? s->types_len : 0, 0},
        {s->ext_len ? ".BTF.ext" : ".none3", 1, 0, 0, 0, 1, s->ext, s->ext_len, 0},
        {".debug_line_str", 1, 0, 0, 0, 1, s->debug_strings, s->debug_strings_len, 0},
    };
    static struct part kept[sizeof parts / sizeof *parts];
    for (unsigned i = 0; i < 16; i++)
        made_code[i * 8] = 0x95;
    for (unsigned i = 0; i < 4; i++)
        made_text[i * 8] = 0x95;
    uint8_t *y = made_symbols + 24; /* 1: section prog, 2: section .text, 3: prog_function */
    y[4] = 3, y[6] = IN_PROG;
    y[24 + 4] = 3, y[24 + 6] = IN_TEXT;
    put(y + 48, 4, 1);
    y[48 + 4] = 0x12, y[48 + 6] = IN_PROG;
    put(y + 48 + 8, 8, 64);
    put(y + 48 + 16, 8, 64);
    memcpy(kept, parts, sizeof parts);
    make_object(m, kept, sizeof parts / sizeof *parts, IN_STRTAB - 1);
}

/* DWARF. */

static inline void debug_byte(struct source *s, uint8_t byte) {
    s->debug[s->debug_len++] = byte;
}

static inline void debug_bytes(struct source *s, const void *bytes, size_t n) {
    memcpy(s->debug + s->debug_len, bytes, n);
    s->debug_len += n;
}

static inline void debug_number(struct source *s, unsigned width, uint64_t value) {
    put(s->debug + s->debug_len, width, value);
    s->debug_len += width;
}

static inline void debug_address(struct source *s, uint32_t symbol, uint64_t offset) {
    debug_bytes(s, "\0\011\002", 3);
    put(made_relocs + s->relocs * 16, 8, s->debug_len);
    put(made_relocs + s->relocs * 16 + 8, 4, 2);
    put(made_relocs + s->relocs++ * 16 + 12, 4, symbol);
    debug_number(s, 8, offset);
}

/* The tables of one unit: the files one.c and two.c, which are numbers 1 and 2. */
static inline void debug_tables(struct source *s, unsigned version) {
    if (version < 5) {
        debug_bytes(s, "dir\0", 5);
        debug_bytes(s, "one.c\0\001\200\001\003", 10);
        debug_bytes(s, "two.c\0\001\0\0", 9);
        debug_byte(s, 0);
        return;
    }
    debug_bytes(s, "\001\001\010\001dir\0", 8); /* directories: path as a string */
    /* files: path in .debug_line_str, data1, data16, data4, data8 */
    debug_bytes(s, "\005\001\037\002\013\005\036\004\006\003\007\003", 12);
    for (unsigned i = 0; i < 3; i++) {
        debug_number(s, 4, i < 2 ? 1 : 7);
        debug_number(s, 1, 0);
        debug_number(s, 8, 0);
        debug_number(s, 8, 0);
        debug_number(s, 4, 0);
        debug_number(s, 8, 0);
    }
}

static inline void debug_unit(struct source *s, unsigned version) {
    *s = (struct source){.debug_strings = "\0one.c\0two.c", .debug_strings_len = 13};
    debug_number(s, 4, 0);
    debug_number(s, 2, version);
    if (version == 5)
        debug_bytes(s, "\010\0", 2);
    size_t header_len = s->debug_len;
    debug_number(s, 4, 0);
    debug_byte(s, 8); /* bytes of an instruction */
    if (version >= 4)
        debug_byte(s, 1);
    debug_bytes(s, "\001\375\171\015",
                4); /* statements; line base -3, range 121; 12 standard opcodes */
    debug_bytes(s, "\0\001\001\001\001\0\0\0\001\0\0\001", 12);
    debug_tables(s, version);
    put(s->debug + header_len, 4, s->debug_len - header_len - 4);

    debug_address(s, 1, 8);
    debug_bytes(s, "\003\011\005\007\001", 5); /* line += 9, column 7, copy: slot 1 is one.c:10:7 */
    debug_byte(s, 13 + 3 + 2 + 121);           /* special: pc += 1, line += 2 */
    debug_bytes(s, "\010\004\002\001", 4); /* const_add_pc: 2; file 2, copy: slot 4 is two.c:12 */
    debug_bytes(s, "\011\010\0\006\007\012\013\014\001\003\177\001",
                12); /* fixed pc + 8; five that do nothing; line - 1; copy: slot 5 is two.c:11 */
    debug_bytes(s, "\002\001", 2);       /* pc += 1 */
    debug_bytes(s, "\0\002\004\011", 4); /* set_discriminator: skipped */
    debug_bytes(s, "\0\001\001", 3);     /* the sequence ends at slot 6 */
    debug_address(s, 2, 16);
    debug_bytes(s, "\001\002\002\0\001\001", 6); /* .text slot 2 is one.c:1; ends at the end */
    debug_address(s, 3, 0);
    debug_bytes(s, "\003\343\0\001\002\002\0\001\001",
                9); /* prog_function, so slot 8, is one.c:100; ends at slot 10 */
    put(s->debug, 4, s->debug_len - 4);
}

/* .BTF.ext. */

enum {
    EXT_HEADER = 24,
    EXT_FIRST = EXT_HEADER + 4,
    EXT_RECORDS = EXT_FIRST + 8,
    EXT_SECOND = EXT_RECORDS + 48
};

static inline void make_ext(struct source *s) {
    static struct blob b;
    b = (struct blob){0};
    *s = (struct source){.debug_strings = "", .debug_strings_len = 1};
    blob_int(&b, "int", 4, 1);
    uint32_t file = blob_name(&b, "three.c"), prog = blob_name(&b, "prog"),
             text = blob_name(&b, ".text");
    uint32_t source = blob_name(&b, "    return 3;");
    s->types = blob_section(&b, &s->types_len);
    const uint32_t words[] = {0x1eb9f,
                              EXT_HEADER,
                              0,
                              0,
                              0,
                              4 + 8 + 48 + 8 + 16,
                              16,
                              prog,
                              3,
                              0,
                              file,
                              source,
                              7u << 10 | 5,
                              16,
                              file,
                              0,
                              8u << 10,
                              24,
                              file,
                              source,
                              0,
                              text,
                              1,
                              8,
                              file,
                              source,
                              1u << 10 | 1023};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        put(s->ext + 4 * i, 4, words[i]);
    s->ext_len = sizeof words;
}

#endif
