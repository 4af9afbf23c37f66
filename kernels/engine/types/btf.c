/* SPDX-License-Identifier: MIT */
/* btf.c -- finds the types in .BTF and reads them. The first pass, here, learns where each
 * record starts and that it is whole; the second, in btf_check.c, that what the records say
 * makes sense. */
#include "engine/types/btf.h"

#include "engine/assert.h"
#include "engine/types/btf_record.h"
#include "engine/base/sort.h"
#include "lib/string.h"

enum { HEADER_BYTES = 24, MAGIC = 0xeb9f, VERSION = 1 };

const struct btf_layout btf_layout[BTF_KIND_COUNT] = {
    [BTF_INT] = {4, 0},      [BTF_ARRAY] = {12, 0},   [BTF_STRUCT] = {0, 12},
    [BTF_UNION] = {0, 12},   [BTF_ENUM] = {0, 8},     [BTF_FUNC_PROTO] = {0, 8},
    [BTF_VAR] = {4, 0},      [BTF_DATASEC] = {0, 12}, [BTF_ENUM64] = {0, 12},
    [BTF_DECL_TAG] = {4, 0},
};

static bool refuse(struct report *why, enum rule rule, uint64_t offset) {
    return report_refuse_at(why, rule, BTF_SECTION, offset);
}

/* Finds the parts that the header names. *types_at and *types_len lie in the section. */
static bool open_header(struct btf *btf, uint32_t *types_at, uint32_t *types_len,
                        struct report *why) {
    struct bytes s = btf->section;
    if (s.len > BTF_BYTES_MAX)
        return refuse(why, OBJECT_RULE_TYPE_COUNT, BTF_BYTES_MAX);
    if (!bytes_has(s, 0, HEADER_BYTES) || bytes_u16(s, 0) != MAGIC)
        return refuse(why, OBJECT_RULE_TYPE_HEADER, 0);
    if (s.at[2] != VERSION || s.at[3] != 0)
        return refuse(why, OBJECT_RULE_TYPE_HEADER, 2);
    uint32_t header = bytes_u32(s, 4);
    if (header < HEADER_BYTES || header > s.len || header % 4)
        return refuse(why, OBJECT_RULE_TYPE_HEADER, 4);
    uint64_t types = header + (uint64_t)bytes_u32(s, 8),
             strings = header + (uint64_t)bytes_u32(s, 16);
    *types_len = bytes_u32(s, 12);
    btf->strings_len = bytes_u32(s, 20);
    if (types % 4 || !bytes_has(s, types, *types_len))
        return refuse(why, OBJECT_RULE_TYPE_HEADER, 8);
    if (!bytes_has(s, strings, btf->strings_len))
        return refuse(why, OBJECT_RULE_TYPE_HEADER, 16);
    if (types < strings + btf->strings_len && strings < types + *types_len)
        return refuse(why, OBJECT_RULE_TYPE_HEADER, 16);
    if (!btf->strings_len || s.at[strings] || s.at[strings + btf->strings_len - 1])
        return refuse(why, OBJECT_RULE_TYPE_STRINGS, strings);
    *types_at = (uint32_t)types;
    btf->strings_at = (uint32_t)strings;
    return true;
}

/* Steps over the record at `at`, which must end by `end`; gives the next one's place, or 0 with
 * *why set. */
static uint32_t next_record(const struct btf *btf, uint32_t at, uint32_t end, struct report *why) {
    if (end - at < BTF_HEAD) {
        refuse(why, OBJECT_RULE_TYPE_CUT, at);
        return 0;
    }
    uint32_t info = bytes_u32(btf->section, at + 4), kind = info >> 24 & 31;
    if (kind == BTF_VOID || kind >= BTF_KIND_COUNT) {
        refuse(why, OBJECT_RULE_TYPE_KIND, at + 4);
        return 0;
    }
    uint32_t bytes = BTF_HEAD + btf_layout[kind].once + (info & 0xffff) * btf_layout[kind].each;
    if (end - at < bytes) {
        refuse(why, OBJECT_RULE_TYPE_CUT, at);
        return 0;
    }
    return at + bytes;
}

