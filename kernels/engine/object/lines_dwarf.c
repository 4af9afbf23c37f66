/* SPDX-License-Identifier: MIT */
/* lines_dwarf.c -- runs the line number programs of .debug_line, DWARF 2 to 5 (DWARF 5,
 * section 6.2), of 32-bit DWARF. What a relocation gives is only the section of code that an
 * address lies in; the rest stands in place.
 *
 * Columns are left out: bpf-gcc 12, for whose sake this is here, writes each a row too late, so
 * that it belongs to another statement. clang's columns are in .BTF.ext. */
#include "engine/assert.h"
#include "engine/object/lines_part.h"

#include "lib/string.h"

enum standard_opcode {
    DO_EXTENDED,
    DO_COPY,
    DO_ADVANCE_PC,
    DO_ADVANCE_LINE,
    DO_SET_FILE,
    DO_SET_COLUMN,
    DO_NEGATE_STMT,
    DO_BASIC_BLOCK,
    DO_CONST_ADD_PC,
    DO_FIXED_ADVANCE_PC,
    DO_PROLOGUE_END,
    DO_EPILOGUE_BEGIN,
    DO_SET_ISA
};
enum { DO_END_SEQUENCE = 1, DO_SET_ADDRESS = 2, DO_DEFINE_FILE = 3 };
enum { CONTENT_PATH = 1 };
enum {
    FORM_DATA2 = 0x05,
    FORM_DATA4 = 0x06,
    FORM_DATA8 = 0x07,
    FORM_STRING = 0x08,
    FORM_BLOCK = 0x09,
    FORM_DATA1 = 0x0b,
    FORM_STRP = 0x0e,
    FORM_UDATA = 0x0f,
    FORM_DATA16 = 0x1e,
    FORM_LINE_STRP = 0x1f
};

/* One unit's table while it is read. `at` never passes `end`; reading past it sets `cut`, gives 0,
 * and stays. */
struct unit {
    struct load *load;
    const struct object_section *s, *relocations, *strings, *line_strings; /* or null */
    uint32_t next_relocation;
    uint64_t at, end;
    bool cut;

    uint16_t version;
    uint8_t insn_bytes, line_range, opcode_base;
    int8_t line_base;
    uint64_t opcode_lengths; /* where they stand */
    const char **file;
    uint64_t file_count;

    const struct object_section *code; /* where address lies; null before one is set */
    uint64_t address, file_number, line;
};

static bool refuse(struct unit *u, enum rule rule, uint64_t offset) {
    object_refuse_at(u->load, rule, u->s, offset);
    return false;
}

static bool take(struct unit *u, uint64_t n) {
    ENGINE_ASSERT(u->at <= u->end && u->end <= u->s->data.len, "at %llu of %llu",
                  (unsigned long long)u->at, (unsigned long long)u->end);
    if (u->cut || n > u->end - u->at) {
        u->cut = true;
        u->at = u->end;
        return false;
    }
    u->at += n;
    return true;
}

static uint8_t read_u8(struct unit *u) {
    return take(u, 1) ? u->s->data.at[u->at - 1] : 0;
}

static uint16_t read_u16(struct unit *u) {
    return take(u, 2) ? bytes_u16(u->s->data, u->at - 2) : 0;
}

static uint32_t read_u32(struct unit *u) {
    return take(u, 4) ? bytes_u32(u->s->data, u->at - 4) : 0;
}

/* LEB128; bits beyond 64 are dropped. */
static uint64_t read_leb(struct unit *u, bool is_signed) {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;
    do {
        byte = read_u8(u);
        if (shift < 64)
            value |= (uint64_t)(byte & 127) << shift;
        shift += 7;
    } while (byte & 128);
    if (is_signed && byte & 64 && shift < 64)
        value |= UINT64_MAX << shift;
    return value;
}

static const char *read_string(struct unit *u) {
    uint64_t start = u->at;
    while (read_u8(u))
        ;
    return u->cut ? "" : (const char *)u->s->data.at + start;
}

/* The string at an offset, read from the unit, into another section. Null if there is none. */
static const char *read_string_of(struct unit *u, const struct object_section *strings) {
    uint32_t offset = read_u32(u);
    return strings ? bytes_string(strings->data, offset, SIZE_MAX) : NULL;
}

/* Reads or skips a value. False where its form is not known; *string is null unless it is
 * a string. */
static bool read_form(struct unit *u, uint64_t form, const char **string) {
    *string = NULL;
    switch (form) {
    case FORM_STRING:
        *string = read_string(u);
        return true;
    case FORM_LINE_STRP:
        return (*string = read_string_of(u, u->line_strings));
    case FORM_STRP:
        return (*string = read_string_of(u, u->strings));
    case FORM_UDATA:
        read_leb(u, false);
        return true;
    case FORM_BLOCK:
        take(u, read_leb(u, false));
        return true;
    case FORM_DATA1:
        take(u, 1);
        return true;
    case FORM_DATA2:
        take(u, 2);
        return true;
    case FORM_DATA4:
        take(u, 4);
        return true;
    case FORM_DATA8:
        take(u, 8);
        return true;
    case FORM_DATA16:
        take(u, 16);
        return true;
    default:
        return false;
    }
}

