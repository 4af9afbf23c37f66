/* SPDX-License-Identifier: MIT */
/* lines_btf.c -- the line_info of .BTF.ext (docs.kernel.org/bpf/btf.html, section 4.2): for each
 * section of code its records, ascending. bpf-gcc writes the header alone. Relocations of fields
 * (CO-RE), which stand there too, are refused: ignored, the code would run with the offsets of the
 * kernel that it was compiled for. */
#include "engine/object/lines_part.h"
#include "engine/assert.h"

#include "lib/string.h"

enum { MAGIC = 0xeb9f, VERSION = 1, HEADER_BYTES = 24, RECORD_BYTES = 16, GROUP_BYTES = 8 };
enum { IN_HEADER_BYTES = 4, IN_LINES = 16, IN_LINES_LEN = 20, IN_CORE_LEN = 28 };

struct reader {
    struct load *load;
    const struct object_section *ext;
    struct bytes strings; /* of .BTF */
    uint64_t at, end;     /* what is left of the lines, in ext */
    uint32_t record_bytes;
};

static bool refuse(struct reader *r, enum rule rule, uint64_t offset) {
    object_refuse_at(r->load, rule, r->ext, offset);
    return false;
}

/* Finds the lines; none if at == end. */
static bool open_header(struct reader *r) {
    struct bytes s = r->ext->data;
    if (!bytes_has(s, 0, HEADER_BYTES) || bytes_u16(s, 0) != MAGIC)
        return refuse(r, OBJECT_RULE_EXT_HEADER, 0);
    if (s.at[2] != VERSION || s.at[3] != 0)
        return refuse(r, OBJECT_RULE_EXT_HEADER, 2);
    uint32_t header = bytes_u32(s, IN_HEADER_BYTES), len = bytes_u32(s, IN_LINES_LEN);
    if (header < HEADER_BYTES || header > s.len)
        return refuse(r, OBJECT_RULE_EXT_HEADER, IN_HEADER_BYTES);
    r->at = header + (uint64_t)bytes_u32(s, IN_LINES);
    if (!bytes_has(s, r->at, len))
        return refuse(r, OBJECT_RULE_EXT_HEADER, IN_LINES);
    r->end = r->at + len;
    if (len == 0)
        return true;
    if (len < 4)
        return refuse(r, OBJECT_RULE_EXT_RECORD, r->at);
    r->record_bytes = bytes_u32(s, r->at);
    if (r->record_bytes < RECORD_BYTES || r->record_bytes % 4)
        return refuse(r, OBJECT_RULE_EXT_RECORD, r->at);
    r->at += 4;
    return true;
}

/* A header that is long enough to tell of them may tell that there are none. */
static bool has_core_relocations(struct bytes s) {
    if (!bytes_has(s, 0, IN_CORE_LEN + 4))
        return false;
    uint32_t header = bytes_u32(s, IN_HEADER_BYTES);
    return header >= IN_CORE_LEN + 4 && header <= s.len && bytes_u32(s, IN_CORE_LEN);
}

static bool read_record(struct reader *r, const struct object_section *s, uint64_t *last) {
    struct bytes ext = r->ext->data;
    ENGINE_ASSERT(r->at <= r->end && r->record_bytes <= r->end - r->at, "a record at %llu of %llu",
                  (unsigned long long)r->at, (unsigned long long)r->end);
    uint32_t offset = bytes_u32(ext, r->at), file = bytes_u32(ext, r->at + 4),
             text = bytes_u32(ext, r->at + 8);
    uint32_t line = bytes_u32(ext, r->at + 12);
    if (offset % INSN_BYTES || offset >= s->data.len || offset < *last)
        return refuse(r, OBJECT_RULE_EXT_PLACE, r->at);
    if (file >= r->strings.len || text >= r->strings.len)
        return refuse(r, OBJECT_RULE_EXT_RECORD, r->at + 4);
    *last = offset;
    *line_for(r->load, s, offset) = (struct line){
        .file = (const char *)r->strings.at + file,
        .text = text ? (const char *)r->strings.at + text : NULL,
        .number = line >> 10,
        .column = line & 1023,
        .state = LINE_STARTS,
    };
    r->at += r->record_bytes;
    return true;
}

/* The records of one section. */
static bool read_group(struct reader *r, bool *seen) {
    const struct object *o = r->load->object;
    if (r->end - r->at < GROUP_BYTES)
        return refuse(r, OBJECT_RULE_EXT_RECORD, r->at);
    uint32_t name = bytes_u32(r->ext->data, r->at), count = bytes_u32(r->ext->data, r->at + 4);
    if (count == 0 || count > (r->end - r->at - GROUP_BYTES) / r->record_bytes)
        return refuse(r, OBJECT_RULE_EXT_RECORD, r->at + 4);
    const struct object_section *s =
        name < r->strings.len ? object_section_named(o, (const char *)r->strings.at + name) : NULL;
    if (!s || s->role != ROLE_CODE || seen[s - o->section])
        return refuse(r, OBJECT_RULE_EXT_PLACE, r->at);
    seen[s - o->section] = true;
    r->at += GROUP_BYTES;
    uint64_t last = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!read_record(r, s, &last))
            return false;
    return true;
}

bool lines_read_btf(struct load *load, bool *found) {
    struct object *o = load->object;
    struct reader r = {.load = load, .ext = object_section_named(o, ".BTF.ext")};
    bool *seen = arena_allocate(&o->arena, o->section_count, sizeof *seen);
    if (!seen)
        return report_refuse_at(load->why, RULE_NO_MEMORY, NULL, 0);
    if (!r.ext || r.ext->type != SECTION_PROGBITS)
        return true;
    if (has_core_relocations(r.ext->data))
        return refuse(&r, OBJECT_RULE_CORE_RELOCATION, IN_CORE_LEN);
    if (!o->has_types)
        return true;
    r.strings = bytes_cut(o->btf.section, o->btf.strings_at, o->btf.strings_len);
    if (!open_header(&r))
        return false;
    while (r.at < r.end) {
        if (!read_group(&r, seen))
            return false;
        *found = true;
    }
    return true;
}