static bool index_types(struct btf *btf, struct arena *arena, uint32_t at, uint32_t len,
                        struct report *why) {
    uint32_t next, end = at + len;
    for (uint32_t i = at; i < end; i = next, btf->count++) {
        if (btf->count == BTF_TYPES_MAX)
            return refuse(why, OBJECT_RULE_TYPE_COUNT, i);
        if (!(next = next_record(btf, i, end, why)))
            return false;
    }
    btf->at = arena_allocate(arena, btf->count + 1, sizeof *btf->at);
    if (!btf->at)
        return refuse(why, RULE_NO_MEMORY, 0);
    for (uint32_t id = 1; id <= btf->count; id++) {
        btf->at[id] = at;
        at = next_record(btf, at, end, why);
    }
    ENGINE_ASSERT(at == end, "%u types end at %u, and not %u", btf->count, at, end);
    return true;
}

/* Order of by_name. */
static int compare(const struct btf_type *a, enum btf_kind kind, const char *name) {
    int order = strcmp(a->name, name);
    return order ? order : (int)a->kind - (int)kind;
}

static bool is_before(const void *of, uint32_t a, uint32_t b) {
    struct btf_type x = btf_type(of, a), y = btf_type(of, b);
    int order = compare(&x, y.kind, y.name);
    return order ? order < 0 : a < b;
}

static bool index_names(struct btf *btf, struct arena *arena, struct report *why) {
    btf->by_name = arena_allocate(arena, btf->count, sizeof *btf->by_name);
    if (!btf->by_name)
        return refuse(why, RULE_NO_MEMORY, 0);
    for (uint32_t id = 1; id <= btf->count; id++)
        if (*btf_type(btf, id).name)
            btf->by_name[btf->named++] = id;
    sort_numbers(btf->by_name, btf->named, is_before, btf);
    return true;
}

bool btf_open(struct btf *btf, struct arena *arena, struct bytes section, struct report *why) {
    uint32_t types_at = 0, types_len = 0;
    *btf = (struct btf){.section = section};
    return open_header(btf, &types_at, &types_len, why) &&
           index_types(btf, arena, types_at, types_len, why) && btf_check(btf, arena, why) &&
           index_names(btf, arena, why);
}

static const char *name_at(const struct btf *btf, uint32_t offset) {
    return (const char *)btf->section.at + btf->strings_at + offset;
}

struct btf_type btf_type(const struct btf *btf, uint32_t id) {
    if (id == 0)
        return (struct btf_type){.kind = BTF_VOID, .name = ""};
    ENGINE_ASSERT(id <= btf->count, "type %u of %u", id, btf->count);
    uint32_t at = btf->at[id], info = bytes_u32(btf->section, at + 4);
    return (struct btf_type){
        .id = id,
        .kind = (enum btf_kind)(info >> 24 & 31),
        .flag = info >> 31,
        .len = (uint16_t)info,
        .type_size = bytes_u32(btf->section, at + 8),
        .name = name_at(btf, bytes_u32(btf->section, at)),
    };
}

struct btf_array btf_array(const struct btf *btf, const struct btf_type *t) {
    uint32_t at = btf_part(btf, t, 0);
    return (struct btf_array){bytes_u32(btf->section, at), bytes_u32(btf->section, at + 4),
                              bytes_u32(btf->section, at + 8)};
}

struct btf_integer btf_integer(const struct btf *btf, const struct btf_type *t) {
    uint32_t word = bytes_u32(btf->section, btf_part(btf, t, 0));
    return (struct btf_integer){
        .encoding = word >> 24 & 15, .bit_offset = (uint8_t)(word >> 16), .bits = (uint8_t)word};
}

/* Two generations of bitfields: with kind_flag the member says how many bits it has; before that
 * its type did, an integer narrower than its bytes. */
struct btf_member btf_member(const struct btf *btf, const struct btf_type *t, uint32_t i) {
    uint32_t at = btf_part(btf, t, i), word = bytes_u32(btf->section, at + 8);
    struct btf_member m = {name_at(btf, bytes_u32(btf->section, at)),
                           bytes_u32(btf->section, at + 4), word, 0};
    if (t->flag) {
        m.bit_offset = word & 0xffffff;
        m.bits = word >> 24;
        return m;
    }
    struct btf_type base = btf_type(btf, btf_base(btf, m.type, NULL));
    if (base.kind == BTF_INT) {
        struct btf_integer integer = btf_integer(btf, &base);
        if (integer.bits < 8 * base.type_size) {
            m.bits = integer.bits;
            m.bit_offset += integer.bit_offset;
        }
    }
    return m;
}