/* Reads one entry of a table of directories or files; its format is the `formats` pairs at
 * `format_at`. */
static bool read_entry(struct unit *u, uint64_t format_at, uint8_t formats, const char **path) {
    struct unit format = *u;
    uint64_t start = u->at;
    format.at = format_at;
    *path = NULL;
    for (uint8_t i = 0; i < formats; i++) {
        const char *string;
        uint64_t content = read_leb(&format, false), form = read_leb(&format, false);
        if (!read_form(u, form, &string))
            return refuse(u, OBJECT_RULE_LINE_FORM, start);
        if (content == CONTENT_PATH && string)
            *path = string;
    }
    return true;
}

/* Reads a table of DWARF 5; keeps the paths if they are those of files. */
static bool read_entries(struct unit *u, bool keep) {
    uint64_t start = u->at;
    uint8_t formats = read_u8(u);
    uint64_t format_at = u->at;
    for (uint8_t i = 0; i < formats; i++) {
        read_leb(u, false);
        read_leb(u, false);
    }
    uint64_t count = read_leb(u, false);
    if (u->cut || count > u->end - u->at ||
        (count && !formats)) /* an entry takes a byte at least */
        return refuse(u, OBJECT_RULE_LINE_HEADER, start);
    if (keep) {
        u->file_count = count;
        u->file = arena_allocate(&u->load->object->arena, count, sizeof *u->file);
        if (!u->file)
            return refuse(u, RULE_NO_MEMORY, start);
    }
    for (uint64_t i = 0; i < count; i++) {
        const char *path;
        if (!read_entry(u, format_at, formats, &path))
            return false;
        if (keep)
            u->file[i] = path;
        if (u->cut)
            return refuse(u, OBJECT_RULE_LINE_HEADER, start);
    }
    return true;
}

/* Steps over a file of DWARF 2 to 4; false at the end of the list. */
static bool next_file(struct unit *u, const char **path) {
    *path = read_string(u);
    if (!**path)
        return false;
    for (unsigned i = 0; i < 3; i++) /* directory, time, length */
        read_leb(u, false);
    return true;
}

/* The tables of DWARF 2 to 4. Files are numbered from 1. */
static bool read_old_tables(struct unit *u) {
    const char *path;
    uint64_t start = u->at, count = 1;
    while (*read_string(u))
        ;
    uint64_t files = u->at;
    while (next_file(u, &path))
        count++;
    if (u->cut)
        return refuse(u, OBJECT_RULE_LINE_HEADER, start);
    u->at = files;
    u->file_count = count;
    u->file = arena_allocate(&u->load->object->arena, count, sizeof *u->file);
    if (!u->file)
        return refuse(u, RULE_NO_MEMORY, start);
    for (uint64_t i = 1; next_file(u, &path); i++) {
        ENGINE_ASSERT(i < count, "file %llu, of %llu that were counted", (unsigned long long)i,
                      (unsigned long long)count);
        u->file[i] = path;
    }
    return true;
}

/* Reads the header, from the version on; leaves `at` where the program starts. */
static bool read_header(struct unit *u) {
    uint64_t start = u->at;
    u->version = read_u16(u);
    if (u->cut || u->version < 2 || u->version > 5)
        return refuse(u, OBJECT_RULE_LINE_VERSION, start);
    uint8_t address_bytes = u->version == 5 ? read_u8(u) : 8,
            selector_bytes = u->version == 5 ? read_u8(u) : 0;
    if (address_bytes != 8 || selector_bytes != 0)
        return refuse(u, OBJECT_RULE_LINE_HEADER, start);
    uint32_t len = read_u32(u);
    uint64_t program = u->at + len;
    u->insn_bytes = read_u8(u);
    uint8_t operations = u->version >= 4 ? read_u8(u) : 1;
    read_u8(u); /* whether rows begin statements: all do for us */
    u->line_base = (int8_t)read_u8(u);
    u->line_range = read_u8(u);
    u->opcode_base = read_u8(u);
    u->opcode_lengths = u->at;
    take(u, u->opcode_base ? u->opcode_base - 1u : 0);
    if (u->cut || program > u->end || program < u->at || operations != 1 || !u->line_range ||
        !u->opcode_base)
        return refuse(u, OBJECT_RULE_LINE_HEADER, start);
    uint64_t end = u->end;
    u->end = program; /* the tables end where the program begins */
    if (u->version == 5 ? !read_entries(u, false) || !read_entries(u, true) : !read_old_tables(u))
        return false;
    u->at = program;
    u->end = end;
    return true;
}

/* The address that stands at `at` in the section, with the section of code that its relocation
 * names. */
