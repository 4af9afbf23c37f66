/* SPDX-License-Identifier: MIT */
/* engine_whole.h -- an object made by hand that breaks no rule. Every byte's place is known, so
 * that each attack can change a few of them. */
#ifndef TESTS_ENGINE_WHOLE_H
#define TESTS_ENGINE_WHOLE_H

#include "engine_made.h"

static const uint8_t made_text[] = {
    0xb7, 0, 0, 0, 1, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0, /* helper */
    0xb7, 0, 0, 0, 2, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0, /* other */
};
static const uint8_t made_prog[] = {
    0x18, 1,    0, 0, 4,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, /* 0: .data + 4 */
    0x85, 0x10, 0, 0, 0xff, 0xff, 0xff, 0xff,                         /* 16: helper */
    0x85, 0x10, 0, 0, 0xff, 0xff, 0xff, 0xff,                         /* 24: wanted_function */
    0x18, 2,    0, 0, 0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0, /* 32: wanted_variable */
    0x95, 0,    0, 0, 0,    0,    0,    0,                            /* 48 */
};
static const uint8_t made_data[16] = {0};
static const char made_strings[] =
    "\0helper\0other\0main\0value\0wanted_function\0wanted_variable\0maps\0x";
enum {
    NAME_HELPER = 1,
    NAME_OTHER = 8,
    NAME_MAIN = 14,
    NAME_VALUE = 19,
    NAME_WANTED_FUNCTION = 25,
    NAME_WANTED_VARIABLE = 41,
    NAME_MAPS = 57
};
enum { IN_TEXT = 1, IN_PROG, IN_DATA, IN_BSS, IN_SYMTAB, IN_STRTAB };
enum {
    SYMBOL_HELPER = 1,
    SYMBOL_OTHER,
    SYMBOL_MAIN,
    SYMBOL_DATA,
    SYMBOL_VALUE,
    SYMBOL_WANTED_F,
    SYMBOL_WANTED_V,
    SYMBOLS
};
static uint8_t made_symbols[SYMBOLS * 24], made_prog_relocs[4 * 16], made_data_relocs[16];

static inline void make_symbol(unsigned i, uint32_t name, uint8_t info, uint16_t section,
                               uint64_t value, uint64_t size) {
    uint8_t *y = made_symbols + i * 24;
    put(y, 4, name);
    y[4] = info;
    put(y + 6, 2, section);
    put(y + 8, 8, value);
    put(y + 16, 8, size);
}

static inline void make_reloc(uint8_t *r, uint64_t offset, uint32_t type, uint32_t symbol) {
    put(r, 8, offset);
    put(r + 8, 4, type);
    put(r + 12, 4, symbol);
}

static inline void make_good(struct made *m) {
    static const struct part parts[] = {
        {".text", 1, 6, 0, 0, 8, made_text, sizeof made_text, 0},
        {"prog", 1, 6, 0, 0, 8, made_prog, sizeof made_prog, 0},
        {".data", 1, 3, 0, 0, 8, made_data, sizeof made_data, 0},
        {".bss", 8, 3, 0, 0, 32, NULL, 0, 64},
        {".symtab", 2, 0, IN_STRTAB, 1, 8, made_symbols, sizeof made_symbols, 0},
        {".strtab", 3, 0, 0, 0, 1, made_strings, sizeof made_strings, 0},
        {".relprog", 9, 0x40, IN_SYMTAB, IN_PROG, 8, made_prog_relocs, sizeof made_prog_relocs, 0},
        {".rel.data", 9, 0x40, IN_SYMTAB, IN_DATA, 8, made_data_relocs, sizeof made_data_relocs, 0},
    };
    make_symbol(SYMBOL_HELPER, NAME_HELPER, 0x12, IN_TEXT, 0, 16);
    make_symbol(SYMBOL_OTHER, NAME_OTHER, 0x12, IN_TEXT, 16, 16);
    make_symbol(SYMBOL_MAIN, NAME_MAIN, 0x12, IN_PROG, 0, 56);
    make_symbol(SYMBOL_DATA, 0, 3, IN_DATA, 0, 0);
    make_symbol(SYMBOL_VALUE, NAME_VALUE, 0x11, IN_DATA, 8, 8);
    make_symbol(SYMBOL_WANTED_F, NAME_WANTED_FUNCTION, 0x10, 0, 0, 0);
    make_symbol(SYMBOL_WANTED_V, NAME_WANTED_VARIABLE, 0x20, 0, 0, 0);
    make_reloc(made_prog_relocs, 0, 1, SYMBOL_DATA);
    make_reloc(made_prog_relocs + 16, 16, 10, SYMBOL_HELPER);
    make_reloc(made_prog_relocs + 32, 24, 10, SYMBOL_WANTED_F);
    make_reloc(made_prog_relocs + 48, 32, 1, SYMBOL_WANTED_V);
    make_reloc(made_data_relocs, 0, 2, SYMBOL_OTHER);
    make_object(m, parts, sizeof parts / sizeof *parts, IN_STRTAB - 1);
}

static inline bool open_made(struct made *m, struct report *why) {
    struct account account;
    struct hooks hooks = account_hooks(&account);
    struct object o;
    uint8_t *exact = malloc(m->len);
    memcpy(exact, m->bytes, m->len);
    bool fits = object_open(&o, &hooks, exact, m->len, why);
    if (fits)
        object_close(&o);
    free(exact);
    if (account.live)
        abort();
    return fits;
}

#endif