struct btf_enumerator btf_enumerator(const struct btf *btf, const struct btf_type *t, uint32_t i) {
    uint32_t at = btf_part(btf, t, i);
    struct btf_enumerator e = {.name = name_at(btf, bytes_u32(btf->section, at))};
    if (t->kind == BTF_ENUM64)
        e.value = (int64_t)bytes_u64(btf->section, at + 4);
    else
        e.value = (int32_t)bytes_u32(btf->section, at + 4);
    return e;
}

struct btf_parameter btf_parameter(const struct btf *btf, const struct btf_type *t, uint32_t i) {
    uint32_t at = btf_part(btf, t, i);
    return (struct btf_parameter){name_at(btf, bytes_u32(btf->section, at)),
                                  bytes_u32(btf->section, at + 4)};
}

struct btf_variable btf_variable(const struct btf *btf, const struct btf_type *t, uint32_t i) {
    uint32_t at = btf_part(btf, t, i);
    return (struct btf_variable){bytes_u32(btf->section, at), bytes_u32(btf->section, at + 4),
                                 bytes_u32(btf->section, at + 8)};
}

uint32_t btf_linkage(const struct btf *btf, const struct btf_type *t) {
    return t->kind == BTF_FUNC ? t->len : bytes_u32(btf->section, btf_part(btf, t, 0));
}

uint32_t btf_component(const struct btf *btf, const struct btf_type *t) {
    return bytes_u32(btf->section, btf_part(btf, t, 0));
}

bool btf_child(const struct btf *btf, const struct btf_type *t, uint32_t i, uint32_t *child) {
    switch (t->kind) {
    case BTF_PTR:
    case BTF_TYPEDEF:
    case BTF_VOLATILE:
    case BTF_CONST:
    case BTF_RESTRICT:
    case BTF_FUNC:
    case BTF_VAR:
    case BTF_DECL_TAG:
    case BTF_TYPE_TAG:
        *child = t->type_size;
        return i == 0;
    case BTF_ARRAY:
        *child = btf_array(btf, t).element;
        return i == 0;
    case BTF_STRUCT:
    case BTF_UNION:
        return i < t->len && (*child = bytes_u32(btf->section, btf_part(btf, t, i) + 4), true);
    case BTF_FUNC_PROTO:
        *child = i == 0 ? t->type_size : i <= t->len ? btf_parameter(btf, t, i - 1).type : 0;
        return i <= t->len;
    case BTF_DATASEC:
        return i < t->len && (*child = btf_variable(btf, t, i).type, true);
    default:
        return false;
    }
}

static bool is_modifier(enum btf_kind kind) {
    return kind == BTF_TYPEDEF || kind == BTF_CONST || kind == BTF_VOLATILE ||
           kind == BTF_RESTRICT || kind == BTF_TYPE_TAG;
}

bool btf_is_reference(const struct btf *btf, enum btf_kind from, uint32_t to) {
    if (from != BTF_PTR && from != BTF_FUNC_PROTO)
        return false;
    struct btf_type t = btf_type(btf, to);
    for (unsigned step = 0; is_modifier(t.kind) && step < BTF_HEIGHT_MAX; step++)
        t = btf_type(btf, t.type_size);
    return t.kind == BTF_FWD || ((t.kind == BTF_STRUCT || t.kind == BTF_UNION) && *t.name);
}

uint32_t btf_base(const struct btf *btf, uint32_t id, unsigned *qualifiers) {
    unsigned found = 0;
    struct btf_type t = btf_type(btf, id);
    uint32_t base = 0;
    for (;;) {
        if (t.kind == BTF_CONST)
            found |= BTF_IS_CONST;
        if (t.kind == BTF_VOLATILE)
            found |= BTF_IS_VOLATILE;
        if (!is_modifier(t.kind) && !base)
            base = t.id;
        if (is_modifier(t.kind))
            t = btf_type(btf, t.type_size);
        else if (t.kind == BTF_ARRAY && qualifiers)
            t = btf_type(btf, btf_array(btf, &t).element);
        else
            break;
    }
    if (qualifiers)
        *qualifiers = found;
    return base;
}

uint32_t btf_find(const struct btf *btf, enum btf_kind kind, const char *name) {
    uint32_t low = 0, high = btf->named, found = 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct btf_type t = btf_type(btf, btf->by_name[middle]);
        int order = compare(&t, kind, name);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
        if (order == 0)
            found = t.id; /* one of a lower number may stand before it */
    }
    return found;
}