static bool set_address(struct unit *u, uint64_t at) {
    const struct object *o = u->load->object;
    uint32_t count = u->relocations ? (uint32_t)(u->relocations->data.len / RELOCATION_BYTES) : 0;
    while (u->next_relocation < count &&
           object_relocation(u->relocations, u->next_relocation).offset < at)
        u->next_relocation++;
    struct relocation r = {0};
    if (u->next_relocation < count)
        r = object_relocation(u->relocations, u->next_relocation);
    if (r.offset != at || r.symbol >= u->load->symbol_count)
        return refuse(u, OBJECT_RULE_LINE_PLACE, at);
    struct symbol y = object_symbol(u->load, r.symbol);
    if (!y.section || y.section >= o->section_count || o->section[y.section].role != ROLE_CODE)
        return refuse(u, OBJECT_RULE_LINE_PLACE, at);
    u->code = &o->section[y.section];
    u->address = bytes_u64(u->s->data, at) + (u->load->dialect == ADDEND_AND_VALUE ? 0 : y.value);
    return true;
}

/* A row of the table: from here on instructions come from this line; or, at the end of a sequence,
 * from none. */
static bool emit(struct unit *u, uint64_t at, bool end) {
    if (end && u->code && u->address == u->code->data.len)
        return true;
    if (!u->code || u->address >= u->code->data.len || u->address % INSN_BYTES ||
        u->file_number >= u->file_count)
        return refuse(u, OBJECT_RULE_LINE_PLACE, at);
    struct line *line = line_for(u->load, u->code, u->address);
    if (end) {
        if (line->state == LINE_UNKNOWN)
            line->state = LINE_ENDS;
        return true;
    }
    if (!u->file[u->file_number])
        return refuse(u, OBJECT_RULE_LINE_PLACE, at);
    *line = (struct line){
        .file = u->file[u->file_number],
        .number = (uint32_t)u->line,
        .state = LINE_STARTS,
    };
    return true;
}

static void reset(struct unit *u) {
    u->code = NULL;
    u->address = 0;
    u->file_number = u->line = 1;
}

static bool run_extended(struct unit *u, uint64_t start) {
    uint64_t len = read_leb(u, false), end = u->at + len;
    if (u->cut || len == 0 || len > u->end - u->at)
        return refuse(u, OBJECT_RULE_LINE_CUT, start);
    switch (read_u8(u)) {
    case DO_END_SEQUENCE:
        if (!emit(u, start, true))
            return false;
        reset(u);
        break;
    case DO_SET_ADDRESS:
        if (len != 9)
            return refuse(u, OBJECT_RULE_LINE_CUT, start);
        if (!set_address(u, u->at))
            return false;
        break;
    case DO_DEFINE_FILE:
        return refuse(u, OBJECT_RULE_LINE_FORM, start);
    default:
        break;
    }
    u->at = end;
    return true;
}

static bool run_standard(struct unit *u, uint8_t opcode, uint64_t start) {
    switch (opcode) {
    case DO_COPY:
        return emit(u, start, false);
    case DO_ADVANCE_PC:
        u->address += read_leb(u, false) * u->insn_bytes;
        return true;
    case DO_ADVANCE_LINE:
        u->line += read_leb(u, true);
        return true;
    case DO_SET_FILE:
        u->file_number = read_leb(u, false);
        return true;
    case DO_CONST_ADD_PC:
        u->address += (uint64_t)((255 - u->opcode_base) / u->line_range) * u->insn_bytes;
        return true;
    case DO_FIXED_ADVANCE_PC:
        u->address += read_u16(u);
        return true;
    default: /* those that change nothing for us, and those of later versions */
        for (uint8_t i = u->s->data.at[u->opcode_lengths + opcode - 1]; i > 0; i--)
            read_leb(u, false);
        return true;
    }
}

static bool run_program(struct unit *u) {
    reset(u);
    while (u->at < u->end) {
        uint64_t start = u->at;
        uint8_t opcode = read_u8(u);
        bool fits;
        if (opcode >= u->opcode_base) {
            uint8_t step = opcode - u->opcode_base;
            u->address += (uint64_t)(step / u->line_range) * u->insn_bytes;
            u->line += (uint64_t)(int64_t)(u->line_base + step % u->line_range);
            fits = emit(u, start, false);
        } else if (opcode == DO_EXTENDED) {
            fits = run_extended(u, start);
        } else {
            fits = run_standard(u, opcode, start);
        }
        if (!fits)
            return false;
        if (u->cut)
            return refuse(u, OBJECT_RULE_LINE_CUT, start);
    }
    return true;
}

bool lines_read_dwarf(struct load *load, bool *found) {
    const struct object *o = load->object;
    const struct object_section *s = object_section_named(o, ".debug_line");
    if (!s || s->type != SECTION_PROGBITS)
        return true;
    struct unit u = {
        .load = load,
        .s = s,
        .strings = object_section_named(o, ".debug_str"),
        .line_strings = object_section_named(o, ".debug_line_str"),
    };
    if (s->relocations)
        u.relocations = &o->section[s->relocations];
    while (u.at < s->data.len) {
        uint64_t start = u.at;
        u.end = s->data.len;
        uint32_t len = read_u32(&u);
        if (u.cut || len > u.end - u.at)
            return refuse(&u, OBJECT_RULE_LINE_HEADER, start);
        u.end = u.at + len;
        if (!read_header(&u) || !run_program(&u))
            return false;
        *found = true;
    }
    return true;
}
